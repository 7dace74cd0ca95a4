/** The made-up centre that pages are built against. Development only. */

import type { AgentRow, AgentState, AlertRow, CallRow, ContactRow, Customer, Figures, QueueRow, TrunkRow } from '../src/core/wire.ts'

export const id = (kind: number, n: number) => `0197a000-000${kind}-7000-8000-${String(n).padStart(12, '0')}`
export const at = (secondsAgo = 0) => new Date(Date.now() - secondsAgo * 1000).toISOString()

/** The same numbers each time, so that screenshots can be compared. */
let seed = 42
export function random(): number {
  seed = (seed * 1664525 + 1013904223) % 4294967296
  return seed / 4294967296
}
export const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const SURNAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙']
const GIVEN = ['伟', '芳', '娜', '敏', '静', '磊', '洋', '艳', '杰', '涛', '明', '秀英', '建国', '晓东', '雨桐', '子涵']
export const person = () => pick(SURNAMES) + pick(GIVEN)
export const mobile = () => `1${pick(['38', '39', '50', '86', '77'])}${String(Math.floor(random() * 1e8)).padStart(8, '0')}`

export interface World {
  seq: number
  agents: Record<string, AgentRow>
  queues: Record<string, QueueRow>
  calls: Record<string, CallRow>
  figures: Record<string, Figures>
  alerts: Record<string, AlertRow>
  trunks: Record<string, TrunkRow>
  customers: Customer[]
  contacts: ContactRow[]
  notes: Record<string, string>
}

export const QUEUES = ['销售咨询', '售后服务', '投诉受理'].map((name, n) => ({ id: id(1, n + 1), name }))
const NAMES = ['林晓', '何静', '郭涛', '马丽', '罗强', '梁颖', '宋佳', '郑凯', '谢敏', '韩雪']
const STATES: AgentState[] = ['paused', 'busy', 'busy', 'ready', 'wrap_up', 'busy', 'ready', 'paused', 'busy', 'off']
export const ME = id(2, 1)
export const TEAMS = ['一组', '二组', '夜班'].map((name, n) => ({ id: id(8, n + 1), name }))
export const REASONS = [
  { id: id(3, 1), name: '小休', productive: false, limit_s: 900 },
  { id: id(3, 2), name: '用餐', productive: false, limit_s: 3600 },
  { id: id(3, 3), name: '培训', productive: true, limit_s: null },
  { id: id(3, 4), name: '会议', productive: true, limit_s: null },
]
export const DISPOSITIONS = [
  ['咨询', ['产品价格', '活动规则', '门店地址']],
  ['售后', ['报修', '退换货', '安装预约']],
  ['投诉', ['服务态度', '物流延误', '产品质量']],
  ['其他', ['打错电话', '骚扰来电']],
].flatMap(([parent, children], n) => [
  { id: id(4, n * 10), name: parent as string, queue_id: null, parent_id: null as string | null },
  ...(children as string[]).map((name, m) => ({ id: id(4, n * 10 + m + 1), name, queue_id: null, parent_id: id(4, n * 10) as string | null })),
])

function agent(n: number): AgentRow {
  const state = STATES[n % STATES.length]!
  return {
    id: id(2, n + 1), name: NAMES[n] ?? person(), extension: String(1001 + n), team: TEAMS[n % 10 < 5 ? 0 : 1]!.id, state,
    since: at(30 + (n % 60) * 97), reason: state === 'paused' ? REASONS[n % 2]!.id : null, call: null,
    queues: n % 3 === 0 ? QUEUES.map((q) => q.id) : [QUEUES[n % 3]!.id], phone: state !== 'off', desk: state !== 'off',
    next_pause: null, until: null, holding: false, muted: false, messages: [], going: false, attends: null,
  }
}

function customer(n: number): Customer {
  return {
    id: id(5, n + 1), name: person(), identities: [{ kind: 'phone', value: mobile(), label: '手机' }],
    tags: [['会员'], ['会员', '高价值'], [], ['新客户'], ['曾投诉']][n % 5]!, notes: n % 4 === 0 ? '偏好上午联系。' : '',
    attributes: { 城市: pick(['北京', '上海', '成都', '广州']), 会员等级: pick(['银卡', '金卡', '普通']) }, vip: n % 9 === 0,
  }
}

function contact(n: number, customers: Customer[]): ContactRow {
  const who = customers[n % customers.length]!
  const outcome = pick(['answered', 'answered', 'answered', 'answered', 'abandoned', 'ivr_only', 'short_abandon'] as const)
  const answered = outcome === 'answered'
  const server = 1 + Math.floor(random() * 9)
  return {
    id: id(6, n + 1), at: at(600 + n * 1370), direction: n % 6 === 5 ? 'outbound' : 'inbound', caller: who.identities[0]!.value, called: '4008001234',
    customer: { id: who.id, name: who.name }, queue: QUEUES[n % 3]!, agent: answered ? { id: id(2, server), name: NAMES[server - 1]! } : null,
    outcome, wait_s: Math.floor(random() * 60), talk_s: answered ? 40 + Math.floor(random() * 400) : 0, hold_s: answered ? Math.floor(random() * 30) : 0,
    wrap_up_s: answered ? 10 + Math.floor(random() * 40) : 0, recorded: answered, disposition: answered ? pick(DISPOSITIONS.filter((d) => d.parent_id)).name : null,
  }
}

export function call(n: number, change: Partial<CallRow> = {}): CallRow {
  return {
    id: id(7, n), direction: 'inbound', caller: mobile(), called: '4008001234', caller_name: '', state: 'waiting', since: at(25), started: at(48),
    queue: QUEUES[n % 3]!.id, priority: 0, waiting_since: at(25), answered_at: null, agents: [], customer: null, answers: {}, consult: null,
    others: [], recording: null, why: null, listeners: 0, attendants: [], conference: null, parked: null, detour: null, notes: [], ...change,
  }
}

function figures(n: number): Figures {
  return { offered: 120 + n * 31, answered: 109 + n * 27, abandoned: 8 + n, short_abandoned: 3, flow_out: 1 + n, abandon_rate: (8 + n) / (120 + n * 31), answered_in_sl: 95 + n * 20, service_level: 0.86 - n * 0.04, asa_s: 11 + n * 4, aht_s: 212 + n * 30, longest_wait_s: 74 + n * 11, foretold: 40 + n, wait_bias_s: n % 2 ? -7 : 12, wait_error_s: 21 + n }
}

function queue(n: number): QueueRow {
  return { ...QUEUES[n]!, waiting: 0, longest_since: null, expected_wait_s: 35, agents: { ready: 0, offered: 0, busy: 0, wrap_up: 0, paused: 0 }, sl_threshold_s: 20, closed: null, reserve: n === 1 ? { since: new Date(Date.now() - 95_000).toISOString(), because: 'waiting' } : null }
}

function alerts(): AlertRow[] {
  const one = { rule: id(9, 1), sound: true, acknowledged_at: null, acknowledged_by: '' }
  return [
    { ...one, id: id(9, 11), rule_name: '排队过多', kind: 'waiting', severity: 'critical', subject: `queue:${QUEUES[0]!.id}`, subject_name: QUEUES[0]!.name, value: 12, threshold: 10, raised_at: at(95) },
    { ...one, id: id(9, 12), rule_name: '小休过久', kind: 'state_too_long', severity: 'warning', subject: `agent:${id(2, 8)}`, subject_name: NAMES[7]!, value: 900, threshold: 900, raised_at: at(240) },
    { ...one, id: id(9, 13), rule_name: '中继中断', kind: 'trunk_down', severity: 'critical', subject: `trunk:${id(8, 211)}`, subject_name: '总机', value: 1, threshold: 1, raised_at: at(600), acknowledged_at: at(500), acknowledged_by: '周班长' },
  ]
}

const TRUNKS: TrunkRow[] = [
  { id: id(8, 210), name: '运营商 A', host: 'sip.carrier.example', default: true, calls: 14, state: 'up', since: at(86_000) },
  { id: id(8, 211), name: '总机', host: '192.0.2.50:5060', default: false, calls: 0, state: 'down', since: at(600) },
  { id: id(8, 212), name: '400 落地', host: '', default: false, calls: 3, state: 'unknown', since: null },
]

export function makeWorld(): World {
  const customers = Array.from({ length: 60 }, (_, n) => customer(n))
  const byId = <T extends { id: string }>(rows: T[]) => Object.fromEntries(rows.map((row) => [row.id, row]))
  return {
    seq: 1, customers, notes: {}, calls: {},
    agents: byId(Array.from({ length: Number(process.env.REXIAN_MOCK_AGENTS ?? NAMES.length) }, (_, n) => agent(n))), queues: byId(QUEUES.map((_, n) => queue(n))),
    alerts: byId(alerts()), trunks: byId(TRUNKS),
    figures: Object.fromEntries(QUEUES.map((q, n) => [q.id, figures(n)])), contacts: Array.from({ length: 180 }, (_, n) => contact(n, customers)),
  }
}
