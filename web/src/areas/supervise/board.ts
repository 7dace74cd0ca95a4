/** Questions about the live board, answered from its rows; pure, so a thousand agents cost a test nothing. */
import type { AgentRow, AgentState, CallRow, Figures, QueueRow } from '@/core/wire'

/** The order of the states on the board: who is needed first. */
export const AGENT_STATES: readonly AgentState[] = ['ready', 'offered', 'busy', 'wrap_up', 'paused', 'off']
export const ON_DUTY: readonly AgentState[] = ['ready', 'offered', 'busy', 'wrap_up', 'paused']

export interface AgentFilter {
  states: AgentState[]
  team: string
  queue: string
  q: string
}

export function noFilter(): AgentFilter {
  return { states: [...ON_DUTY], team: '', queue: '', q: '' }
}

export function matches(agent: AgentRow, filter: AgentFilter): boolean {
  if (filter.states.length > 0 && !filter.states.includes(agent.state)) return false
  if (filter.team && agent.team !== filter.team) return false
  if (filter.queue && !agent.queues.includes(filter.queue)) return false
  const q = filter.q.trim().toLowerCase()
  return q === '' || agent.name.toLowerCase().includes(q) || agent.extension.startsWith(q)
}

export function countStates(agents: Iterable<AgentRow>): Record<AgentState, number> {
  const counts: Record<AgentState, number> = { ready: 0, offered: 0, busy: 0, wrap_up: 0, paused: 0, off: 0 }
  for (const agent of agents) counts[agent.state] += 1
  return counts
}

export function isWaiting(call: CallRow): boolean {
  return call.state === 'waiting' || call.state === 'offering'
}

/** Those who wait, the longest first: of one queue, or of all. */
export function waitingCalls(calls: Iterable<CallRow>, queue = ''): CallRow[] {
  const waiting = [...calls].filter((call) => isWaiting(call) && (queue === '' || call.queue === queue))
  return waiting.sort((a, b) => String(a.waiting_since).localeCompare(String(b.waiting_since)))
}

/** Calls of which somebody hears something now: all but those that are only wrapped up. */
export function callsInProgress(calls: Iterable<CallRow>): CallRow[] {
  const live = [...calls].filter((call) => call.state !== 'ended' && call.state !== 'wrap_up')
  return live.sort((a, b) => a.started.localeCompare(b.started))
}

/** How bad a wait is, beside the queue's own service level: the colours of the wall. */
export type Heat = 'calm' | 'warm' | 'hot'

export function waitHeat(waited_s: number, threshold_s: number): Heat {
  if (waited_s >= threshold_s) return 'hot'
  return waited_s >= threshold_s / 2 ? 'warm' : 'calm'
}

export function levelHeat(level: number | null | undefined): Heat {
  if (level === null || level === undefined) return 'calm'
  if (level < 0.7) return 'hot'
  return level < 0.8 ? 'warm' : 'calm'
}

export interface Totals {
  waiting: number
  longest_since: string | null
  offered: number
  answered: number
  /** Short ones included. */
  abandoned: number
  short_abandoned: number
  service_level: number | null
}

/** The whole centre: counts are summed; the service level is made from its parts (SL3), never averaged. */
export function totalOf(queues: Iterable<QueueRow>, figures: Record<string, Figures>): Totals {
  const total: Totals = { waiting: 0, longest_since: null, offered: 0, answered: 0, abandoned: 0, short_abandoned: 0, service_level: null }
  let inLevel = 0
  let measured = 0
  for (const queue of queues) {
    total.waiting += queue.waiting
    if (queue.longest_since && (!total.longest_since || queue.longest_since < total.longest_since)) {
      total.longest_since = queue.longest_since
    }
    const row = figures[queue.id]
    if (!row) continue
    total.offered += row.offered
    total.answered += row.answered
    total.abandoned += row.abandoned
    total.short_abandoned += row.short_abandoned
    inLevel += row.answered_in_sl
    measured += row.answered + row.abandoned
  }
  if (measured > 0) total.service_level = inLevel / measured
  return total
}
