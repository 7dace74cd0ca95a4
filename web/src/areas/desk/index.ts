import { Headset } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'desk',
  nav: { order: 10, icon: Headset, label: 'desk.nav', to: '/desk' },
  permissions: ['desk.use'],
  routes: [{ path: '/desk', component: () => import('./DeskPage.vue'), meta: { title: 'desk.nav' } }],
} satisfies Area
