/** Contacts, recordings and figures of the made-up API. Development only. */

import type { Contact, ContactRow, Segment } from '../../src/core/wire.ts'
import { world } from '../floor.ts'
import { on, Refusal } from '../rest.ts'
import { at } from '../world.ts'

const nameIn = (one: ContactRow['queue']) => (one && typeof one === 'object' ? one.id : (one ?? ''))

function found(id: string): ContactRow {
  const row = world.contacts.find((one) => one.id === id)
  if (!row) throw new Refusal(404, 'contacts.unknown')
  return row
}

/** The parts of a contact, one after the other from its beginning. */
function segments(row: ContactRow): Segment[] {
  const agent = nameIn(row.agent) || null
  const queue = nameIn(row.queue) || null
  const talk = row.talk_s ?? 0
  const plan: [Segment['kind'], number, string | null][] = [['ivr', 14, null], ['queue', row.wait_s ?? 0, null]]
  if (agent) {
    plan.push(['ring', 4, agent], ['talk', talk * 0.6, agent], ['hold', row.hold_s ?? 0, agent], ['talk', talk * 0.4, agent])
    plan.push(['wrap_up', row.wrap_up_s ?? 0, agent])
  }
  let clock = Date.parse(row.at)
  return plan
    .filter(([, length]) => length > 0)
    .map(([kind, length, who]) => {
      const start = clock
      clock += length * 1000
      return { kind, agent: who, queue, leg: who ? 'a' : 'c', start: new Date(start).toISOString(), end: new Date(clock).toISOString() }
    })
}

function facts(row: ContactRow): Contact['facts'] {
  const begin = Date.parse(row.at)
  const agent = nameIn(row.agent)
  const told: [number, string, Record<string, unknown>][] = [
    [0, 'CallArrived', { caller: row.caller, called: row.called }],
    [0, 'CustomerIdentified', { name: row.customer?.name ?? '' }],
    [1, 'FlowStarted', {}],
    [8, 'FlowMoved', { node: 'main_menu', exit: '1' }],
    [14, 'Queued', { queue: nameIn(row.queue) }],
  ]
  if (agent) {
    const talk = 18 + (row.wait_s ?? 0)
    told.push([talk - 4, 'Offered', { agent }], [talk, 'Connected', { agent, queue: nameIn(row.queue) }], [talk, 'RecordingStarted', {}])
    told.push([talk + 40, 'Held', { by: agent }], [talk + 62, 'Resumed', { by: agent }])
    told.push([talk + (row.talk_s ?? 0), 'CallEnded', { cause: 'normal', ended_by: 'customer' }], [talk + (row.talk_s ?? 0) + 20, 'WrappedUp', { agent, how: 'done' }])
  } else told.push([14 + (row.wait_s ?? 0), 'Abandoned', { queue: nameIn(row.queue) }])
  return told.map(([after, kind, data], seq) => ({ seq, at: new Date(begin + after * 1000).toISOString(), kind, data }))
}

function seconds(row: ContactRow): number {
  return (row.talk_s ?? 0) + (row.hold_s ?? 0)
}

/** Two people who take turns: loud and quiet by a slow wave. */
function peaks(row: ContactRow) {
  const count = Math.max(1, seconds(row)) * 20
  const voice = (index: number, turn: number) => {
    const speaks = Math.sin(index / 90 + turn * Math.PI) > -0.1
    return speaks ? Math.abs(Math.sin(index * 0.7) * Math.cos(index * 0.13)) * 0.75 + 0.05 : 0.015
  }
  const track = (turn: number) => Array.from({ length: count }, (_, index) => Math.round(voice(index, turn) * 1000) / 1000)
  return { per_s: 20, left: track(0), right: track(1) }
}

function matches(row: ContactRow, query: URLSearchParams): boolean {
  const is = (key: string, value: string | null | undefined) => !query.get(key) || query.get(key) === value
  const q = query.get('q')?.replaceAll(' ', '') ?? ''
  const from = query.get('from') ?? ''
  return (
    is('queue', nameIn(row.queue)) &&
    is('agent', nameIn(row.agent)) &&
    is('direction', row.direction) &&
    (is('outcome', row.outcome) || (query.get('outcome') === 'any_abandon' && ['abandoned', 'short_abandon'].includes(row.outcome ?? ''))) &&
    (row.talk_s ?? 0) >= Number(query.get('min_talk_s') ?? 0) &&
    (!from || row.at >= new Date(Date.parse(from)).toISOString()) &&
    (q === '' || [row.caller, row.called, row.customer?.name ?? ''].some((text) => text.includes(q)))
  )
}

/** What a caller's machine sent, one that broke off, and what was sent to him. */
function faxes(row: ContactRow) {
  const one = { way: 'received', document: '', document_name: '', started_at: row.at, ended_at: row.at, complete: true, pages: 3, station: '+86 21 5550 1000', t38: true, error: '', reason: '', size: 52_000 }
  return [
    { ...one, id: `${row.id}.f1`, state: 'stored' },
    { ...one, id: `${row.id}.f2`, state: 'stored', complete: false, pages: 1, t38: false },
    { ...one, id: `${row.id}.f4`, way: 'sent', state: 'sent', document: row.id, document_name: '12 价目表', pages: 2 },
    { ...one, id: `${row.id}.f3`, state: 'failed', complete: false, pages: 0, station: '', error: 'timeout' },
  ]
}

on('GET', '/contacts', ({ query }) => {
  const rows = world.contacts.filter((row) => matches(row, query))
  const offset = Number(query.get('offset') ?? 0)
  return { items: rows.slice(offset, offset + Number(query.get('limit') ?? 50)), total: rows.length }
})
on('GET', '/contacts/:id', ({ params }) => {
  const row = found(params.id!)
  const recordings = row.recorded ? [{ id: row.id, duration_s: seconds(row), channels: 2, state: 'stored', reason: '', started_at: segments(row).find((one) => one.kind === 'talk')?.start ?? row.at }] : []
  return { ...row, segments: segments(row), facts: facts(row), legs: [], notes: world.notes[row.id] ?? '', survey: row.outcome === 'answered' ? { rating: '5' } : {}, recordings, faxes: row.outcome === 'ivr_only' ? faxes(row) : [] }
})
on('PATCH', '/contacts/:id', ({ params, body }) => {
  const row = found(params.id!)
  if ('notes' in body) world.notes[row.id] = body.notes!
  if ('disposition' in body) row.disposition = body.disposition!
  return row
})
/** Two tones that follow the peaks, 8 kHz, 16 bit: left 440 Hz, right 550 Hz. */
function audio(row: ContactRow): Buffer {
  const { per_s, left, right } = peaks(row)
  const rate = 8000
  const frames = Math.floor((left.length / per_s) * rate)
  const wav = Buffer.alloc(44 + frames * 4)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + frames * 4, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(2, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * 4, 28)
  wav.writeUInt16LE(4, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(frames * 4, 40)
  const tone = (track: number[], frame: number, hertz: number) =>
    Math.round(Math.sin((frame / rate) * 2 * Math.PI * hertz) * 9000 * (track[Math.floor((frame / rate) * per_s)] ?? 0))
  for (let frame = 0; frame < frames; frame++) {
    wav.writeInt16LE(tone(left, frame, 440), 44 + frame * 4)
    wav.writeInt16LE(tone(right, frame, 550), 46 + frame * 4)
  }
  return wav
}

on('GET', '/recordings/:id/audio', ({ params }) => audio(found(params.id!)))
on('GET', '/recordings/:id/peaks', ({ params }) => peaks(found(params.id!)))

const FORMULAS = {
  offered: { id: 'O1', expression: 'O = A + B + F + waiting', zh: '时段内进入队列的次数。', en: 'Visits enqueued in the window.' },
  answered: { id: 'A1', expression: 'A', zh: '由坐席接听的次数。', en: 'Visits that an agent answered.' },
  abandoned: { id: 'B1', expression: 'B', zh: '排队或振铃中客户挂断的次数。', en: 'Visits whose caller hung up while waiting or ringing.' },
  service_level: { id: 'SL3', expression: 'A_T / (A + B)', zh: '时限内接听数，占接听与放弃总数（含短时放弃）的比例。', en: 'Answered within the threshold, of all answered or abandoned (short abandons included).' },
  asa_s: { id: 'ASA1', expression: 'Σ wait(A) / A', zh: '已接听来电的平均等待（含振铃）。', en: 'Mean wait of the answered, ringing included.' },
}
const HOURS = [4, 12, 31, 52, 61, 44, 38, 57, 66, 49, 22, 11]

/** What `/figures?by=` answers, with numbers that add up. */
function figuresBy(by: string) {
  const base = Object.values(world.figures)[0]!
  if (by === 'queue') return Object.entries(world.figures).map(([queue, row]) => ({ queue, ...row }))
  if (by === 'agent') {
    const agents = Object.keys(world.agents).slice(0, 8)
    return agents.map((agent, n) => ({ agent, handled: 40 - n * 3, offered: 44 - n * 3, missed: n % 3, talk_s: 7200 - n * 300, hold_s: 300, consult_s: 60, wrap_up_s: 900, ready_s: 5000, paused_s: 1800, aht_s: 208 + n * 4, occupancy: 0.62 + n * 0.02 }))
  }
  const start = new Date(new Date().setHours(8, 0, 0, 0)).getTime()
  return HOURS.map((offered, n) => ({ ...base, hour: new Date(start + n * 3_600_000).toISOString(), offered, answered: Math.round(offered * 0.9), abandoned: Math.round(offered * 0.07), flow_out: offered - Math.round(offered * 0.9) - Math.round(offered * 0.07), service_level: 0.9 - (offered / 66) * 0.25 }))
}
on('GET', '/figures', ({ query }) => ({ by: query.get('by'), items: figuresBy(query.get('by') ?? 'queue'), total: world.figures[Object.keys(world.figures)[0]!], formulas: FORMULAS }))
on('GET', '/figures/today', () => ({ at: at(), queues: world.figures, formulas: FORMULAS }))

const before = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const owed = (n: number, state: string, more: object = {}) => ({
  id: `00000000-0000-7000-8000-00000000c00${n}`, queue: Object.keys(world.queues)[n % 2], number: `+861380013800${n}`, name: n % 2 ? '李华' : '', customer: null, origin: null, by: 'customer',
  asked_at: before(20 - n), since: before(22 - n), due_at: null, expires_at: before(-1400), priority: 0, state, attempts: 0, reason: '', result: '', call: null, agent: null, ended_at: null, ...more,
})
on('GET', '/callbacks', ({ query }) => {
  const open = [owed(1, 'waiting'), owed(2, 'calling', { agent: Object.keys(world.agents)[0], attempts: 1 }), owed(3, 'resting', { attempts: 1, reason: 'no_answer', due_at: before(-8) }), owed(4, 'scheduled', { due_at: before(-90) })]
  const ended = [owed(5, 'ended', { result: 'connected', attempts: 1, ended_at: before(4), agent: Object.keys(world.agents)[1] }), owed(6, 'ended', { result: 'unreachable', attempts: 3, ended_at: before(50) })]
  const items = query.get('state') === 'ended' ? ended : open
  return { items, total: items.length }
})
/** Promised on the pages; the second queue has no slots. */
const promised: { id: string; queue: string; number: string; name: string; due: string | null; state: string; attempts: number }[] = []
on('GET', '/callbacks/slots', ({ query }) => {
  const bookable = query.get('queue') !== Object.keys(world.queues)[1]
  const first = Math.ceil(Date.now() / 1_800_000) * 1_800_000
  const all = Array.from({ length: 3 * 48 }, (_, n) => new Date(first + n * 1_800_000))
  return { bookable, items: bookable ? all.filter((at) => at.getUTCHours() >= 1 && at.getUTCHours() < 10 && at.getUTCMinutes() + at.getUTCHours() !== 33) : [] }
})
on('GET', '/callbacks/owed', ({ query }) => ({ items: promised.filter((one) => query.getAll('number').includes(one.number) || query.get('customer') === 'never') }))
on('POST', '/callbacks', ({ body }) => {
  const { id, queue, number, name, due } = body as unknown as { id: string; queue: string; number: string; name: string; due: string | null }
  const before = promised.find((one) => one.queue === queue && one.number === number)
  const [moved, was] = [before !== undefined, before?.due ?? null]
  const now = before ?? { id, queue, number, name, due, state: '', attempts: 0 }
  Object.assign(now, { due, state: due ? 'scheduled' : 'waiting' })
  if (!before) promised.push(now)
  return { callback: now, moved, was_due: was }
})
on('POST', '/callbacks/:id/move', () => ({}))
const ordered = (n: number, state: string, more: object = {}) => ({
  id: `00000000-0000-7000-8000-00000000d00${n}`, number: `+861391111222${n}`, caller: `+861380013800${n}`, origin: `00000000-0000-7000-8000-00000000e00${n}`, flow: null, version: null,
  ordered_at: before(30 - n), due_at: before(-60 * n), expires_at: before(-1400), state, attempts: 0, reason: '', result: '', call: null, answered_at: null, ended_at: null, ended_by: '', ...more,
})
on('GET', '/outcalls', ({ query }) => {
  const open = [ordered(1, 'scheduled', { attempts: 1, reason: 'busy' }), ordered(2, 'due'), ordered(3, 'calling', { attempts: 1 }), ordered(4, 'answered'), ordered(5, 'scheduled', { reason: 'hours' })]
  const over = { due_at: null, ended_at: before(2), attempts: 1 }
  const ended = [ordered(6, 'ended', { ...over, result: 'delivered' }), ordered(7, 'ended', { ...over, result: 'unreachable', attempts: 3, reason: 'no_answer' }), ordered(8, 'ended', { ...over, result: 'failed', attempts: 0, reason: 'outcall.blocked' })]
  const items = query.get('state') === 'ended' ? ended : open
  return { items, total: items.length }
})
on('POST', '/outcalls/:id/cancel', () => undefined)
on('GET', '/abandoned', () => ({
  items: [1, 2, 3].map((n) => ({ id: `00000000-0000-7000-8000-00000000a00${n}`, at: before(n * 17), caller: `+861390013900${n}`, caller_name: n === 2 ? '王芳' : '', customer: null, queue: Object.keys(world.queues)[0], wait_s: 40 * n, again_at: n === 3 ? before(5) : null, back_at: n === 2 ? before(3) : null, answered_at: null })),
  total: 3,
}))
