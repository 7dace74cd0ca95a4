/** The ways out of a queue, as the server has them, and what each needs to make sense. */

export const CONDITIONS = ['size', 'wait', 'expected_wait', 'per_serving', 'per_staffed', 'no_agents', 'none_serving', 'closing', 'closed'] as const
export const GOALS = ['flow', 'queue', 'callback', 'voicemail', 'message', 'number'] as const
export const MOMENTS = ['both', 'entry', 'waiting'] as const
export type Condition = (typeof CONDITIONS)[number]
export type Goal = (typeof GOALS)[number]

export interface WayOut {
  when: Condition
  at: (typeof MOMENTS)[number]
  limit: number | null
  calendar: string
  to: Goal
  target: string
  after: 'hang_up' | 'go_on'
}

const UNITS: Partial<Record<Condition, 's' | 'calls' | 'ratio'>> = {
  size: 'calls', wait: 's', expected_wait: 's', per_serving: 'ratio', per_staffed: 'ratio', closing: 's',
}

/** What the limit counts; none: the condition has no limit. */
export function unitOf(when: Condition): 's' | 'calls' | 'ratio' | null {
  return UNITS[when] ?? null
}

export function needsLimit(when: Condition): boolean {
  return unitOf(when) !== null && when !== 'closing'
}

export function freshExit(): WayOut {
  return { when: 'wait', at: 'waiting', limit: 300, calendar: '', to: 'flow', target: '', after: 'hang_up' }
}

/** The exit after another condition or goal was chosen: what no longer means anything is taken away. */
export function changed(exit: WayOut, change: Partial<WayOut>): WayOut {
  const next = { ...exit, ...change }
  if (change.when && change.when !== exit.when) {
    next.limit = unitOf(change.when) === null ? null : unitOf(change.when) === 's' ? 300 : 10
    if (change.when !== 'closing') next.calendar = ''
  }
  if (change.to && change.to !== exit.to) next.target = ''
  return next
}

/** The number of the first exit that does not make sense, from 1, and what it lacks. */
export function firstIncomplete(exits: WayOut[]): { number: number; missing: 'limit' | 'calendar' | 'target' } | null {
  for (const [index, exit] of exits.entries()) {
    const number = index + 1
    if (needsLimit(exit.when) && (exit.limit === null || exit.limit < 0)) return { number, missing: 'limit' }
    if (exit.when === 'closing' && !exit.calendar) return { number, missing: 'calendar' }
    if (TARGETED.has(exit.to) && !exit.target) return { number, missing: 'target' }
  }
  return null
}

const TARGETED: ReadonlySet<Goal> = new Set<Goal>(['queue', 'message', 'number'])
