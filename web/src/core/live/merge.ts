/** A snapshot and the patches after it. Law: snapshot merged with later patches equals a new snapshot. */

import { shallowReactive } from 'vue'
import type { AgentRow, AlertRow, CallRow, Figures, Id, LiveMessage, QueueRow, TrunkRow } from '../wire'

export interface LiveData {
  seq: number
  me: AgentRow | null
  agents: Record<Id, AgentRow>
  queues: Record<Id, QueueRow>
  calls: Record<Id, CallRow>
  figures: Record<Id, Figures>
  alerts: Record<Id, AlertRow>
  trunks: Record<Id, TrunkRow>
}

export function nothing(): LiveData {
  return { seq: 0, me: null, agents: {}, queues: {}, calls: {}, figures: {}, alerts: {}, trunks: {} }
}

function mergeRows<Row>(rows: Record<Id, Row>, changes: Record<Id, Row | null> | undefined): void {
  for (const [id, row] of Object.entries(changes ?? {})) {
    if (row === null) delete rows[id]
    else rows[id] = row
  }
}

/** Whole rows are replaced and never changed, so only the collections are watched: a thousand rows cost no proxies. */
function watched<Row>(rows: Record<Id, Row> | undefined): Record<Id, Row> {
  return shallowReactive(rows ?? {})
}

/** Changes `data` in place, so that only what changed is drawn anew. */
export function apply(data: LiveData, message: LiveMessage): void {
  if (message.type === 'snapshot') {
    Object.assign(data, {
      me: message.me,
      agents: watched(message.agents),
      queues: watched(message.queues),
      calls: watched(message.calls),
      figures: watched(message.figures),
      alerts: watched(message.alerts),
      trunks: watched(message.trunks),
    })
  } else if (message.type === 'patch') {
    mergeRows(data.agents, message.agents)
    mergeRows(data.queues, message.queues)
    mergeRows(data.calls, message.calls)
    mergeRows(data.figures, message.figures)
    mergeRows(data.alerts, message.alerts)
    mergeRows(data.trunks, message.trunks)
    if (message.me !== undefined) data.me = message.me
    else if (data.me && message.agents?.[data.me.id]) data.me = message.agents[data.me.id]!
  }
  data.seq = message.seq
}

/** Whether a message is about the one who looks: his own row, or a call that he is or was in. */
export function concerns(data: LiveData, message: LiveMessage): boolean {
  if (message.type !== 'patch') return message.type === 'snapshot'
  const me = data.me?.id
  if (!me) return false
  if (message.agents?.[me]) return true
  const isMine = (call: CallRow | null | undefined) => call?.agents.some((one) => one.id === me) ?? false
  return Object.entries(message.calls ?? {}).some(([id, call]) => isMine(call) || isMine(data.calls[id]))
}
