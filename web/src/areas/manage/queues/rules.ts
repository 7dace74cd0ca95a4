/** The rules of a queue as a form: every part with all its values while it is edited, only what differs when it is kept. */

import type { Draft, Field, Section } from '../form/fields'
import { same } from '../form/fields'

export type StrategyType =
  | 'longest_idle'
  | 'round_robin'
  | 'fewest_contacts'
  | 'least_talk_time'
  | 'lowest_occupancy'
  | 'ring_all'
  | 'progressive_ring'
  | 'top_down'
  | 'weighted_random'
  | 'skill_level'
  | 'custom'

export interface Rules extends Draft {
  strategy: Draft & { type: StrategyType }
  requirement: string
  rings: Draft[]
  order: Draft
  preferred: Draft
  ranks: Record<string, number>
  grades: Record<string, number>
  lending: Draft[]
  reserve: Draft
}

export const MOST_RINGS = 8
const DAY_S = 86_400

const seconds = (key: string, least: number, most: number, more: Partial<Field> = {}) => ({ kind: 'number', key, least, most, unit: 's', half: true, ...more }) as Field
const of = (key: string, fields: Field[]): Section[] => [{ key, fields }]

const AT_MOST: Field = { kind: 'number', key: 'at_most', least: 1, most: 20, unit: 'phones', required: true, half: true }

/** What each strategy can be told, and what it is told at first. */
export const STRATEGIES: Record<StrategyType, { fields: Field[]; first: Draft }> = {
  longest_idle: { fields: [{ kind: 'choice', key: 'since', options: ['ready', 'contact', 'any_queue', 'this_queue'], required: true, half: true }], first: { since: 'ready' } },
  round_robin: { fields: [], first: {} },
  fewest_contacts: { fields: [{ kind: 'choice', key: 'of', options: ['any_queue', 'this_queue'], required: true, half: true }], first: { of: 'any_queue' } },
  least_talk_time: { fields: [], first: {} },
  lowest_occupancy: { fields: [], first: {} },
  ring_all: { fields: [AT_MOST], first: { at_most: 10 } },
  progressive_ring: { fields: [seconds('every_s', 1, 300, { required: true }), AT_MOST], first: { every_s: 5, at_most: 10 } },
  top_down: { fields: [], first: {} },
  weighted_random: { fields: [], first: {} },
  skill_level: { fields: [{ kind: 'choice', key: 'prefer', options: ['best', 'just_enough'], required: true, half: true }], first: { prefer: 'best' } },
  custom: { fields: [{ kind: 'text', key: 'name', required: true, longest: 100, mono: true, half: true }], first: { name: '', parameters: {} } },
}

export const RING: Section[] = of('ring', [
  seconds('after_s', 1, DAY_S, { optional: true }),
  seconds('wait_above_s', 0, DAY_S, { optional: true }),
  { kind: 'number', key: 'lower', least: 0, most: 10, unit: 'levels', required: true, half: true },
  { kind: 'number', key: 'priority', least: -1000, most: 1000, required: true, half: true },
  { kind: 'requirement', key: 'requirement', optional: true },
  { kind: 'picks', key: 'teams', from: 'teams', half: true },
  { kind: 'pick', key: 'queue', from: 'queues', half: true },
])
export const FIRST_RING: Draft = { after_s: null, wait_above_s: null, lower: 0, requirement: null, teams: [], priority: 0, queue: null }

/** `parameters` decide what is shown: ageing is for queues that are not balanced, the share for those that are. */
export const ORDER: Section[] = of('order', [
  { kind: 'choice', key: 'by', options: ['wait', 'deadline', 'balance'], required: true, half: true },
  { kind: 'number', key: 'ageing', least: 0, most: 1000, digits: 2, unit: 'a_minute', required: true, half: true, when: (draft) => draft.by !== 'balance' },
  seconds('head_start_s', 0, DAY_S, { required: true }),
  { kind: 'number', key: 'weight', least: 0.001, most: 1000, digits: 3, required: true, half: true },
  { kind: 'number', key: 'share', least: 0.001, most: 1000, digits: 3, required: true, half: true, when: (draft) => draft.by === 'balance' },
])
const FIRST_ORDER: Draft = { by: 'wait', ageing: 0, head_start_s: 0, weight: 1, share: 1 }

export const PREFERRED: Section[] = of('preferred', [
  { kind: 'choices', key: 'agents', options: ['last', 'manager', 'named'] },
  seconds('patience_s', 0, 3600, { required: true, when: (draft) => (draft.agents as string[]).length > 0 }),
  { kind: 'number', key: 'days', least: 1, most: 3650, unit: 'days', required: true, half: true, when: (draft) => (draft.agents as string[]).includes('last') },
])
const FIRST_PREFERRED: Draft = { agents: [], patience_s: 0, days: 30 }

export const LOAN: Section[] = of('loan', [
  { kind: 'pick', key: 'to', from: 'queues', required: true, half: true },
  { kind: 'number', key: 'keep_ready', least: 0, most: 100_000, unit: 'agents', required: true, half: true },
  { kind: 'number', key: 'waiting_at_most', least: 0, most: 100_000, unit: 'customers', optional: true, half: true },
  seconds('wait_below_s', 0, DAY_S, { optional: true }),
  { kind: 'number', key: 'service_level_above', least: 0, most: 1, digits: 2, optional: true, half: true },
  { kind: 'number', key: 'when_waiting_above', least: 0, most: 100_000, unit: 'customers', required: true, half: true },
  seconds('when_wait_above_s', 0, DAY_S, { optional: true }),
])
export const FIRST_LOAN: Draft = {
  to: null, waiting_at_most: null, keep_ready: 0, wait_below_s: null, service_level_above: null, when_waiting_above: 0, when_wait_above_s: null,
}

/** The limits are for those who have a reserve. */
const reserved = (draft: Draft) => (draft.agents as string[]).length > 0
export const RESERVE: Section[] = of('reserve', [
  { kind: 'picks', key: 'agents', from: 'agents' },
  { kind: 'number', key: 'waiting_above', least: 0, most: 100_000, unit: 'customers', optional: true, half: true, when: reserved },
  seconds('wait_above_s', 0, DAY_S, { optional: true, when: reserved }),
  { kind: 'number', key: 'service_level_below', least: 0, most: 1, digits: 2, optional: true, half: true, when: reserved },
  { kind: 'number', key: 'relief', least: 0, most: 1, digits: 2, required: true, half: true, when: reserved },
])
const FIRST_RESERVE: Draft = { agents: [], waiting_above: null, wait_above_s: null, service_level_below: null, relief: 0.5 }

/** The rules with everything that was left out because it is as always. */
export function whole(kept: Draft | undefined): Rules {
  const rules = kept ?? {}
  const strategy = (rules.strategy ?? { type: 'longest_idle' }) as Rules['strategy']
  return {
    strategy: { ...STRATEGIES[strategy.type]?.first, ...strategy },
    requirement: String(rules.requirement ?? ''),
    rings: ((rules.rings ?? []) as Draft[]).map((ring) => ({ ...FIRST_RING, ...ring })),
    order: { ...FIRST_ORDER, ...(rules.order as Draft) },
    preferred: { ...FIRST_PREFERRED, ...(rules.preferred as Draft) },
    ranks: { ...(rules.ranks as Record<string, number>) },
    grades: { ...(rules.grades as Record<string, number>) },
    lending: ((rules.lending ?? []) as Draft[]).map((loan) => ({ ...FIRST_LOAN, ...loan })),
    reserve: { ...FIRST_RESERVE, ...(rules.reserve as Draft) },
  }
}

const differing = (value: Draft, first: Draft): Draft => Object.fromEntries(Object.entries(value).filter(([key, each]) => !same(each, first[key])))

/** The rules as they are kept: what is as always is left out. */
export function slim(rules: Rules): Draft {
  const { type, ...told } = rules.strategy
  const strategy = differing(told, STRATEGIES[type]?.first ?? {})
  const kept: Draft = {
    strategy: type === 'longest_idle' && Object.keys(strategy).length === 0 ? null : { type, ...strategy },
    requirement: rules.requirement.trim(),
    rings: rules.rings.map((ring) => differing(ring, FIRST_RING)),
    order: differing(rules.order, FIRST_ORDER),
    preferred: differing(rules.preferred, FIRST_PREFERRED),
    ranks: rules.ranks,
    grades: rules.grades,
    lending: rules.lending.map((loan) => differing(loan, FIRST_LOAN)),
    reserve: differing(rules.reserve, FIRST_RESERVE),
  }
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value && (typeof value !== 'object' || Object.keys(value).length > 0)))
}
