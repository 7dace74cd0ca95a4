/** What is managed, in the made-up API. Development only. */

import { readdirSync, readFileSync } from 'node:fs'
import { world } from '../floor.ts'
import { crud, on, Refusal } from '../rest.ts'
import { at, DISPOSITIONS, id, QUEUES, TEAMS } from '../world.ts'

const SKILLS = ['销售', '售后', '投诉', '英语'].map((name, n) => ({ id: id(8, n + 20), name }))
const FLOWS = [
  { id: id(8, 40), name: '欢迎与菜单', published_version: 2 },
  { id: id(8, 41), name: '夜间留言', published_version: null as number | null },
]

const RULES = {
  strategy: { type: 'progressive_ring', every_s: 6 },
  requirement: '英语 >= 3 and (售后 >= 3 or 投诉 >= 5)',
  rings: [{ after_s: 20, lower: 2 }, { after_s: 45, wait_above_s: 120, teams: [TEAMS[1]!.id], priority: 5 }],
  order: { ageing: 0.5 },
  preferred: { agents: ['manager', 'last'], patience_s: 15 },
}
on('POST', '/queues/rules/check', ({ body }) => {
  const text = String((body as unknown as { rules: { requirement?: string } }).rules.requirement ?? '')
  const odd = text.search(/[;!?]/)
  if (odd >= 0) throw new Refusal(400, 'requirement.character', 'This character cannot stand here.', { position: odd + 1 })
  return { ok: true }
})
on('GET', '/queues/:id/versions', () => ({ items: [3, 2, 1].map((version) => ({ id: id(8, 300 + version), version, note: version === 3 ? '= 1' : '', created_by: version === 1 ? null : id(8, 100), created_at: at(version === 3 ? 900 : 400_000 / version) })), total: 3 }))
on('GET', '/queues/:id/versions/:version', ({ params }) => ({ id: id(8, 300), version: Number(params.version), note: '', created_by: null, created_at: at(400_000), document: { name: QUEUES[1]!.name, priority: 0, rules: {}, skills: { 售后: 3 } } }))
on('POST', '/floor/dry-run', () => {
  const [first, second, third, fourth] = Object.values(world.agents)
  const why = { strategy: 'progressive_ring', order: 'wait', idle: 4, candidates: 2, excluded: { '英语 < 3': 2 }, best: [{ agent: first!.id, score: 312 }, { agent: second!.id, score: 41 }], ring: 0, chosen_score: 312, priority: 1, points: 1 }
  return {
    customer: { id: id(8, 400), name: '王秀兰' }, preferred: [second!.id], position: 2, expected_wait_s: 38.5,
    steps: [
      { after_s: 0, what: 'offered', agent: first!.id, reason: '', why }, { after_s: 6, what: 'offered', agent: second!.id, reason: '', why: { ...why, also_ringing: [first!.id] } },
      { after_s: 15, what: 'ended', agent: first!.id, reason: 'missed', why: null }, { after_s: 20, what: 'widened', agent: null, reason: '1', why: null },
    ],
    excluded: [{ agent: third!.id, code: 'skills', text: '英语 >= 3' }, { agent: fourth!.id, code: 'paused', text: '' }],
  }
})

crud('/queues', QUEUES.map((queue, n) => ({
  ...queue, skills: n === 1 ? { 售后: 3, 英语: 2 } : {}, priority: n, rules: n === 1 ? RULES : {}, auto_answer: false, ring_timeout_s: 15, wrap_up_s: null, max_wait_s: n === 2 ? 300 : null, music: 'default',
  sl_threshold_s: 20, short_abandon_s: 5, max_misses: 3, announce_every_s: null, announce_position: true, announce_wait: false, announce_prompts: [], comfort: [], keep_place_s: 0, when_no_agents: n === 2 ? 'exit' : 'wait', survey_flow: null,
  callback: { order: 'agent', attempts: 3, gap_s: 600, expires_s: 86400, calendar: '', slot_min: 30, per_slot: n === 1 ? 4 : 0, days: 3 },
  exits: n === 1 ? [{ when: 'expected_wait', at: 'entry', limit: 600, calendar: '', to: 'message', target: 'too-long', after: 'go_on' }, { when: 'closing', at: 'both', limit: 300, calendar: '', to: 'flow', target: '', after: 'hang_up' }] : [],
})))
crud('/agents', Object.values(world.agents).map((agent, n) => ({
  id: agent.id, user_id: null, name: agent.name, extension: agent.extension, phone: { kind: n === 4 ? 'sip' : 'web', address: null }, team_id: TEAMS[n < 5 ? 0 : 1]!.id, skills: { [SKILLS[n % 3]!.name]: 3 + (n % 7) },
  queues: agent.queues, wrap_up_s: null, auto_answer: false,
})))
crud('/dispositions', DISPOSITIONS)
crud('/teams', TEAMS)
crud('/skills', SKILLS)
crud('/users', ['管理员 admin administrator', '周班长 zhou supervisor', '林晓 linxiao agent', '何静 hejing agent', '郭涛 guotao agent', '沈质检 shen quality', '吕分析 lv analyst'].map((line, n) => {
  const [name, username, role] = line.split(' ')
  return { id: id(8, 100 + n), name, username, role, locale: 'zh', theme: 'system', disabled: n === 4, agent_id: null, created_at: at(900_000) }
}))
crud('/numbers', [
  { id: id(8, 200), number: '4008001234', name: '客服热线', flow_id: FLOWS[0]!.id, caller_name: '热线演示' },
  { id: id(8, 201), number: '95588', name: '短号', flow_id: null, caller_name: '' },
])
crud('/trunks', [
  { id: id(8, 210), name: '运营商 A', host: 'sip.carrier.example', hosts: ['192.0.2.10'], register: true, username: 'hotline', has_secret: true, codecs: ['alaw', 'ulaw'], default: true },
  { id: id(8, 211), name: '总机', host: '192.0.2.50:5060', hosts: [], register: false, username: '', has_secret: false, codecs: ['alaw'], default: false },
])
on('GET', '/prompts/voices', () => ({ zh: ['kokoro/zf_xiaobei', 'kokoro/zf_xiaoyi', 'espeak-ng'], en: ['kokoro/af_heart', 'espeak-ng'] }))
const PROMPTS = [
  { id: id(8, 220), key: 'welcome', name: '欢迎词', texts: { zh: '您好，欢迎致电客户服务热线。', en: 'Welcome to our service line.' }, voices: {}, making: {}, files: { zh: { duration_s: 4.2, source: 'speech', stale: false }, en: { duration_s: 3.1, source: 'upload', stale: true } } },
  { id: id(8, 221), key: 'menu', name: '主菜单', texts: { zh: '销售请按 1，售后请按 2，投诉请按 3。', en: '' }, voices: { zh: 'kokoro/zf_xiaoyi' }, making: { zh: { since: at(30), error: 'speech.slow' } }, files: {} },
]
const NEWS = ['早间财经', '股市收盘', '基金点评', '联赛战报'].map((name, n) => ({ id: id(8, 222 + n), key: `news-${n + 1}`, name, texts: { zh: '', en: '' }, files: n === 2 ? {} : { zh: { duration_s: 60 + n, source: 'upload', stale: false } }, voices: {}, making: {} }))
crud('/prompts', [...PROMPTS, ...NEWS])
crud('/libraries', [
  { id: id(8, 226), name: '语音杂志', categories: [
    { id: 'a', name: '财经', prompt: null, pieces: NEWS.slice(0, 3).map(({ key, name }) => ({ prompt: key, title: name })) },
    { id: 'b', name: '体育', prompt: null, pieces: NEWS.slice(3).map(({ key, name }) => ({ prompt: key, title: name })) },
  ] },
])
crud('/fax-documents', [
  { id: id(8, 227), number: '12', name: '价目表', prompt: 'news-1', file_name: '2026 价目表.pdf', pages: 2, size: 48_000 },
  { id: id(8, 228), number: '20', name: '开户须知', prompt: null, file_name: '', pages: 0, size: 0 },
])
crud('/calendars', [
  { id: id(8, 230), name: '工作日', timezone: 'Asia/Shanghai', weekly: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '12:00'], ['13:00', '18:00']]])), holidays: 'CN', closed: ['2026-12-31'], open: [{ date: '2026-12-27', windows: [['10:00', '16:00']] }] },
])
on('POST', '/api-keys', ({ body }) => ({ ...(body as object), id: crypto.randomUUID(), hint: 'rx_demo_c0de', created_at: at(), used_at: null, secret: 'rx_demo_c0de5f1d0b8e4a7d9c21' }))
crud('/api-keys', [{ id: id(8, 240), name: '报表导出', hint: 'rx_demo_7f3a', permissions: ['report.view', 'contacts.view'], created_at: at(400_000), used_at: at(700) }])
crud('/audit', [
  { id: id(8, 250), at: at(300), user_id: id(8, 100), user_name: '管理员', action: 'queue.changed', subject: `queue:${QUEUES[1]!.id}`, before: { ring_timeout_s: 20, name: '售后' }, after: { ring_timeout_s: 15, name: '售后服务' } },
  { id: id(8, 251), at: at(5400), user_id: id(8, 101), user_name: '周班长', action: 'agent.state_set', subject: `agent:${id(2, 3)}`, before: null, after: { state: 'pause', reason: '培训' } },
  { id: id(8, 252), at: at(90_000), user_id: null, user_name: 'system', action: 'flow.published', subject: `flow:${FLOWS[0]!.id}`, before: { published_version: 1 }, after: { published_version: 2 } },
])
const settings = { timezone: 'Asia/Shanghai', language: 'zh', country: 'CN', record_calls: true, wrap_up_s: 30, accent: '#0f766e', outcall_from: '08:00', outcall_until: '21:00', outcalls_at_once: 2, outcalls_a_caller: 5, outcalls_a_number: 3, outcalls_abroad: false }
on('GET', '/settings', () => settings)
on('PATCH', '/settings', ({ body }) => Object.assign(settings, body))
on('POST', '/prompts/:id/speak', () => ({ accepted: true }))

const greeting = (prompt: string) => ({
  start: 'answer', language: 'zh',
  nodes: {
    answer: { type: 'answer', exits: { next: 'greet' } },
    greet: { type: 'play', prompt, exits: { next: 'wait' } },
    wait: { type: 'queue', queue: QUEUES[1]!.id, exits: { timeout: 'bye' } },
    bye: { type: 'hang_up' },
  },
})
const versions = [
  { id: id(8, 260), version: 2, note: '换了欢迎词', created_by: null, created_at: at(86_000), document: greeting('welcome') as object },
  { id: id(8, 261), version: 1, note: '', created_by: null, created_at: at(400_000), document: greeting('hello') as object },
]
const node = (type: string, fields: Record<string, unknown>, required: string[] = []) => ({
  title: type, type: 'object', additionalProperties: false, required: ['type', ...required],
  properties: { type: { const: type }, exits: { type: 'object', additionalProperties: { type: 'string' } }, note: { type: 'string' }, ...fields },
})
on('GET', '/flows/schema', () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', required: ['start', 'nodes'], additionalProperties: false,
  properties: { start: { type: 'string' }, language: { type: 'string' }, variables: { type: 'object' }, on_error: { type: 'string' }, nodes: { type: 'object' } },
  $defs: { Answer: node('answer', {}), Play: node('play', { prompt: { type: 'string' } }, ['prompt']), Queue: node('queue', { queue: { type: 'string' } }, ['queue']), HangUp: node('hang_up', {}) },
}))
on('GET', '/flows/choices', () => ({ queue: QUEUES.map((queue) => ({ name: queue.id, label: queue.name, texts: {}, aliases: [queue.name] })), prompt: [{ name: 'welcome', label: '欢迎词', texts: { zh: '您好，欢迎致电客户服务热线。', en: '' }, aliases: [] }] }))
const READY = new URL('../../../src/rexian/flows/ready/', import.meta.url)
const readyFlows = () => readdirSync(READY).filter((file) => file.endsWith('.json')).sort().map((file) => ({ key: file.replace('.json', ''), ...(JSON.parse(readFileSync(new URL(file, READY), 'utf-8')) as object) }))
on('GET', '/ready-flows', () => ({ items: readyFlows() }))
on('POST', '/ready-flows/:key', ({ body }) => {
  const made = { id: crypto.randomUUID(), name: String(body.name), published_version: null as number | null }
  FLOWS.push(made)
  return made
})
const drafts = new Map<string, { document: object; revision: number }>()
const drawn = (id: string) => {
  const found = drafts.get(id)
  if (!found) throw new Refusal(404, 'flow.no_draft')
  return { ...found, based_on: null, saved_by_name: '管理员', saved_at: at() }
}
on('GET', '/flows/:id/draft', ({ params }) => drawn(params.id!))
on('PUT', '/flows/:id/draft', ({ params, body }) => {
  drafts.set(params.id!, { document: body.document as object, revision: Number(body.revision) + 1 })
  return drawn(params.id!)
})
on('DELETE', '/flows/:id/draft', ({ params }) => void drafts.delete(params.id!))
on('POST', '/flows/:id/draft/publish', ({ params }) => {
  versions.unshift({ id: crypto.randomUUID(), version: versions.length + 1, note: '', created_by: null, created_at: at(), document: drawn(params.id!).document })
  drafts.delete(params.id!)
  return Object.assign(FLOWS.find((flow) => flow.id === params.id)!, { published_version: versions.length })
})
on('POST', '/flows/validate', ({ body }) => {
  const nodes = (body as unknown as { document: { nodes: Record<string, { exits?: Record<string, string> }> } }).document.nodes
  const lost = Object.entries(nodes).flatMap(([name, one]) => Object.entries(one.exits ?? {}).filter(([, to]) => !(to in nodes)).map(([exit, to]) => ({ path: `/nodes/${name}/exits/${exit}`, node: name, code: 'flow.unknown_target', message: `Exit '${exit}' leads to node '${to}', which does not exist.`, severity: 'error' })))
  return { problems: lost, ways: {}, references: [] }
})
on('GET', '/flows/:id/versions', ({ params }) => (params.id === FLOWS[0]!.id ? { items: versions, total: versions.length } : { items: [], total: 0 }))
on('GET', '/flows/:id/versions/:version', ({ params }) => {
  const found = versions.find((one) => String(one.version) === params.version)
  if (!found) throw new Refusal(404, 'flows.unknown_version')
  return found
})
on('POST', '/flows/:id/versions', ({ body }) => {
  const made = { id: crypto.randomUUID(), version: versions.length + 1, note: String(body.note ?? ''), created_by: null, created_at: at(), document: body.document as object }
  versions.unshift(made)
  return made
})
on('POST', '/flows/:id/versions/:version/publish', ({ params }) => Object.assign(FLOWS.find((flow) => flow.id === params.id)!, { published_version: Number(params.version) }))
crud('/flows', FLOWS)
