/** What customers are owed: callbacks, and a word with those who gave up waiting. */

import { api } from '@/core/api'
import type { VoicemailRow } from '@/areas/desk/voicemails'
import type { Id, Instant } from '@/core/wire'

export interface CallbackRow {
  id: Id
  queue: Id
  number: string
  name: string
  customer: Id | null
  origin: Id | null
  by: string
  asked_at: Instant
  since: Instant
  due_at: Instant | null
  expires_at: Instant
  priority: number
  state: 'scheduled' | 'waiting' | 'calling' | 'resting' | 'ended'
  attempts: number
  reason: string
  result: string
  call: Id | null
  agent: Id | null
  ended_at: Instant | null
}

export interface GaveUpRow {
  id: Id
  at: Instant
  caller: string
  caller_name: string
  customer: Id | null
  queue: Id | null
  wait_s: number
  again_at: Instant | null
  back_at: Instant | null
  answered_at: Instant | null
}

export interface OutcallRow {
  id: Id
  number: string
  caller: string
  origin: Id
  flow: Id | null
  version: Id | null
  ordered_at: Instant
  due_at: Instant | null
  expires_at: Instant
  state: 'scheduled' | 'due' | 'calling' | 'answered' | 'ended'
  attempts: number
  reason: string
  result: string
  call: Id | null
  answered_at: Instant | null
  ended_at: Instant | null
  ended_by: string
}

interface Many<Row> {
  items: Row[]
  total: number
}

export const SORTS = ['since', 'due', 'priority', 'asked'] as const
export type SortBy = (typeof SORTS)[number]

export function fetchCallbacks(state: 'open' | 'ended', sort: SortBy | 'ended', queue: string | null): Promise<Many<CallbackRow>> {
  return api.get('/callbacks', { state, sort, queue })
}

export function fetchGaveUp(open: boolean, queue: string | null): Promise<Many<GaveUpRow>> {
  return api.get('/abandoned', { open, queue })
}

export function fetchOutcalls(state: 'open' | 'ended'): Promise<Many<OutcallRow>> {
  return api.get('/outcalls', { state })
}

/** Whether it may be cancelled just now: one that is being called is a call, and is ended like one. */
export function cancellable(row: OutcallRow): boolean {
  return row.state === 'scheduled' || row.state === 'due'
}

/** The word for why it was put off last, or how it ended; codes of errors have points, words have not. */
export function reasonOf(row: OutcallRow): string {
  return row.result === 'delivered' ? '' : row.reason.replace('.', '_')
}

export function fetchVoicemails(state: 'open' | 'closed', queue: string | null): Promise<Many<VoicemailRow>> {
  return api.get('/voicemails', { state, queue })
}

/** Whether a callback may be changed just now: while the customer is being called it may not. */
export function movable(row: CallbackRow): boolean {
  return row.state !== 'calling' && row.state !== 'ended'
}

/** What has become of a caller who gave up, by its word. */
export function sinceThen(row: GaveUpRow): 'spoken' | 'again' | 'back' | 'nothing' {
  if (row.answered_at) return 'spoken'
  if (row.again_at) return 'again'
  return row.back_at ? 'back' : 'nothing'
}
