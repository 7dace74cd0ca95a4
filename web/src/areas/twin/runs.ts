/** Simulated days: what can be changed, what runs, and what came out. */

import { api } from '@/core/api'
import type { Id, Instant, Page } from '@/core/wire'

export interface Estimate {
  value: number
  low: number | null
  high: number | null
}

export type Figures = Record<string, Estimate | null>

export interface Report {
  days: number
  calls: number
  total: Figures
  queues: Record<string, Figures>
  crews: Record<string, Figures>
  intervals: { begins_s: number; figures: Figures }[]
}

export interface Result {
  before: Report
  after: Report | null
  difference: Report | null
}

export type RunState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Run {
  id: Id
  name: string
  depth: Depth
  days: number
  changes: Changes | null
  state: RunState
  done: number
  problem: string
  created_at: Instant
  result?: Result | null
}

export type Depth = 'routing' | 'floor'

/** What callers do where a callback is offered: so many take it, so many attempts find them (0 to 1). */
export interface Callbacks {
  share: number
  reached: number
}

export interface Changes {
  calls?: number
  handling?: number
  patience?: number
  callbacks?: Callbacks
  agents?: { crew: string; by: number; begins?: string; ends?: string }[]
  shifts?: { crew: string; minutes: number }[]
  queues?: Record<Id, Record<string, number | null>>
}

/** A fitted day, as far as the page shows it. */
export interface Day {
  day: string
  streams: { number: string; calls: number[]; callers?: { callback?: Callbacks | null }[] }[]
  crews: { name: string; agents: number }[]
  queues: { id: Id; name: string; sl_threshold_s?: number; wrap_up_s?: number | null; max_wait_s?: number | null; priority?: number }[]
}

export const fetchDay = (): Promise<Day> => api.get<Day>('/twin/day')
export const fetchRuns = (): Promise<Page<Run>> => api.get<Page<Run>>('/twin/runs', { limit: 50 })
export const fetchRun = (id: Id): Promise<Run> => api.get<Run>(`/twin/runs/${id}`)
export const cancelRun = (id: Id): Promise<Run> => api.post<Run>(`/twin/runs/${id}/cancel`, {})
export const removeRun = (id: Id): Promise<void> => api.delete(`/twin/runs/${id}`)

export interface Wish {
  name: string
  changes: Changes | null
  /** Null: the quick one, where the rules allow it. */
  depth: Depth | null
  days: number
}

/** A queue's changes that are not saved yet, on the last day's traffic. */
export const previewRules = (queue: Id, rules: object): Promise<Run> => api.post<Run>('/twin/previews', { queue, rules })

export const beginRun = (wish: Wish): Promise<Run> => api.post<Run>('/twin/runs', wish)

export const isOpen = (run: Run): boolean => run.state === 'waiting' || run.state === 'running'

/** The share that is done, 0 to 100. */
export function progress(run: Run): number {
  const whole = run.days * (run.changes ? 2 : 1)
  return Math.min(100, Math.round((100 * run.done) / Math.max(whole, 1)))
}

/** What the form holds: percentages, and one line for each crew and queue. */
export interface Draft {
  calls: number
  handling: number
  patience: number
  callbacks: Callbacks
  before: Callbacks
  crews: { name: string; by: number; begins: string; ends: string; minutes: number }[]
  queues: { id: Id; name: string; rules: Record<string, number | null>; before: Record<string, number | null> }[]
}

const RULES = ['priority', 'wrap_up_s', 'max_wait_s'] as const

export function draftOf(day: Day): Draft {
  const known = day.streams.flatMap((stream) => stream.callers ?? []).find((callers) => callers.callback)?.callback
  const callbacks = { share: Math.round(100 * (known?.share ?? 0)), reached: Math.round(100 * (known?.reached ?? 1)) }
  const names = [...new Set(day.crews.map((crew) => crew.name))]
  return {
    calls: 100,
    handling: 100,
    patience: 100,
    callbacks,
    before: { ...callbacks },
    crews: names.map((name) => ({ name, by: 0, begins: '09:00', ends: '18:00', minutes: 0 })),
    queues: day.queues.map((queue) => {
      const rules = Object.fromEntries(RULES.map((rule) => [rule, queue[rule] ?? null]))
      return { id: queue.id, name: queue.name, rules, before: { ...rules } }
    }),
  }
}

/** Only what differs; null when nothing does. */
export function changesOf(draft: Draft): Changes | null {
  const found: Changes = {}
  for (const name of ['calls', 'handling', 'patience'] as const) if (draft[name] !== 100) found[name] = draft[name] / 100
  const { callbacks, before } = draft
  if (callbacks.share !== before.share || callbacks.reached !== before.reached) found.callbacks = { share: callbacks.share / 100, reached: callbacks.reached / 100 }
  const agents = draft.crews.filter((crew) => crew.by !== 0)
  if (agents.length) found.agents = agents.map(({ name, by, begins, ends }) => (by > 0 ? { crew: name, by, begins, ends } : { crew: name, by }))
  const shifts = draft.crews.filter((crew) => crew.minutes !== 0)
  if (shifts.length) found.shifts = shifts.map(({ name, minutes }) => ({ crew: name, minutes }))
  const queues: Record<Id, Record<string, number | null>> = {}
  for (const queue of draft.queues) {
    const rules = Object.entries(queue.rules).filter(([rule, value]) => (value ?? null) !== (queue.before[rule] ?? null))
    if (rules.length) queues[queue.id] = Object.fromEntries(rules.map(([rule, value]) => [rule, value ?? null]))
  }
  if (Object.keys(queues).length) found.queues = queues
  return Object.keys(found).length ? found : null
}

export const MEASURES = ['offered', 'answered', 'abandoned', 'flow_out', 'service_level', 'abandon_rate', 'asa_s', 'wait_s', 'longest_wait_s', 'aht_s', 'occupancy', 'present_h', 'callbacks_asked', 'callbacks_connected', 'callbacks_resumed', 'callbacks_lost', 'callbacks_open'] as const

/** Whether a difference is more than chance: its interval leaves out zero. */
export function isCertain(change: Estimate | null | undefined): boolean {
  return !!change && change.low !== null && change.high !== null && (change.low > 0 || change.high < 0)
}

/** More of these is better; of the others less, or neither. */
const BETTER: Record<string, 1 | -1> = { service_level: 1, answered: 1, abandoned: -1, abandon_rate: -1, asa_s: -1, wait_s: -1, longest_wait_s: -1, flow_out: -1, callbacks_lost: -1, callbacks_open: -1 }

export function toneOf(measure: string, change: Estimate | null | undefined): 'good' | 'bad' | '' {
  if (!isCertain(change) || !(measure in BETTER)) return ''
  return Math.sign(change!.value) === BETTER[measure] ? 'good' : 'bad'
}
