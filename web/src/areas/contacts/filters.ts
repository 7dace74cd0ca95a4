/** What the contact list is asked for: one value that the address bar, the chips and the request are made from. */

import type { Direction, OutcomeAsked } from '@/core/wire'
import { dayOf, dayStart } from '@/core/zone'

export const PERIODS = ['today', 'yesterday', 'days7', 'days30', 'custom'] as const
export type Period = (typeof PERIODS)[number]

export const DIRECTIONS = ['inbound', 'outbound', 'internal'] as const satisfies readonly Direction[]

export const OUTCOMES = [
  'answered',
  'any_abandon',
  'abandoned',
  'short_abandon',
  'flow_out',
  'ivr_only',
  'failed',
] as const satisfies readonly OutcomeAsked[]

export interface ContactFilters {
  period: Period
  /** Days of the house, both included; only with the period `custom`. */
  from: string
  to: string
  queue: string
  agent: string
  direction: Direction | ''
  outcome: OutcomeAsked | ''
  q: string
  min_talk_s: number | null
}

/** The filters that can be taken away again; the period is always there. */
export const OPTIONAL_FILTERS = ['queue', 'agent', 'direction', 'outcome', 'min_talk_s', 'q'] as const
export type OptionalFilter = (typeof OPTIONAL_FILTERS)[number]

export function emptyFilters(): ContactFilters {
  return {
    period: 'today',
    from: '',
    to: '',
    queue: '',
    agent: '',
    direction: '',
    outcome: '',
    q: '',
    min_talk_s: null,
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | '' {
  return allowed.find((item) => item === value) ?? ''
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

function day(value: unknown): string {
  return typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : ''
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function seconds(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isFinite(number) && number > 0 ? Math.floor(number) : null
}

/** Reads the address bar. What makes no sense there is left out, so an old bookmark never breaks the page. */
export function fromQuery(query: Record<string, unknown>): ContactFilters {
  const from = day(query.from)
  const to = day(query.to) || from
  const named = oneOf(PERIODS, query.period)
  const period = from ? 'custom' : named && named !== 'custom' ? named : 'today'
  return {
    period,
    from: period === 'custom' ? (from < to ? from : to) : '',
    to: period === 'custom' ? (from < to ? to : from) : '',
    queue: text(query.queue),
    agent: text(query.agent),
    direction: oneOf(DIRECTIONS, query.direction),
    outcome: oneOf(OUTCOMES, query.outcome),
    q: text(query.q),
    min_talk_s: seconds(query.min_talk_s),
  }
}

/** The shortest address that `fromQuery` reads back to the same filters. */
export function toQuery(filters: ContactFilters): Record<string, string> {
  const query: Record<string, string> = {}
  if (filters.period === 'custom') {
    query.from = filters.from
    query.to = filters.to
  } else if (filters.period !== 'today') {
    query.period = filters.period
  }
  for (const key of active(filters)) query[key] = String(filters[key])
  return query
}

/** The optional filters that are set, in the order of the chips. */
export function active(filters: ContactFilters): OptionalFilter[] {
  return OPTIONAL_FILTERS.filter((key) => filters[key] !== '' && filters[key] !== null)
}

export function without(filters: ContactFilters, key: OptionalFilter): ContactFilters {
  return { ...filters, [key]: emptyFilters()[key] }
}

/** The period as instants, in days of the house: [start, end). */
export function bounds(filters: ContactFilters, now: Date): { from: Date; to: Date } {
  const midnight = (days: number) => dayStart(dayOf(now), days)
  const tomorrow = midnight(1)
  switch (filters.period) {
    case 'today':
      return { from: midnight(0), to: tomorrow }
    case 'yesterday':
      return { from: midnight(-1), to: midnight(0) }
    case 'days7':
      return { from: midnight(-6), to: tomorrow }
    case 'days30':
      return { from: midnight(-29), to: tomorrow }
    case 'custom':
      return { from: dayStart(filters.from), to: dayStart(filters.to, 1) }
  }
}

/** A number as people write it; it is looked for as it is dialled. */
const GROUPED_NUMBER = /^\+?[\d\s()-]+$/

/** The request's parameters, without those that say nothing. */
export function toRequest(filters: ContactFilters, now: Date): Record<string, string> {
  const { from, to } = bounds(filters, now)
  const request: Record<string, string> = { from: from.toISOString(), to: to.toISOString() }
  for (const key of active(filters)) request[key] = String(filters[key]).trim()
  if (request.q && GROUPED_NUMBER.test(request.q)) request.q = request.q.replace(/[\s()-]/g, '')
  return request
}
