/** Session, desk and customers of the made-up API. Development only. */

import { answerMine, endMine, freeMe, me, mine, newCall, offerMe, publish, setAgent, setCall, still, world } from '../floor.ts'
import { Refusal, crud, on } from '../rest.ts'
import type { Conference } from '../../src/core/wire.ts'
import { DISPOSITIONS, ME, QUEUES, REASONS, at, id } from '../world.ts'

const PERMISSIONS: Record<string, string[]> = {
  agent: ['desk.use', 'contacts.view', 'customers.edit'],
  supervisor: ['desk.use', 'floor.view', 'floor.listen', 'floor.intervene', 'floor.set_state', 'floor.message', 'floor.close', 'alerts.acknowledge', 'alerts.manage', 'walls.manage', 'contacts.view', 'recordings.play', 'customers.edit', 'report.view', 'twin.run'],
  administrator: ['floor.view', 'floor.listen', 'floor.intervene', 'floor.set_state', 'floor.message', 'floor.close', 'alerts.acknowledge', 'alerts.manage', 'walls.manage', 'contacts.view', 'recordings.play', 'customers.edit', 'users.manage', 'agents.manage', 'queues.manage', 'numbers.manage', 'trunks.manage', 'flows.manage', 'prompts.manage', 'libraries.manage', 'fax_documents.manage', 'settings.manage', 'audit.view', 'webhooks.manage', 'report.view', 'twin.run'],
}
const roleOf = (user: string) => (user.startsWith('admin') ? 'administrator' : user.startsWith('super') ? 'supervisor' : 'agent')
export const prefs: Record<string, string> = { locale: '' }

on('GET', '/session', ({ user }) => {
  if (!user) throw new Refusal(401, 'session.missing')
  const role = roleOf(user)
  return {
    user: { id: id(9, 1), name: role === 'agent' ? '林晓' : role === 'supervisor' ? '周班长' : '管理员', username: user, role, locale: prefs.locale, permissions: PERMISSIONS[role] },
    tenant: { id: id(9, 2), slug: 'demo', name: '热线演示中心', timezone: 'Asia/Shanghai' }, agent: role === 'administrator' ? null : { id: ME, extension: '1001', name: '林晓' }, csrf: 'mock',
  }
})
on('PATCH', '/session', ({ body }) => Object.assign(prefs, body))
on('GET', '/desk/setup', () => ({
  agent: { id: ME, name: '林晓', extension: '1001', queues: QUEUES.map((q) => q.id) }, phone: { uri: 'sip:demo-1001@localhost', password: 'x', ws_path: '/sip', ice: [] },
  queues: QUEUES, pause_reasons: REASONS, dispositions: DISPOSITIONS,
  colleagues: Object.values(world.agents).map(({ id: key, name, extension }) => ({ id: key, name, extension })),
  flows: ['身份核验', '账单查询', '满意度调查'].map((name, n) => ({ id: id(10, n + 1), name })),
}))

function command(path: string, run: (body: Record<string, never>) => void): void {
  on('POST', path, ({ body }) => {
    run(body)
    publish()
    return {}
  })
}
function call() {
  const row = mine()
  if (!row) throw new Refusal(409, 'desk.no_call')
  return row
}
command('/desk/sign-in', ({ queues }) => setAgent(me(), 'paused', { reason: 'signed_in', desk: true, phone: true, queues: queues ?? QUEUES.map((q) => q.id) }))
command('/desk/sign-out', () => setAgent(me(), 'off'))
command('/desk/queues', ({ queues }) => void (me().queues = queues))
command('/desk/ready', () => (me().state === 'busy' ? void (me().next_pause = null) : freeMe('ready')))
command('/desk/pause', ({ reason }) => (me().state === 'busy' ? void (me().next_pause = reason) : freeMe(`pause:${reason}`)))
command('/desk/reject', () => freeMe('ready'))
command('/desk/hang-up', endMine)
command('/desk/hold', () => (setCall(call(), { state: 'held' }), void (me().holding = true)))
command('/desk/resume', () => (setCall(call(), { state: 'talking' }), void (me().holding = false)))
command('/desk/mute', ({ on: muted }) => void (me().muted = muted))
command('/desk/keys', () => undefined)
command('/desk/transfer', endMine)
command('/desk/consult', ({ target }) => {
  setCall(call(), { state: 'consulting', consult: { target, state: 'ringing', leg: 'c1' } })
  setTimeout(() => call().consult && setCall(call(), { consult: { target, state: 'talking', leg: 'c1' } }), 3000)
})
command('/desk/consult/complete', endMine)
command('/desk/consult/join', () => setCall(call(), { state: 'conference', others: [{ leg: 'c1', address: call().consult?.target ?? '', state: 'talking' }], consult: null }))
command('/desk/consult/cancel', () => setCall(call(), { state: 'talking', consult: null }))
command('/desk/customer', ({ customer, name }) => setCall(call(), { customer: { id: customer, name, sure: true } }))
command('/desk/rejoin', () => undefined)
command('/desk/recording/pause', ({ on: paused }) => setCall(call(), { recording: { id: 'r1', on: true, paused } }))
command('/desk/wrap-up/extend', ({ until }) => {
  const part = call().agents[0]!
  if (part.extended === part.extensions) throw new Refusal(409, 'wrap_up.no_more_time')
  setCall(call(), { agents: [{ ...part, until: new Date(Date.parse(until) + 30_000).toISOString(), extended: (part.extended ?? 0) + 1 }] })
})
command('/desk/wrap-up', ({ then }) => freeMe((then as string) || (me().next_pause ? `pause:${me().next_pause}` : 'ready')))
command('/desk/dial', ({ call: key, target }) => {
  const row = newCall({ id: key, direction: 'outbound', caller: '1001', called: String(target).split(':')[1]!, state: 'ringing_out', queue: null, waiting_since: null, agents: [{ id: ME, leg: 'leg-me', state: 'talking', until: null, muted: false }] })
  delete world.calls[row.id]
  world.calls[key] = row
  setAgent(me(), 'busy', { call: key })
  setTimeout(() => (setCall(row, { state: 'talking', answered_at: at() }), publish()), 4000)
})
command('/desk/consult/swap', () => {
  const consult = call().consult
  if (consult) setCall(call(), { consult: { ...consult, with: consult.with === 'customer' ? 'party' : 'customer' } })
})
function conference(): Conference {
  return { locked: false, invited: [], parties: [
    { leg: 'c0', agent: null, role: 'customer', address: '', part: 'speaker', muted: false },
    { leg: 'leg-me', agent: ME, role: 'agent', address: '', part: 'moderator', muted: false },
    { leg: 'c1', agent: id(2, 4), role: 'agent', address: '', part: 'speaker', muted: false },
    { leg: 'c2', agent: null, role: 'outside', address: 'trunk:t/13800138000', part: 'listener', muted: true },
  ] }
}
function party(leg: string, change: Partial<Conference['parties'][number]> | null): void {
  const now = call().conference ?? conference()
  const parties = now.parties.flatMap((one) => (one.leg !== leg ? [one] : change ? [{ ...one, ...change }] : []))
  setCall(call(), { conference: { ...now, parties, invited: now.invited.filter((one) => one.leg !== leg) } })
}
command('/desk/conference/invite', ({ target, part }) => {
  const now = call().conference ?? conference()
  setCall(call(), { state: 'conference', conference: { ...now, invited: [...now.invited, { leg: `i${now.invited.length}`, target, part: part ?? 'speaker', by: ME }] } })
})
command('/desk/conference/part', ({ leg, part }) => party(leg, { part, muted: part === 'listener' }))
command('/desk/conference/mute', ({ leg, on: muted }) => party(leg, { muted }))
command('/desk/conference/remove', ({ leg }) => party(leg, null))
command('/desk/conference/lock', ({ on: locked }) => setCall(call(), { conference: { ...(call().conference ?? conference()), locked } }))
command('/desk/park', () => {
  const row = call()
  endMine()
  setCall(row, { state: 'parked', parked: { slot: 1, by: ME, since: at(), until: at(-120) }, agents: [] })
})
command('/desk/pick-up', ({ slot }) => {
  const found = Object.values(world.calls).find((one) => one.parked?.slot === slot)
  if (!found) throw new Refusal(409, 'parking.empty')
  setCall(found, { state: 'talking', parked: null, agents: [{ id: ME, leg: 'leg-me', state: 'talking', until: null, muted: false }] })
  setAgent(me(), 'busy', { call: found.id })
})
command('/desk/flow', () => setCall(call(), { state: 'ivr', detour: { by: ME, stays: true, node: 'ask' }, agents: [{ id: ME, leg: 'leg-me', state: 'apart', until: null, muted: false }] }))
command('/desk/flow/take-back', () => setCall(call(), { state: 'talking', detour: null, agents: [{ id: ME, leg: 'leg-me', state: 'talking', until: null, muted: false }] }))
command('/desk/notes', () => undefined)
command('/desk/messages/read', ({ message }) => void (me().messages = me().messages.filter((one) => one.id !== message)))
/** Puts the desk where a screenshot wants it. */
command('/mock/scene', ({ scene, known, locale }) => {
  if (locale) prefs.locale = locale
  still.on = true
  freeMe('ready')
  if (scene === 'paused') freeMe(`pause:${REASONS[0]!.id}`)
  if (scene === 'off') setAgent(me(), 'off')
  if (['offer', 'talking', 'wrap_up'].includes(scene)) offerMe(known)
  if (['talking', 'wrap_up'].includes(scene)) answerMine()
  if (scene === 'wrap_up') endMine()
  me().messages = []
  if (['conference', 'flow', 'swap', 'messages'].includes(scene)) {
    offerMe(known)
    answerMine()
    setCall(call(), { notes: [{ agent: id(2, 3), text: '客户要求退换上周购买的净水器，已核对订单。' }], attendants: [{ supervisor: id(9, 1), name: '周班长', agent: ME, mode: 'whisper' }], listeners: 1 })
  }
  if (scene === 'conference') setCall(call(), { state: 'conference', conference: { ...conference(), invited: [{ leg: 'i0', target: `agent:${id(2, 7)}`, part: 'speaker', by: ME }] } })
  if (scene === 'flow') setCall(call(), { state: 'ivr', detour: { by: ME, stays: true, node: 'ask' }, agents: [{ id: ME, leg: 'leg-me', state: 'apart', until: null, muted: false }] })
  if (scene === 'swap') setCall(call(), { state: 'consulting', consult: { target: `agent:${id(2, 4)}`, by: ME, state: 'talking', leg: 'c1', with: 'customer' } })
  if (['messages', 'parked'].includes(scene)) {
    me().messages = [
      { id: id(11, 1), at: at(40), name: '周班长', text: '北区基站故障，来电较多，请先安抚客户并登记号码。', urgent: true },
      { id: id(11, 2), at: at(400), name: '周班长', text: '今天下午三点班会改到四点。', urgent: false },
    ]
    const row = newCall({ state: 'parked', parked: { slot: 1, by: id(2, 3), since: at(20), until: at(-100) } })
    newCall({ state: 'parked', parked: { slot: 2, by: id(2, 5), since: at(5), until: at(-115) }, customer: { id: id(5, 2), name: '陈建国', sure: true }, caller: row.caller })
  }
})
command('/mock/answer', answerMine)

on('GET', '/customers/match', ({ query }) => {
  const phone = query.get('phone') ?? ''
  const found = world.customers.filter((one) => one.identities.some((identity) => identity.value === phone))
  return { items: found, total: found.length, sure: found.length === 1 }
})
/** Whoever writes remarks finds that a colleague has just written some. */
on('PATCH', '/customers/:id', ({ params, body }) => {
  const one = world.customers.find((each) => each.id === params.id)!
  const { was, ...change } = body as unknown as { was?: { notes?: string } } & Record<string, never>
  if (was && 'notes' in was && !one.notes) {
    one.notes = '客户改约到下周三上午，已通知安装师傅。'
    throw new Refusal(409, 'customer.changed_meanwhile', '', { fields: ['notes'], now: { notes: one.notes } })
  }
  return Object.assign(one, change)
})
crud('/customers', world.customers)
on('GET', '/customers/:id/timeline', ({ params }) => {
  const items = world.contacts.filter((one) => one.customer?.id === params.id)
  return { items, total: items.length }
})
