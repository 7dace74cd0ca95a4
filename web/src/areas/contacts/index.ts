import { History } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'contacts',
  nav: { order: 30, icon: History, label: 'contacts.nav', to: '/contacts' },
  // Without `contacts.view` the server shows those that the agent had a part in.
  permissions: ['contacts.view', 'desk.use'],
  routes: [{ path: '/contacts/:id?', component: () => import('./ContactsPage.vue'), meta: { title: 'contacts.nav' } }],
} satisfies Area
