import { FlaskConical } from '@lucide/vue'
import type { Area } from '@/core/area'

export default {
  name: 'twin',
  nav: { order: 37, icon: FlaskConical, label: 'twin.nav', to: '/twin' },
  permissions: ['twin.run'],
  routes: [{ path: '/twin', component: () => import('./TwinPage.vue'), meta: { title: 'twin.nav' } }],
} satisfies Area
