// @vitest-environment node
import { describe, expect, it } from 'vitest'

import type { AgentRow, CallRow, Figures, QueueRow } from '@/core/wire'

import { callsInProgress, countStates, levelHeat, matches, noFilter, totalOf, waitHeat, waitingCalls } from '@/areas/supervise/board'

function agent(over: Partial<AgentRow>): AgentRow {
  return {
    id: 'a', name: '李娜', extension: '1001', team: '甲组', state: 'ready', since: '2026-11-21T10:00:00Z', reason: null,
    call: null, queues: ['sales'], phone: true, desk: true, next_pause: null, until: null, holding: false, muted: false,
    ...over,
  } as AgentRow
}

function call(over: Partial<CallRow>): CallRow {
  return { id: 'c', state: 'waiting', started: '2026-11-21T10:00:00Z', waiting_since: null, queue: 'sales', ...over } as CallRow
}

describe('the agents on show', () => {
  it('are those on duty until asked otherwise', () => {
    expect(matches(agent({ state: 'off' }), noFilter())).toBe(false)
    expect(matches(agent({ state: 'off' }), { ...noFilter(), states: [] })).toBe(true)
  })

  it('are found by name, extension, team and queue', () => {
    expect(matches(agent({}), { ...noFilter(), q: ' 李 ' })).toBe(true)
    expect(matches(agent({}), { ...noFilter(), q: '100' })).toBe(true)
    expect(matches(agent({}), { ...noFilter(), q: '001' })).toBe(false)
    expect(matches(agent({}), { ...noFilter(), team: '乙组' })).toBe(false)
    expect(matches(agent({}), { ...noFilter(), queue: 'service' })).toBe(false)
  })

  it('are counted by state', () => {
    const counts = countStates([agent({}), agent({ state: 'busy' }), agent({ state: 'busy' })])
    expect(counts).toMatchObject({ ready: 1, busy: 2, paused: 0 })
  })

})

describe('the calls', () => {
  it('that wait stand with the longest wait first, those being offered too', () => {
    const calls = [
      call({ id: 'late', waiting_since: '2026-11-21T10:02:00Z' }),
      call({ id: 'early', waiting_since: '2026-11-21T10:01:00Z', state: 'offering' }),
      call({ id: 'talks', state: 'talking' }),
      call({ id: 'other', queue: 'service', waiting_since: '2026-11-21T10:00:00Z' }),
    ]
    expect(waitingCalls(calls, 'sales').map((row) => row.id)).toEqual(['early', 'late'])
    expect(waitingCalls(calls).map((row) => row.id)).toEqual(['other', 'early', 'late'])
  })

  it('in progress are not those being wrapped up', () => {
    const calls = [call({ id: 'w', state: 'wrap_up' }), call({ id: 't', state: 'talking' }), call({ state: 'ended' })]
    expect(callsInProgress(calls).map((row) => row.id)).toEqual(['t'])
  })
})

describe('the whole centre', () => {
  const queue = (id: string, waiting: number, longest: string | null) =>
    ({ id, waiting, longest_since: longest }) as QueueRow
  const figures = (offered: number, abandoned: number, inLevel: number) =>
    ({ offered, answered: offered - abandoned, abandoned, short_abandoned: Math.floor(abandoned / 2), answered_in_sl: inLevel }) as Figures

  it('makes its service level from the parts', () => {
    const total = totalOf([queue('a', 1, '10:01'), queue('b', 2, '10:00')], {
      a: figures(100, 0, 50),
      b: figures(12, 2, 10),
    })
    expect(total).toMatchObject({ waiting: 3, longest_since: '10:00', offered: 112, abandoned: 2, short_abandoned: 1 })
    expect(total.service_level).toBeCloseTo(60 / 112)
  })

  it('claims no service level before the first call', () => {
    expect(totalOf([queue('a', 0, null)], {}).service_level).toBeNull()
  })
})

it('warms at half the threshold and is hot at it', () => {
  expect([waitHeat(9, 20), waitHeat(10, 20), waitHeat(20, 20)]).toEqual(['calm', 'warm', 'hot'])
  expect([levelHeat(null), levelHeat(0.9), levelHeat(0.75), levelHeat(0.5)]).toEqual(['calm', 'calm', 'warm', 'hot'])
})
