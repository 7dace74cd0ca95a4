/** Addresses, and the doors in front of them. */

import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { type Area, areas } from './core/area'
import { can, canAny, loadSession, session } from './core/session'

function doored(area: Area): RouteRecordRaw[] {
  return area.routes.map((route) => ({ ...route, meta: { permissions: area.permissions, ...route.meta } }) as RouteRecordRaw)
}

/** Where somebody begins: the first area he may enter. */
export function home(): string {
  const first = areas.find((area) => area.nav && canAny(area.permissions))
  return first?.nav?.to ?? '/nothing'
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: () => import('./shell/NothingPage.vue') },
    { path: '/sign-in', name: 'sign-in', component: () => import('./shell/SignInPage.vue'), meta: { open: true, title: 'shell.sign_in' } },
    { path: '/nothing', name: 'nothing', component: () => import('./shell/NothingPage.vue') },
    ...areas.flatMap(doored),
    { path: '/:rest(.*)*', component: () => import('./shell/NothingPage.vue') },
  ],
})

router.beforeEach(async (to) => {
  if (!session.loaded) await loadSession().catch(() => undefined)
  if (to.meta.open) return to.name === 'sign-in' && session.session ? home() : true
  if (!session.session) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (to.name === 'home') return home()
  const asked = to.matched.map((record) => record.meta.permissions ?? [])
  return asked.every((permissions) => permissions.length === 0 || permissions.some(can)) ? true : { name: 'nothing' }
})
