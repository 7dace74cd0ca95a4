// @vitest-environment node
import { expect, it } from 'vitest'

import { changesOf, type Day, draftOf, isCertain, progress, type Run, toneOf } from '@/areas/twin/runs'

const DAY: Day = {
  day: '2026-03-10',
  streams: [{ number: '1', calls: [3, 4], callers: [{ callback: null }, { callback: { share: 0.5, reached: 0.8 } }] }],
  crews: [{ name: 'Billing', agents: 3 }, { name: 'Billing', agents: 1 }, { name: 'Sales', agents: 2 }],
  queues: [{ id: 'q', name: 'Billing', wrap_up_s: 30, priority: 0 }],
}

it('asks for nothing when nothing was changed', () => {
  expect(changesOf(draftOf(DAY))).toBeNull()
})

it('names each crew once, and asks only for what differs', () => {
  const draft = draftOf(DAY)
  expect(draft.crews.map((crew) => crew.name)).toEqual(['Billing', 'Sales'])
  draft.calls = 120
  expect(draft.callbacks).toEqual({ share: 50, reached: 80 })
  draft.callbacks.share = 30
  Object.assign(draft.crews[0]!, { by: 2, begins: '10:00', ends: '12:00' })
  Object.assign(draft.crews[1]!, { by: -1, minutes: 30 })
  draft.queues[0]!.rules = { priority: 5, wrap_up_s: null, max_wait_s: null }
  expect(changesOf(draft)).toEqual({
    calls: 1.2,
    callbacks: { share: 0.3, reached: 0.8 },
    agents: [{ crew: 'Billing', by: 2, begins: '10:00', ends: '12:00' }, { crew: 'Sales', by: -1 }],
    shifts: [{ crew: 'Sales', minutes: 30 }],
    queues: { q: { priority: 5, wrap_up_s: null } },
  })
})

it('calls a change certain only when its interval leaves out zero, and good or bad by what the figure means', () => {
  const up = { value: 0.1, low: 0.05, high: 0.15 }
  const maybe = { value: 0.1, low: -0.05, high: 0.25 }
  expect([isCertain(up), isCertain(maybe), isCertain({ value: 1, low: null, high: null })]).toEqual([true, false, false])
  expect([toneOf('service_level', up), toneOf('abandon_rate', up), toneOf('offered', up), toneOf('service_level', maybe)]).toEqual(['good', 'bad', '', ''])
})

it('counts the days of both settings', () => {
  const run = { days: 20, done: 10, changes: {} } as Run
  expect(progress(run)).toBe(25)
  expect(progress({ ...run, changes: null })).toBe(50)
})
