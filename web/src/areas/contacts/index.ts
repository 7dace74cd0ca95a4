import { History } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'contacts',
  nav: { order: 30, icon: History, label: 'contacts.nav', to: '/contacts' },
  permissions: ['contacts.view'],
  routes: [{ path: '/contacts/:id?', component: () => import('./ContactsPage.vue'), meta: { title: 'contacts.nav' } }],
} satisfies Area
