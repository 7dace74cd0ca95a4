/** Supervisors' commands and pause reasons of the made-up API. Development only. */

import type { AgentState } from '../../src/core/wire.ts'
import { publish, setAgent, world } from '../floor.ts'
import { crud, on, Refusal } from '../rest.ts'
import { at, id, QUEUES, REASONS, TEAMS } from '../world.ts'

const STATES: Record<string, AgentState> = { ready: 'ready', pause: 'paused', signed_out: 'off' }

crud('/pause-reasons', REASONS)
on('POST', '/floor/agents/:id/state', ({ params, body }) => {
  const agent = world.agents[params.id!]
  const state = STATES[String(body.state)]
  if (!agent || !state) throw new Refusal(404, 'agents.unknown')
  setAgent(agent, state, { reason: body.reason ?? null, call: null })
  publish()
  return {}
})
on('POST', '/floor/calls/:id/listen', ({ params, body }) => {
  const call = world.calls[params.id!]
  if (!call) throw new Refusal(404, 'calls.unknown')
  call.listeners = 1
  call.attendants = [{ supervisor: id(9, 1), name: '周班长', agent: String(body.agent), mode: body.mode }]
  publish()
  return {}
})
on('DELETE', '/floor/calls/:id/listen', ({ params }) => {
  const call = world.calls[params.id!]
  if (call) Object.assign(call, { listeners: 0, attendants: [] })
  publish()
  return {}
})
on('POST', '/alerts/:id/acknowledge', ({ params }) => {
  const alert = world.alerts[params.id!]
  if (!alert) throw new Refusal(404, 'alert.not_found')
  Object.assign(alert, { acknowledged_at: at(), acknowledged_by: '周班长' })
  publish()
  return {}
})
crud('/alert-rules', [
  { id: id(9, 1), name: '排队过多', kind: 'waiting', severity: 'critical', enabled: true, queues: [], teams: [], states: [], threshold: 10, clear_at: 6, for_s: 15, rest_s: 60, window_s: 300, sound: true, webhooks: [id(9, 30)] },
  { id: id(9, 2), name: '小休过久', kind: 'state_too_long', severity: 'warning', enabled: true, queues: [], teams: [], states: ['paused'], threshold: 900, clear_at: null, for_s: 0, rest_s: 60, window_s: 300, sound: false, webhooks: [] },
  { id: id(9, 3), name: '服务水平', kind: 'service_level', severity: 'warning', enabled: true, queues: [], teams: [], states: [], threshold: 80, clear_at: 85, for_s: 60, rest_s: 600, window_s: 300, sound: true, webhooks: [] },
  { id: id(9, 4), name: '中继中断', kind: 'trunk_down', severity: 'critical', enabled: true, queues: [], teams: [], states: [], threshold: 1, clear_at: null, for_s: 5, rest_s: 60, window_s: 300, sound: true, webhooks: [id(9, 30)] },
])
on('GET', '/webhooks/:id/deliveries', () => ({
  items: [
    { id: id(9, 40), event: 'alert.raised', state: 'delivered', attempts: 1, status: 200, problem: '', made_at: at(95) },
    { id: id(9, 41), event: 'alert.raised', state: 'waiting', attempts: 3, status: 503, problem: 'refused', made_at: at(600) },
    { id: id(9, 42), event: 'test', state: 'failed', attempts: 8, status: null, problem: 'unreachable', made_at: at(90_000) },
  ],
  total: 3,
}))
on('POST', '/webhooks', ({ body }) => ({ ...(body as object), id: crypto.randomUUID(), enabled: true, secret: 'whs_demo_c0de5f1d0b8e4a7d9c21' }))
on('POST', '/webhooks/:id/test', () => ({}))
crud('/webhooks', [{ id: id(9, 30), name: '运维群机器人', url: 'https://hooks.example.com/rexian?key=demo', enabled: true }])
on('GET', '/figures/hour', () => {
  const series = (n: number, most: number) => Array.from({ length: 60 }, (_, minute) => Math.max(0, Math.round(most * (0.5 + 0.45 * Math.sin((minute + n * 17) / 9)) + ((minute * 7 + n) % 3) - 1)))
  return { from: at(3600), step_s: 60, minutes: 60, queues: Object.fromEntries(QUEUES.map((queue, n) => [queue.id, { waiting: series(n, 6), offered: series(n + 1, 9), answered: series(n + 1, 8), abandoned: series(n + 4, 2) }])) }
})
const LAYOUTS: Record<string, unknown>[] = []
on('GET', '/board/layouts', () => ({ items: LAYOUTS, total: LAYOUTS.length }))
on('PUT', '/board/layouts/:id', ({ params, body }) => {
  const kept = { ...(body as object), id: params.id }
  const index = LAYOUTS.findIndex((layout) => layout.id === params.id)
  if (index < 0) LAYOUTS.push(kept)
  else LAYOUTS[index] = kept
  return kept
})
on('DELETE', '/board/layouts/:id', ({ params }) => void LAYOUTS.splice(LAYOUTS.findIndex((layout) => layout.id === params.id), 1))
const page = (kind: string) => ({ kind, queues: [], teams: [] })
const WALLS = [{ id: id(9, 50), name: '一楼大厅', locale: 'zh', rotate_s: 20, pages: ['totals', 'queues', 'agents', 'alerts', 'trend'].map(page) }]
on('GET', '/wall', () => ({ ...WALLS[0], teams: Object.fromEntries(TEAMS.map((team) => [team.id, team.name])), timezone: 'Asia/Shanghai' }))
on('POST', '/wall-screens', ({ body }) => ({ ...(body as object), id: crypto.randomUUID(), secret: 'rx_demo_c0de' }))
crud('/wall-screens', WALLS)
const done = (pattern: string, method = 'POST') => on(method, pattern, () => ({}))
done('/floor/calls/:id/take-over')
done('/floor/calls/:id/give')
done('/floor/calls/:id/queue')
done('/floor/calls/:id/priority')
done('/floor/calls/:id/hang-up')
done('/floor/messages')
done('/floor/agents/:id/queues')
done('/floor/agents/:id', 'PATCH')
on('POST', '/floor/queues/:id/close', ({ params }) => {
  world.queues[params.id!]!.closed = at()
  publish()
  return {}
})
on('POST', '/floor/queues/:id/open', ({ params }) => {
  world.queues[params.id!]!.closed = null
  publish()
  return {}
})
on('GET', '/floor/closures', () => ({ queues: [], numbers: [] }))
done('/floor/numbers/:id/emergency', 'PUT')
done('/floor/numbers/:id/emergency', 'DELETE')
