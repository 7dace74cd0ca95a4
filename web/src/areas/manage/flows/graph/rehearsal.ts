/** A rehearsed call as the server plays it, and what of it is shown on the canvas. */

import type { Doc } from './document'
import { lineId } from './scene'

export interface Move {
  node: string
  exit: string
  variables?: Record<string, unknown>
  /** The code of what went wrong at the step before, where that is why it was left by this exit. */
  error?: string
}

export interface Run {
  node: string
  language: string
  variables?: Record<string, unknown>
  priority?: number | null
  skills?: Record<string, number>
  until?: string | null
  playing?: number[]
  queue?: string
  /** What the step keeps for itself while the call stands at it. */
  memory?: { utterance?: string; errand?: number; error?: string; [name: string]: unknown }
}

export interface Beat {
  cue: Cue | null
  at: string
  moves: Move[]
  said: { media: string[]; language: string; interruptible?: boolean }[]
  actions: { type: string; [key: string]: unknown }[]
  run: Run
  over: string
}

export type Cue = { do: string; digit?: string; seconds?: number; result?: string; input?: Record<string, unknown>; reason?: string; text?: string; complete?: boolean; machine?: boolean }

export interface Stage {
  at: string
  caller: string
  called: string
  facts: Record<string, unknown>
  calendars: Record<string, boolean>
  queues: Record<string, { position: number; expected_wait_s?: number | null; ready?: number }>
}

export interface Path {
  steps: [string, string][]
  over: string
  queue: string
}

/** The step of the drawn flow in which this one lies: a sub-flow's steps are named after the step that calls it. */
export function stepOf(node: string): string {
  return node.split('»', 1)[0] ?? node
}

/** Everything that has been walked: steps and links. A link that was taken in the place of a missing exit counts, too. */
export function trail(doc: Doc, steps: readonly (readonly [string, string])[]): { nodes: Set<string>; lines: Set<string> } {
  const nodes = new Set<string>()
  const lines = new Set<string>()
  let before = ''
  for (const [exit, reached] of steps) {
    const node = stepOf(reached)
    if (reached !== node) continue
    nodes.add(node)
    const exits = doc.nodes[before]?.exits ?? {}
    const taken = exits[exit] === node ? exit : Object.keys(exits).find((name) => exits[name] === node)
    if (before && taken) lines.add(lineId(before, taken))
    before = node
  }
  return { nodes, lines }
}

export function stepsOf(beats: readonly Beat[]): [string, string][] {
  return beats.flatMap((beat) => beat.moves.filter((move) => move.node).map((move): [string, string] => [move.exit, move.node]))
}

/** Errands that the flow has sent out and that nobody has answered yet: the player makes the answer up. */
export function openErrand(beats: readonly Beat[]): { errand: number; kind: string } | null {
  const last = beats.at(-1)
  if (!last || last.over) return null
  const answered = new Set(beats.map((beat) => beat.cue?.input?.errand))
  const asked = beats.flatMap((beat) => beat.actions).filter((action) => typeof action.errand === 'number' && !answered.has(action.errand))
  const open = asked.at(-1)
  if (open && last.cue?.do === 'say' && last.run.memory?.errand !== open.errand) return null
  return open ? { errand: Number(open.errand), kind: String(open.kind ?? open.type) } : null
}

/** What a web service is asked: the line, and what goes along with it. Null: something else is asked. */
export function webRequest(action: Beat['actions'][number]): { line: string; more: Record<string, unknown>; keeps: string[] } | null {
  if (action.kind !== 'http') return null
  const { method, url, query, headers, body, keep } = (action.parameters ?? {}) as Record<string, unknown>
  const sent = Object.entries({ query, headers, body }).filter(([, part]) => part && Object.keys(part).length > 0)
  return { line: `${String(method)} ${String(url)}`, more: Object.fromEntries(sent), keeps: Object.keys((keep ?? {}) as object) }
}

/** The web request that waits for its answer; null where none does. */
export function openWebRequest(beats: readonly Beat[]): ReturnType<typeof webRequest> {
  const open = openErrand(beats)
  const action = beats.flatMap((beat) => beat.actions).find((one) => one.errand === open?.errand)
  return open && action ? webRequest(action) : null
}

/** A made-up answer of a web service in a line: its status and what is kept of it. Empty: it is none. */
export function webAnswer(value: unknown): string {
  const { status, values } = (value ?? {}) as { status?: unknown; values?: unknown }
  if (typeof status !== 'number' || typeof values !== 'object' || values === null) return ''
  return [String(status), ...Object.entries(values).map(([name, one]) => `${name} = ${typeof one === 'string' ? one : JSON.stringify(one)}`)].join(', ')
}

/** The step that is having somebody called for the caller, or has put him through: the player says how it ends. */
export function calling(beats: readonly Beat[]): string {
  for (const beat of [...beats].reverse()) {
    if (beat.actions.some((action) => action.type === 'PutThrough')) return beat.run.node
    if (beat.over || beat.moves.some((move) => move.node)) return ''
  }
  return ''
}

/** What the flow names of one kind, so that the stage can be set for it: `{queue: 'x'}` of any step. */
export function namedIn(doc: Doc, fields: ReadonlyMap<string, readonly string[]>): string[] {
  const found = Object.values(doc.nodes).flatMap((step) => (fields.get(step.type) ?? []).map((field) => step[field]))
  return [...new Set(found.filter((name): name is string => typeof name === 'string' && name !== ''))]
}

export interface Failing {
  step: string
  exit: string
  code: string
}

/** What went wrong in a beat: at which step, by which exit it was left (none: the flow says sorry), and the code that says why. */
export function failings(beats: readonly Beat[], index: number): Failing[] {
  const beat = beats[index]!
  const found: Failing[] = []
  let at = beats[index - 1]?.run.node ?? ''
  for (const move of beat.moves) {
    if (move.error && move.error.split('.').pop() !== move.exit) found.push({ step: at, exit: move.exit, code: move.error })
    at = move.node || at
  }
  const farewell = beat.run.node === '' && !beat.over ? beat.run.memory?.error : ''
  if (farewell && beats[index - 1]?.run.memory?.error !== farewell) found.push({ step: at, exit: '', code: farewell })
  return found
}

export interface Order {
  number: string
  /** By the clock of the stage, in minutes; empty: at once. */
  due: string
  variables: Record<string, unknown>
}

/** The calls that the flow has ordered in this beat. */
export function ordersOf(beat: Beat): Order[] {
  const orders = beat.actions.filter((action) => action.type === 'OrderCall')
  return orders.map((order) => ({
    number: String(order.number),
    due: String(order.due ?? '').slice(0, 16).replace('T', ' '),
    variables: (order.variables ?? {}) as Record<string, unknown>,
  }))
}
