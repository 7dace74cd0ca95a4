/** Rows with defaults, for tests. */

import type { AgentRow, CallRow, LiveMessage, Snapshot } from '@/core/wire'

export const AT = '2026-11-21T08:00:00Z'

export function agent(change: Partial<AgentRow> = {}): AgentRow {
  return {
    id: 'a1', name: '林晓', extension: '1001', team: null, state: 'ready', since: AT, reason: null, call: null, queues: ['q1'],
    phone: true, desk: true, next_pause: null, until: null, holding: false, muted: false, messages: [], going: false, attends: null, ...change,
  }
}

export function call(change: Partial<CallRow> = {}): CallRow {
  return {
    id: 'c1', direction: 'inbound', caller: '13800138000', called: '4008001234', caller_name: '', state: 'waiting', since: AT, started: AT,
    queue: 'q1', priority: 0, waiting_since: AT, answered_at: null, agents: [], customer: null, answers: {}, consult: null, others: [],
    recording: null, why: null, listeners: 0, attendants: [], conference: null, parked: null, detour: null, notes: [], ...change,
  }
}

export function snapshot(change: Partial<Snapshot> = {}): LiveMessage {
  return { type: 'snapshot', seq: 1, at: AT, me: null, agents: {}, queues: {}, calls: {}, figures: {}, ...change }
}
