import { LayoutDashboard } from '@lucide/vue'
import type { Area } from '@/core/area'
import { followAlarms } from './alarms'

export default {
  name: 'supervise',
  nav: { order: 20, icon: LayoutDashboard, label: 'supervise.nav', to: '/supervise' },
  permissions: ['floor.view'],
  everywhere: followAlarms,
  routes: [{ path: '/supervise', component: () => import('./BoardPage.vue'), meta: { title: 'supervise.nav' } }],
} satisfies Area
