/** What an area of the web tells the shell: its place in the navigation and its pages. */

import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'

export interface Area {
  name: string
  /** None: reachable by address only. */
  nav?: { order: number; icon: Component; label: string; to: string }
  /** Any of these opens the door; none: everybody who is signed in. */
  permissions: string[]
  /** Begins, inside the shell, what goes on on every page for those who may enter; ends with it. */
  everywhere?: () => void
  routes: RouteRecordRaw[]
}

declare module 'vue-router' {
  interface RouteMeta {
    /** Any of these opens the door. Areas' own permissions are put in by the router. */
    permissions?: string[]
    /** Reachable without signing in, and shown without the shell. */
    open?: boolean
    /** Message key of the page's title. */
    title?: string
  }
}

const found = import.meta.glob<Area>('../areas/*/index.ts', { eager: true, import: 'default' })

export const areas: Area[] = Object.values(found).sort((a, b) => (a.nav?.order ?? 99) - (b.nav?.order ?? 99))
