import type { Area } from '@/core/area'

export default {
  name: 'wall',
  permissions: [],
  routes: [{ path: '/wall', component: () => import('./WallPage.vue'), meta: { open: true, title: 'board.wall' } }],
} satisfies Area
