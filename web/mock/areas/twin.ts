/** The made-up twin: one fitted day, and runs that go forward with every look at them. Development only. */

import { on, Refusal } from '../rest.ts'
import { at, QUEUES } from '../world.ts'

interface MadeUp {
  id: string
  name: string
  depth: string
  days: number
  changes: object | null
  state: string
  done: number
  problem: string
  created_by: null
  created_at: string
  result: object | null
}
const runs: MadeUp[] = []
const HOURS = Array.from({ length: 10 }, (_, hour) => 8 + hour)

const estimate = (value: number, half: number) => ({ value, low: value - half, high: value + half })
const figures = (better: number) => ({
  offered: estimate(1260, 22), answered: estimate(1130 + better, 18), abandoned: estimate(130 - better, 9), flow_out: estimate(0, 0),
  service_level: estimate(0.74 + better / 500, 0.012), abandon_rate: estimate(0.103 - better / 1000, 0.006), asa_s: estimate(24 - better / 4, 1.6),
  wait_s: estimate(26 - better / 4, 1.7), longest_wait_s: estimate(212 - better, 14), aht_s: estimate(194, 2.4), occupancy: estimate(0.88 - better / 600, 0.006), present_h: estimate(96 + better / 5, 0.2),
})
const report = (better: number) => ({
  days: 20, calls: 1302, retries: 0, total: figures(better),
  queues: Object.fromEntries(QUEUES.slice(0, 3).map((queue) => [queue.name, figures(better)])),
  crews: {}, intervals: HOURS.map((hour) => ({ begins_s: hour * 3600, figures: { ...figures(better), service_level: estimate(0.95 - 0.3 * Math.exp(-((hour - 10.5) ** 2) / 4) + better / 500, 0.02), wait_s: estimate(8 + 40 * Math.exp(-((hour - 10.5) ** 2) / 4) - better / 8, 3) } })),
})
function difference(better: number) {
  const [before, after] = [figures(0), figures(better)]
  return { ...report(0), total: Object.fromEntries(Object.entries(before).map(([name, one]) => [name, estimate(after[name as keyof typeof after].value - one.value, 0.004 * Math.abs(one.value))])), queues: {} }
}

on('GET', '/twin/day', () => ({
  day: '2026-11-25',
  streams: [{ number: '4008001234', calls: HOURS.map((hour) => 60 + 12 * (hour % 5)) }],
  crews: [{ name: QUEUES.slice(0, 2).map((queue) => queue.name).join(' + '), agents: 9 }, { name: QUEUES[2]!.name, agents: 3 }],
  queues: QUEUES.slice(0, 3).map((queue) => ({ id: queue.id, name: queue.name, priority: 0, wrap_up_s: 30, max_wait_s: null })),
}))
on('GET', '/twin/runs', () => ({ items: runs, total: runs.length }))
on('POST', '/twin/runs', ({ body }) => {
  const wish = body as unknown as MadeUp
  const run = { ...wish, id: crypto.randomUUID(), name: wish.name || '2026-11-25', state: 'running', done: 0, problem: '', created_by: null, created_at: at(), result: null }
  runs.unshift(run)
  return run
})
const find = (id: string) => {
  const found = runs.find((run) => run.id === id)
  if (!found) throw new Refusal(404, 'twin_run.not_found')
  return found
}
on('GET', '/twin/runs/:id', ({ params }) => {
  const run = find(params.id!)
  const whole = run.days * (run.changes ? 2 : 1)
  if (run.state === 'running') run.done = Math.min(run.done + 10, whole)
  if (run.state === 'running' && run.done === whole) {
    Object.assign(run, { state: 'done', result: { before: report(0), after: run.changes ? report(40) : null, difference: run.changes ? difference(40) : null } })
  }
  return run
})
on('POST', '/twin/runs/:id/cancel', ({ params }) => Object.assign(find(params.id!), { state: 'cancelled' }))
on('DELETE', '/twin/runs/:id', ({ params }) => {
  runs.splice(runs.indexOf(find(params.id!)), 1)
  return {}
})
