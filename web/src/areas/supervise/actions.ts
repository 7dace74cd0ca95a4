/** What a supervisor can do to the floor. Asks only where somebody would lose something by it. */

import { ElMessage, ElMessageBox } from 'element-plus'
import { computed, type ComputedRef } from 'vue'
import { api } from '@/core/api'
import { uuid7 } from '@/core/desk'
import { attempt } from '@/core/errors'
import { language, words } from '@/core/i18n'
import { can, me, myAgentId } from '@/core/session'
import type { AgentRow, CallRow, Id, QueueRow } from '@/core/wire'
import { type AttendMode, attendantsOf } from './attendance'
import { callOf } from './rows'

type Wanted = 'ready' | 'pause' | 'signed_out'
type Word = Record<string, unknown>

export const mayListen: ComputedRef<boolean> = computed(() => can('floor.listen'))
export const maySet: ComputedRef<boolean> = computed(() => can('floor.set_state'))
export const mayIntervene: ComputedRef<boolean> = computed(() => can('floor.intervene'))
export const mayMessage: ComputedRef<boolean> = computed(() => can('floor.message'))
export const mayClose: ComputedRef<boolean> = computed(() => can('floor.close'))

function say(key: string, params: Word = {}): void {
  ElMessage({ type: 'success', message: words.t(`supervise.act.${key}`, params), duration: 3000 })
}

/** True when the person is sure; `key` names the question's title, text and button. */
async function sure(key: string, params: Word = {}): Promise<boolean> {
  const answer = await ElMessageBox.confirm(words.t(`supervise.act.${key}_text`, params), words.t(`supervise.act.${key}_title`, params), {
    confirmButtonText: words.t(`supervise.act.${key}`),
    cancelButtonText: words.t('common.cancel'),
    type: 'warning',
  }).catch(() => null)
  return answer !== null
}

// --- agents

async function set(agent: AgentRow, state: Wanted, more: Word = {}): Promise<void> {
  const done = await attempt(() => api.post(`/floor/agents/${agent.id}/state`, { state, reason: '', ...more }))
  const shown = { ready: 'ready', pause: 'paused', signed_out: 'off' }[state]
  if (done) say('done', { name: agent.name, state: words.t(`states.${shown}`) })
}

export function makeReady(agent: AgentRow): Promise<void> {
  return set(agent, 'ready')
}

export function pause(agent: AgentRow, reason: string): Promise<void> {
  return set(agent, 'pause', { reason })
}

/** Who is in a call signs out after it. */
export async function signOut(agent: AgentRow): Promise<void> {
  const text = agent.call ? 'supervise.act.sign_out_busy' : 'supervise.act.sign_out_text'
  const answer = await ElMessageBox.confirm(words.t(text, { name: agent.name }), words.t('supervise.act.sign_out_title', { name: agent.name }), {
    confirmButtonText: words.t('supervise.act.sign_out'),
    cancelButtonText: words.t('common.cancel'),
    type: 'warning',
  }).catch(() => null)
  if (answer) await set(agent, 'signed_out', { when: 'after' })
}

export async function chooseQueues(agent: AgentRow, queues: Id[]): Promise<void> {
  if (await attempt(() => api.post(`/floor/agents/${agent.id}/queues`, { queues }))) say('queues_set', { name: agent.name })
}

/** Skills and queues that he belongs to: his settings, at once and for good. */
export async function assign(agent: AgentRow, change: { skills?: Record<string, number>; queues?: Id[] }): Promise<boolean> {
  const done = await attempt(() => api.patch(`/floor/agents/${agent.id}`, change))
  if (done) say('assigned', { name: agent.name })
  return done
}

/** To an agent, a team, or (neither named) everybody. */
export async function sendMessage(text: string, to: { agent?: Id; team?: Id }, urgent: boolean): Promise<boolean> {
  const done = await attempt(() => api.post('/floor/messages', { id: uuid7(), text, urgent, ...to }))
  if (done) say('message_sent')
  return done
}

// --- calls

/** Rings the supervisor's own softphone with the agent's conversation; asked again, it goes on in the other mode. */
export async function attend(agent: AgentRow, mode: AttendMode): Promise<void> {
  if (!agent.call) {
    ElMessage({ type: 'info', message: words.t('supervise.act.listen_none'), duration: 2500 })
    return
  }
  const done = await attempt(() => api.post(`/floor/calls/${agent.call}/listen`, { agent: agent.id, mode }))
  if (done) say(`attending_${mode}`, { name: agent.name })
}

export function listen(agent: AgentRow): Promise<void> {
  return attend(agent, 'listen')
}

export async function stopListening(call: Id): Promise<void> {
  await attempt(() => api.delete(`/floor/calls/${call}/listen`))
}

export async function takeOver(agent: AgentRow): Promise<void> {
  if (!agent.call || !(await sure('take_over', { name: agent.name }))) return
  if (await attempt(() => api.post(`/floor/calls/${agent.call}/take-over`, { agent: agent.id }))) say('taken_over', { name: agent.name })
}

export async function endCall(call: CallRow): Promise<void> {
  if (!(await sure('end_call'))) return
  if (await attempt(() => api.post(`/floor/calls/${call.id}/hang-up`))) say('ended')
}

/** To one agent, or (none named) to oneself. */
export async function give(call: CallRow, agent: AgentRow | null): Promise<void> {
  const done = await attempt(() => api.post(`/floor/calls/${call.id}/give`, { agent: agent?.id ?? null }))
  if (done) say(agent ? 'given' : 'stolen', { name: agent?.name ?? '' })
}

export async function move(call: CallRow, queue: QueueRow): Promise<void> {
  if (await attempt(() => api.post(`/floor/calls/${call.id}/queue`, { queue: queue.id }))) say('moved', { queue: queue.name })
}

export async function prioritise(call: CallRow, priority: number): Promise<void> {
  if (await attempt(() => api.post(`/floor/calls/${call.id}/priority`, { priority }))) say('prioritised', { priority })
}

// --- queues and numbers

export async function closeQueue(queue: QueueRow, text: string): Promise<boolean> {
  const done = await attempt(() => api.post(`/floor/queues/${queue.id}/close`, { text: text.trim() || null, language: language() }))
  if (done) say('queue_closed', { queue: queue.name })
  return done
}

export async function openQueue(queue: QueueRow): Promise<void> {
  if (await attempt(() => api.post(`/floor/queues/${queue.id}/open`))) say('queue_opened', { queue: queue.name })
}

export async function setEmergency(number: { id: Id; number: string }, text: string, instead: boolean): Promise<boolean> {
  const done = await attempt(() => api.put(`/floor/numbers/${number.id}/emergency`, { text: text.trim(), instead, language: language() }))
  if (done) say('emergency_set', { number: number.number })
  return done
}

export async function liftEmergency(number: { id: Id; number: string }): Promise<void> {
  if (await attempt(() => api.delete(`/floor/numbers/${number.id}/emergency`))) say('emergency_lifted', { number: number.number })
}

/** One cannot attend one's own call. */
export function canAttend(agent: AgentRow): boolean {
  return mayListen.value && agent.id !== myAgentId.value && agent.state === 'busy' && callOf(agent) !== undefined
}

/** How I attend this agent's call now, if I do. */
export function attending(agent: AgentRow): AttendMode | null {
  const call = callOf(agent)
  return (call && attendantsOf(call).find((one) => one.agent === agent.id && one.supervisor === me.value?.id)?.mode) ?? null
}
