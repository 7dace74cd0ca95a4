import type { Area } from '@/core/area'

/** Only where the demonstration centre is set up: the server answers nothing elsewhere. */
export default {
  name: 'demo',
  permissions: [],
  routes: [{ path: '/demo/phone', component: () => import('./PhonePage.vue'), meta: { open: true, title: 'demo.title' } }],
} satisfies Area
