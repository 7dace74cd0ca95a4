/** What a supervisor can do to the floor. Asks only where an agent would lose work by it. */

import { ElMessage, ElMessageBox } from 'element-plus'
import { computed, type ComputedRef } from 'vue'
import { api } from '@/core/api'
import { attempt } from '@/core/errors'
import { words } from '@/core/i18n'
import { can, myAgentId } from '@/core/session'
import type { AgentRow } from '@/core/wire'
import { callOf } from './rows'

type Wanted = 'ready' | 'pause' | 'signed_out'

export const mayListen: ComputedRef<boolean> = computed(() => can('floor.listen'))
export const maySet: ComputedRef<boolean> = computed(() => can('floor.set_state'))

async function set(agent: AgentRow, state: Wanted, reason?: string): Promise<void> {
  const done = await attempt(() => api.post(`/floor/agents/${agent.id}/state`, { state, reason: reason ?? '' }))
  if (!done) return
  const shown = { ready: 'ready', pause: 'paused', signed_out: 'off' }[state]
  ElMessage({ type: 'success', message: words.t('supervise.act.done', { name: agent.name, state: words.t(`states.${shown}`) }), duration: 2500 })
}

export function makeReady(agent: AgentRow): Promise<void> {
  return set(agent, 'ready')
}

export function pause(agent: AgentRow, reason: string): Promise<void> {
  return set(agent, 'pause', reason)
}

export async function signOut(agent: AgentRow): Promise<void> {
  const text = agent.call ? 'supervise.act.sign_out_busy' : 'supervise.act.sign_out_text'
  const sure = await ElMessageBox.confirm(words.t(text, { name: agent.name }), words.t('supervise.act.sign_out_title', { name: agent.name }), {
    confirmButtonText: words.t('supervise.act.sign_out'),
    cancelButtonText: words.t('common.cancel'),
    type: 'warning',
  }).catch(() => null)
  if (sure) await set(agent, 'signed_out')
}

/** Rings the supervisor's own softphone with the agent's conversation. */
export async function listen(agent: AgentRow): Promise<void> {
  if (!agent.call) {
    ElMessage({ type: 'info', message: words.t('supervise.act.listen_none'), duration: 2500 })
    return
  }
  const done = await attempt(() => api.post(`/floor/calls/${agent.call}/listen`, { agent: agent.id, mode: 'listen' }))
  if (done) ElMessage({ type: 'success', message: words.t('supervise.act.listening', { name: agent.name }), duration: 4000 })
}

export async function stopListening(call: string): Promise<void> {
  await attempt(() => api.delete(`/floor/calls/${call}/listen`))
}

/** One cannot attend one's own call. */
export function canAttend(agent: AgentRow): boolean {
  return mayListen.value && agent.id !== myAgentId.value && agent.state === 'busy' && callOf(agent) !== undefined
}
