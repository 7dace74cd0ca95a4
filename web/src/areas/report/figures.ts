/** The day's figures and the formulas behind them. */

import { api } from '@/core/api'
import type { Figures, Id, Instant } from '@/core/wire'
import { dayOf, dayStart } from '@/core/zone'

export interface Formula {
  id: string
  expression: string
  en: string
  zh: string
}

export interface Today {
  at: Instant
  queues: Record<Id, Figures>
  formulas: Record<string, Formula>
}

export const BY = ['queue', 'agent', 'hour'] as const
export type By = (typeof BY)[number]

/** A row of numbers under the queue, agent or hour that it belongs to. */
export type FigureRow = { id: string; queue?: Id; agent?: Id; hour?: Instant } & Record<string, number | string | null | undefined>

export interface Window {
  by: By
  items: FigureRow[]
  total?: Record<string, number | null>
  formulas: Record<string, Formula>
}

export function fetchToday(): Promise<Today> {
  return api.get<Today>('/figures/today')
}

/** Of today so far. */
export async function fetchBy(by: By, now = new Date()): Promise<Window> {
  const [from, to] = [0, 1].map((after) => dayStart(dayOf(now), after).toISOString())
  const window = await api.get<Window>('/figures', { from, to, by })
  return { ...window, items: window.items.map((row) => ({ ...row, id: String(row[by]) })) }
}

const HOUR_MS = 3_600_000

/** Every hour of the day that `rows` belong to, those without calls too: a gap in a chart would look like no data. */
export function wholeDay(rows: FigureRow[]): FigureRow[] {
  const first = rows[0]?.hour
  if (!first) return []
  const midnight = dayStart(dayOf(new Date(first)))
  const known = new Map(rows.map((row) => [Date.parse(row.hour ?? ''), row]))
  return Array.from({ length: 24 }, (_, hour) => {
    const at = midnight.getTime() + hour * HOUR_MS
    return known.get(at) ?? { id: String(at), hour: new Date(at).toISOString(), offered: 0, answered: 0, abandoned: 0, flow_out: 0 }
  })
}

/** The metrics of each table, in the order of its columns. */
export const METRICS = {
  queue: ['offered', 'answered', 'abandoned', 'short_abandoned', 'flow_out', 'service_level', 'abandon_rate', 'asa_s', 'aht_s', 'longest_wait_s', 'wait_bias_s', 'wait_error_s'],
  hour: ['offered', 'answered', 'abandoned', 'short_abandoned', 'flow_out', 'service_level', 'abandon_rate', 'asa_s', 'aht_s', 'longest_wait_s'],
  agent: ['handled', 'missed', 'talk_s', 'hold_s', 'consult_s', 'wrap_up_s', 'ready_s', 'paused_s', 'aht_s', 'occupancy'],
} as const satisfies Record<By, readonly string[]>

export type Kind = 'count' | 'share' | 'length'

export function kindOf(metric: string): Kind {
  if (metric.endsWith('_s')) return 'length'
  return ['service_level', 'abandon_rate', 'occupancy'].includes(metric) ? 'share' : 'count'
}

/** The row with the least of a metric, among those that have it. */
export function lowest(rows: FigureRow[], metric: string): FigureRow | null {
  const known = rows.filter((row) => typeof row[metric] === 'number')
  return known.reduce<FigureRow | null>((least, row) => (least === null || Number(row[metric]) < Number(least[metric]) ? row : least), null)
}

export function highest(rows: FigureRow[], metric: string): FigureRow | null {
  const known = rows.filter((row) => typeof row[metric] === 'number')
  return known.reduce<FigureRow | null>((most, row) => (most === null || Number(row[metric]) > Number(most[metric]) ? row : most), null)
}
