/** A floor that moves by itself once a second, and obeys one agent's commands. Development only. */

import type { AgentRow, AgentState, CallRow, LiveMessage, Patch } from '../src/core/wire.ts'
import { ME, QUEUES, at, call, id, makeWorld, mobile, pick, random } from './world.ts'

export const world = makeWorld()
type Listener = (message: LiveMessage) => void
const listeners = new Set<Listener>()
let serial = 100

const digest = (row: unknown) => JSON.stringify(row)
const KINDS = ['agents', 'queues', 'calls', 'figures', 'alerts', 'trunks'] as const
type Sent = Record<(typeof KINDS)[number], Record<string, string>>
const unsent = (): Sent => ({ agents: {}, queues: {}, calls: {}, figures: {}, alerts: {}, trunks: {} })
let sent = unsent()

export function snapshot(mine: string | null): LiveMessage {
  const { agents, queues, calls, figures, alerts, trunks, seq } = world
  return { type: 'snapshot', seq, at: at(), me: mine ? agents[mine]! : null, agents, queues, calls, figures, alerts, trunks }
}

export function subscribe(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function recount(): void {
  for (const queue of Object.values(world.queues)) {
    const waiting = Object.values(world.calls).filter((one) => one.queue === queue.id && ['waiting', 'offering'].includes(one.state))
    const staff = Object.values(world.agents).filter((one) => one.queues.includes(queue.id))
    const count = (state: AgentState) => staff.filter((one) => one.state === state).length
    queue.waiting = waiting.length
    queue.longest_since = waiting.map((one) => one.waiting_since).sort()[0] ?? null
    queue.agents = { ready: count('ready'), offered: count('offered'), busy: count('busy'), wrap_up: count('wrap_up'), paused: count('paused') }
  }
}

/** Tells listeners what is different since the last time. */
export function publish(): void {
  recount()
  const patch: Patch & Record<string, unknown> = { type: 'patch', seq: ++world.seq, at: at() }
  const next = unsent()
  for (const kind of KINDS) {
    const changes: Record<string, unknown> = {}
    for (const [key, row] of Object.entries(world[kind])) {
      next[kind][key] = digest(row)
      if (next[kind][key] !== sent[kind][key]) changes[key] = structuredClone(row)
    }
    for (const key of Object.keys(sent[kind])) if (!(key in next[kind])) changes[key] = null
    if (Object.keys(changes).length) patch[kind] = changes as never
  }
  sent = next
  for (const listener of listeners) listener(patch)
}

export const me = () => world.agents[ME]!
export const mine = () => (me().call ? world.calls[me().call!] : undefined)

export function setAgent(agent: AgentRow, state: AgentState, change: Partial<AgentRow> = {}): void {
  Object.assign(agent, { state, since: at(), reason: null, until: null, ...change })
}

export function setCall(row: CallRow, change: Partial<CallRow>): void {
  Object.assign(row, { since: at(), ...change })
}

export function newCall(change: Partial<CallRow> = {}): CallRow {
  const row = call(++serial, { started: at(12), since: at(), waiting_since: at(), ...change })
  world.calls[row.id] = row
  return row
}

/** Offers me a call from a customer who is known, perhaps known, or unknown. */
export function offerMe(known: 'known' | 'perhaps' | 'unknown' = 'known'): void {
  const who = world.customers[7]!
  const row = newCall({
    caller: known === 'unknown' ? mobile() : who.identities[0]!.value, queue: QUEUES[1]!.id, state: 'offering', waiting_since: at(34), started: at(61),
    customer: known === 'unknown' ? null : { id: who.id, name: who.name, sure: known === 'known' },
    answers: { 语言: '中文', 业务: '售后报修', 订单号: 'SO20261107031' }, why: { skill: '售后', candidates: 3 },
    agents: [{ id: ME, leg: 'leg-me', state: 'offered', until: at(-20), muted: false }],
  })
  setAgent(me(), 'offered', { call: row.id, until: at(-20) })
}

export function answerMine(): void {
  const row = mine()
  if (!row) return
  setCall(row, { state: 'talking', answered_at: at(), agents: [{ id: ME, leg: 'leg-me', state: 'talking', until: null, muted: false }], recording: { id: 'r1', on: true, paused: false } })
  setAgent(me(), 'busy', { call: row.id })
}

export function endMine(): void {
  const row = mine()
  if (!row) return
  setCall(row, { state: 'wrap_up', consult: null, agents: [{ id: ME, leg: 'leg-me', state: 'wrap_up', until: at(-45), muted: false, extensions: 2, extension_s: 30, extended: 0 }] })
  setAgent(me(), 'wrap_up', { call: row.id, until: at(-45), holding: false, muted: false })
}

export function freeMe(then: string): void {
  const row = mine()
  if (row) delete world.calls[row.id]
  const [kind, reason] = then.split(':')
  if (kind === 'pause') setAgent(me(), 'paused', { call: null, reason: reason ?? null, next_pause: null })
  else setAgent(me(), 'ready', { call: null, next_pause: null })
}

function others(): AgentRow[] {
  return Object.values(world.agents).filter((agent) => agent.id !== ME)
}

function seatOthers(): void {
  for (const agent of others().filter((one) => one.state === 'busy')) {
    const row = newCall({ state: 'talking', answered_at: at(140), started: at(190), since: at(140), queue: agent.queues[0]!, caller: mobile(), agents: [{ id: agent.id, leg: `l${serial}`, state: 'talking', until: null, muted: false }] })
    agent.call = row.id
  }
  for (let n = 0; n < 4; n++) newCall({ state: 'waiting', waiting_since: at(12 + n * 19), caller: mobile() })
}

function moveOthers(): void {
  const waiting = Object.values(world.calls).filter((one) => one.state === 'waiting')
  const agent = pick(others())
  const row = agent.call ? world.calls[agent.call] : undefined
  if (agent.state === 'ready' && waiting[0]) {
    setAgent(agent, 'busy', { call: waiting[0].id })
    setCall(waiting[0], { state: 'talking', answered_at: at(), agents: [{ id: agent.id, leg: waiting[0].id, state: 'talking', until: null, muted: false }] })
  } else if (agent.state === 'busy' && random() < 0.25) {
    if (row) delete world.calls[row.id]
    setAgent(agent, 'wrap_up', { call: null })
  } else if (agent.state === 'wrap_up' && random() < 0.5) setAgent(agent, 'ready')
  if (waiting.length < 5 && random() < 0.3) newCall({ state: 'waiting', caller: mobile(), queue: pick(QUEUES).id })
}

export const still = { on: false }

export function startFloor(): void {
  seatOthers()
  recount()
  setInterval(() => {
    if (!still.on) moveOthers()
    publish()
    for (const listener of listeners) listener({ type: 'beat', seq: world.seq, at: at() })
  }, 1000).unref()
}

export { id }
