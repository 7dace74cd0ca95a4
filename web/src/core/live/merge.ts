/** A snapshot and the patches after it. Law: snapshot merged with later patches equals a new snapshot. */

import type { AgentRow, CallRow, Figures, Id, LiveMessage, QueueRow } from '../wire'

export interface LiveData {
  seq: number
  me: AgentRow | null
  agents: Record<Id, AgentRow>
  queues: Record<Id, QueueRow>
  calls: Record<Id, CallRow>
  figures: Record<Id, Figures>
}

export function nothing(): LiveData {
  return { seq: 0, me: null, agents: {}, queues: {}, calls: {}, figures: {} }
}

function mergeRows<Row>(rows: Record<Id, Row>, changes: Record<Id, Row | null> | undefined): void {
  for (const [id, row] of Object.entries(changes ?? {})) {
    if (row === null) delete rows[id]
    else rows[id] = row
  }
}

/** Changes `data` in place, so that only what changed is drawn anew. */
export function apply(data: LiveData, message: LiveMessage): void {
  if (message.type === 'snapshot') {
    Object.assign(data, {
      me: message.me,
      agents: message.agents,
      queues: message.queues,
      calls: message.calls,
      figures: message.figures ?? {},
    })
  } else if (message.type === 'patch') {
    mergeRows(data.agents, message.agents)
    mergeRows(data.queues, message.queues)
    mergeRows(data.calls, message.calls)
    mergeRows(data.figures, message.figures)
    if (message.me !== undefined) data.me = message.me
    else if (data.me && message.agents?.[data.me.id]) data.me = message.agents[data.me.id]!
  }
  data.seq = message.seq
}
