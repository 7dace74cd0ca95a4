import { Settings2 } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'manage',
  nav: { order: 40, icon: Settings2, label: 'manage.nav', to: '/manage' },
  permissions: ['users.manage', 'agents.manage', 'queues.manage', 'numbers.manage', 'trunks.manage', 'flows.manage', 'prompts.manage', 'settings.manage', 'audit.view'],
  routes: [{ path: '/manage', component: () => import('./ManagePage.vue'), meta: { title: 'manage.nav' } }],
} satisfies Area
