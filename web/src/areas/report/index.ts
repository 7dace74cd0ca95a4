import { ChartColumn } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'report',
  nav: { order: 35, icon: ChartColumn, label: 'report.nav', to: '/report' },
  permissions: ['report.view'],
  routes: [{ path: '/report', component: () => import('./ReportPage.vue'), meta: { title: 'report.nav' } }],
} satisfies Area
