/** A fact of the journal as one line for people: what belongs to it, in a fixed order. */

export interface Fact {
  seq: number
  at: string
  kind: string
  data: Record<string, unknown>
}

export interface FactNames {
  agent: (id: string) => string
  queue: (id: string) => string
  number: (text: string) => string
}

type Teller = (value: string, names: FactNames) => string

const plain: Teller = (value) => value
const target: Teller = (value, names) => {
  const [kind, ...rest] = value.split(':')
  const id = rest.join(':')
  if (kind === 'agent') return names.agent(id) || id
  if (kind === 'queue') return names.queue(id) || id
  return kind === 'number' ? names.number(id) : value
}

/** The fields worth telling, and how. What is not named here is machinery. */
const TOLD: Record<string, Teller> = {
  caller: (value, names) => names.number(value),
  called: (value, names) => names.number(value),
  name: plain,
  queue: (value, names) => names.queue(value),
  agent: (value, names) => names.agent(value),
  by: (value, names) => names.agent(value),
  target,
  node: plain,
  exit: plain,
  reason: plain,
  result: plain,
  cause: plain,
  ended_by: plain,
  how: plain,
  mode: plain,
  disposition: plain,
}

export function tell(fact: Fact, names: FactNames): string {
  const parts = Object.entries(TOLD).map(([field, teller]) => {
    const value = field === 'exit' ? wayOut(fact.data.exit) : fact.data[field]
    return typeof value === 'string' && value !== '' ? teller(value, names) : ''
  })
  return [...new Set(parts.filter(Boolean))].join(' · ')
}

/** A queue's way out is told by its condition and where it leads. */
function wayOut(exit: unknown): unknown {
  if (typeof exit !== 'object' || exit === null) return exit
  const { when, to } = exit as { when?: string; to?: string }
  return `${when} → ${to}`
}

/** Facts that only the machinery cares about: shown when all are asked for. */
const QUIET = new Set(['LegPlaced', 'LegRang', 'LegUp', 'LegDown', 'RecordingStarted', 'RecordingClosed', 'FlowStarted'])

export function telling(facts: Fact[], all: boolean): Fact[] {
  return all ? facts : facts.filter((fact) => !QUIET.has(fact.kind))
}

/** Why an agent was chosen, where the fact says so. */
export function whyOf(fact: Fact): Record<string, unknown> | null {
  const why = fact.data.why
  return fact.kind === 'Offered' && typeof why === 'object' && why !== null && Object.keys(why).length > 0 ? (why as Record<string, unknown>) : null
}
