/** Who is signed in, and what they may do. */

import { computed, reactive, readonly } from 'vue'
import { ApiError, api, onSignedOut, setCsrf } from './api'
import { setLocale } from './i18n'
import { type Theme, theme } from './theme'
import type { Session } from './wire'
import { setZone } from './zone'

/** `lapsed`: the server knows the session no more. The pages stay as they are (a call may be on) until he is back. */
const state = reactive<{ session: Session | null; loaded: boolean; lapsed: boolean }>({ session: null, loaded: false, lapsed: false })

export const session = readonly(state)
export const me = computed(() => state.session?.user ?? null)
export const myAgentId = computed(() => state.session?.agent?.id ?? null)

/** Who may use a desk but is no agent has none: no softphone, no state of his own. */
function withoutDesk(found: Session): Session {
  return { ...found, user: { ...found.user, permissions: found.user.permissions.filter((permission) => permission !== 'desk.use') } }
}

function take(next: Session | null): void {
  state.session = next && !next.agent ? withoutDesk(next) : next
  state.loaded = true
  state.lapsed = false
  setCsrf(next?.csrf ?? '')
  setZone(next?.tenant.timezone)
  if (!next) return
  setLocale(next.user.locale)
  if (next.user.theme) theme.value = next.user.theme as Theme
}

onSignedOut(() => (state.lapsed = state.session !== null))

/** Asks once; pages wait for it before they show anything. */
export async function loadSession(): Promise<Session | null> {
  try {
    take(await api.get<Session>('/session'))
  } catch (error) {
    if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) throw error
    take(null)
  }
  return state.session
}

export async function signIn(tenant: string, username: string, password: string): Promise<void> {
  await api.post('/session', { tenant, username, password })
  await loadSession()
}

export async function signOut(): Promise<void> {
  await api.delete('/session').catch(() => undefined)
  take(null)
}

/** True when the signed-in person holds the permission. */
export function can(permission: string): boolean {
  return state.session?.user.permissions.includes(permission) ?? false
}

export function canAny(permissions: readonly string[]): boolean {
  return permissions.length === 0 || permissions.some(can)
}
