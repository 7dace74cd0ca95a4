import { PhoneOutgoing } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'owed',
  nav: { order: 25, icon: PhoneOutgoing, label: 'owed.nav', to: '/owed' },
  permissions: ['floor.view', 'contacts.view'],
  routes: [{ path: '/owed', component: () => import('./OwedPage.vue'), meta: { title: 'owed.nav' } }],
} satisfies Area
