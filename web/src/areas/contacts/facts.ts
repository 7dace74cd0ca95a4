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
  disposition: (key: string) => string
  /** The word for one of the values that a field may have. */
  word: (field: string, value: string) => string
  /** A queue's way out: its condition, and where it leads. */
  wayOut: (when: string, to: string) => string
  /** From one step of a flow to the next; `exit` is already a word, and empty where the plain way was taken. */
  step: (from: string, exit: string, node: string) => string
  failure: (code: string) => string
  /** What an exit of a step is called: by its own name where it was named in drawing, else by the word for it. */
  exit: (from: string, exit: string) => string
  /** What a step is called in the version of the flow that the call went through. */
  title: (node: string) => string
}

type Teller = (value: string, names: FactNames) => string

const plain: Teller = (value) => value
const worded = (field: string): Teller => (value, names) => names.word(field, value)
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
  act: worded('act'),
  what: (value, names) => names.agent(value) || names.queue(value),
  target,
  kind: worded('kind'),
  part: worded('part'),
  node: (value, names) => names.title(value),
  text: plain,
  choice: worded('exit'),
  way: worded('way'),
  document_name: plain,
  reason: (value, names) => (value.startsWith('error:') ? names.failure(value.slice('error:'.length)) : names.word('reason', value)),
  result: worded('result'),
  outcome: worded('outcome'),
  cause: worded('cause'),
  ended_by: worded('ended_by'),
  how: worded('how'),
  mode: worded('mode'),
  disposition: (value, names) => names.disposition(value),
}

/** `from`: the step of the flow that was left, for a fact that tells of the next. */
export function tell(fact: Fact, names: FactNames, from = ''): string {
  if (fact.kind === 'FlowMoved') return moved(fact.data, names, from)
  const parts = Object.entries(TOLD).map(([field, teller]) => {
    const value = field === 'node' && fact.kind === 'CallArrived' ? '' : fact.data[field] // which switch: machinery
    return typeof value === 'string' && value !== '' ? teller(value, names) : ''
  })
  return [...new Set([...parts, wayOut(fact.data.exit, names)].filter(Boolean))].join(' · ')
}

/** The exit belongs to the step that was left: it must not read as if the step that was reached had ended so. */
function moved(data: Record<string, unknown>, names: FactNames, from: string): string {
  const name = names.title(String(data.node ?? ''))
  const by = typeof data.exit === 'string' ? data.exit : ''
  const step = by === '' ? name : names.step(from && names.title(from), by === 'next' ? '' : names.exit(from, by), name)
  const why = whyLeft(data)
  return why === '' ? step : `${step} · ${names.failure(why)}`
}

/** Why a step was left, where its exit does not say it already: `no_input` says all of `menu.no_input`. */
function whyLeft({ exit, error }: Record<string, unknown>): string {
  return typeof error === 'string' && error.split('.').pop() !== exit ? error : ''
}

function wayOut(exit: unknown, names: FactNames): string {
  if (typeof exit !== 'object' || exit === null) return ''
  const { when, to } = exit as { when?: string; to?: string }
  return names.wayOut(when ?? '', to ?? 'flow')
}

/** For every fact that tells of a flow's step, by its number: the step that was left. */
export function stepsLeft(facts: Fact[]): Map<number, string> {
  const left = new Map<number, string>()
  let stands = ''
  for (const { seq, kind, data } of facts) {
    if (kind === 'FlowStarted' || kind === 'AsideStarted') stands = ''
    if (kind !== 'FlowMoved') continue
    left.set(seq, stands)
    stands = String(data.node ?? '')
  }
  return left
}

export interface StepName {
  title: string
  type: string
  kind: Partial<Record<'zh' | 'en', string>>
  own_exits?: readonly string[]
}

/** What steps are called, by the version of the flow and the step's id. */
export type StepNames = Record<string, Record<string, StepName>>

/** For every fact, by its number: the version of the flow that the call was in. */
export function versionsOf(facts: Fact[]): Map<number, string> {
  const found = new Map<number, string>()
  let version = ''
  for (const { seq, kind, data } of facts) {
    if (kind === 'FlowStarted' || kind === 'GivenBack') version = String(data.flow ?? '')
    if (kind === 'AsideStarted') version = ''
    found.set(seq, version)
  }
  return found
}

/** A step by its title, else by its kind and its id; one within a sub-flow after the step that calls it. */
export function titleOf(node: string, steps: Record<string, StepName> | undefined, language: 'zh' | 'en'): string {
  const ids = node.split('»')
  const called = ids.map((id, place) => {
    const step = steps?.[ids.slice(0, place + 1).join('»')]
    const kind = step?.kind[language]
    return step?.title || (kind ? `${kind} · ${id}` : id)
  })
  return called.join(' » ')
}

/** Facts that only the machinery cares about: shown when all are asked for. */
const QUIET = new Set([
  'LegPlaced', 'LegRang', 'LegUp', 'LegDown', 'RecordingStarted', 'RecordingClosed', 'FlowStarted', 'ListeningBegan', 'ListeningEnded', 'Widened', 'InteractionClosed', 'RecordingStored',
])

export function telling(facts: Fact[], all: boolean): Fact[] {
  return all ? facts : facts.filter((fact) => !QUIET.has(fact.kind))
}

/** Why an agent was chosen, where the fact says so. */
export function whyOf(fact: Fact): Record<string, unknown> | null {
  const why = fact.data.why
  return fact.kind === 'Offered' && typeof why === 'object' && why !== null && Object.keys(why).length > 0 ? (why as Record<string, unknown>) : null
}
