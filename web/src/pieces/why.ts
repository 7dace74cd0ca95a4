/** Why an agent was offered a contact, as the floor wrote it down; older and shorter forms are read too. */

export interface WhyLine {
  /** The last part of the key under `why`. */
  key: string
  params: Record<string, unknown>
  /** Agents to be named in the words, and times to be told as lengths. */
  agent?: string
}

type Why = Record<string, unknown>

const isNumber = (value: unknown): value is number => typeof value === 'number'
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const counts = (value: unknown): [string, number][] => Object.entries((value ?? {}) as Record<string, number>)
const best = (value: unknown): { agent: string; score: number }[] => (Array.isArray(value) ? (value as { agent: string; score: number }[]) : [])

/** Scores that are lengths of time, and such as are shares. */
const IN_SECONDS = new Set(['longest_idle', 'ring_all', 'progressive_ring', 'least_talk_time'])
const AS_SHARE = new Set(['lowest_occupancy'])

/** A strategy's measure of an agent, as people read it; without a measure worth telling nothing. */
export function score(strategy: string, value: number, length: (seconds: number) => string): string {
  if (IN_SECONDS.has(strategy)) return length(value)
  if (AS_SHARE.has(strategy)) return `${Math.round(value * 100)} %`
  return String(Math.round(value * 1000) / 1000)
}

const strategyOf = (why: Why): string => text(why.strategy) || (text(why.order) && 'idle' in why ? text(why.order) : '')

/** The reasons one below the other: who chose whom, of how many, who was left out by what. */
export function lines(why: Why, length: (seconds: number) => string): WhyLine[] {
  const found: WhyLine[] = []
  const add = (key: string, params: Record<string, unknown> = {}, agent?: string) => found.push({ key, params, agent })
  if (why.direct) add('direct')
  if (why.transferred_by) add('transferred', {}, text(why.transferred_by))
  if (why.consulted_by) add('consulted', {}, text(why.consulted_by))
  const strategy = strategyOf(why)
  if (why.preferred) add('preferred', {}, text(why.preferred))
  if (strategy) add('strategy', { strategy, score: isNumber(why.chosen_score) ? score(strategy, why.chosen_score, length) : '' })
  if (isNumber(why.candidates)) add('candidates', { candidates: why.candidates, idle: why.idle })
  for (const [condition, n] of counts(why.excluded)) add('excluded', { condition, n })
  for (const one of best(why.best)) add('best', { score: score(strategy, one.score, length) }, one.agent)
  if (isNumber(why.ring) && why.ring !== 0) add(why.ring < 0 ? 'held' : 'ring', { n: why.ring })
  if (isNumber(why.from_elsewhere)) add('lent', { n: why.from_elsewhere })
  if (isNumber(why.in_reserve)) add('in_reserve', { n: why.in_reserve })
  if (text(why.reserve)) add(`because_${text(why.reserve)}`)
  if (text(why.interrupts)) add(`interrupts_${text(why.interrupts)}`)
  if (Array.isArray(why.also_ringing) && why.also_ringing.length > 0) add('also_ringing', { n: why.also_ringing.length })
  if (isNumber(why.priority)) add('priority', { priority: why.priority, points: isNumber(why.points) ? why.points : why.priority })
  if (why.fallback) add('fallback', { reason: text(why.fallback) })
  return found
}
