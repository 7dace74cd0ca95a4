// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { floorMap, inSight, ordered, SEAT_HEIGHT, stateHeat, TEAM_HEIGHT, walk } from '@/areas/supervise/floor_map'
import type { AgentRow, AlertRow, PauseReason } from '@/core/wire'
import { agent } from '../make'

const name = (id: string | null) => ({ a: '甲组', b: '乙组' })[id ?? ''] ?? ''
const seats = (count: number, team: string | null) => Array.from({ length: count }, (_, n) => agent({ id: `${team}${n}`, extension: `${1000 + n}`, team }))

describe('the map of the floor', () => {
  it('stands each team in lines of as many as fit, those without one last', () => {
    const map = floorMap([...seats(1, null), ...seats(5, 'a')], name, 2)
    expect(map.lines.map((line) => (line.kind === 'team' ? `${line.name}:${line.agents}` : line.agents.length))).toEqual(['甲组:5', 2, 2, 1, ':1', 1])
    expect(map.height).toBe(2 * TEAM_HEIGHT + 4 * SEAT_HEIGHT)
    expect(map.lines.at(-1)!.top).toBe(map.height - SEAT_HEIGHT)
    expect(map.order).toHaveLength(6)
  })

  it('draws only what is in sight, whatever the size of the centre', () => {
    const map = floorMap([...seats(600, 'a'), ...seats(400, 'b')], name, 5)
    const shown = inSight(map.lines, 3000, 3600)
    expect(shown.length).toBeLessThan(20)
    expect(shown[0]!.top).toBeLessThanOrEqual(3000)
    expect(shown.at(-1)!.top).toBeGreaterThanOrEqual(3600)
    expect(inSight(map.lines, 0, 600)[0]).toBe(map.lines[0])
    expect(inSight(map.lines, map.height - 600, map.height).at(-1)).toBe(map.lines.at(-1))
    expect(inSight([], 0, 600)).toEqual([])
  })

  it('is walked by the arrows, over the gaps between teams', () => {
    const map = floorMap([...seats(3, 'a'), ...seats(2, 'b')], name, 2)
    const from = (key: string, at: string | null) => walk(key, map, at, 2)?.id
    expect(from('ArrowRight', null)).toBe('a0')
    expect(from('ArrowRight', 'a0')).toBe('a1')
    expect(from('ArrowDown', 'a1')).toBe('a2')
    expect(from('ArrowDown', 'a2')).toBe('b0')
    expect(from('ArrowUp', 'b1')).toBe('a2')
    expect(from('End', 'a0')).toBe('b1')
    expect(from('ArrowDown', 'b1')).toBe('b1')
    expect(from('x', 'a0')).toBeUndefined()
    expect(walk('ArrowDown', floorMap([], name, 2), null, 2)).toBeNull()
  })
})

describe('the order of the seats', () => {
  const rows = [
    agent({ id: '1', extension: '1002', state: 'paused', since: '2026-11-21T10:00:00Z' }),
    agent({ id: '2', extension: '1001', state: 'ready', since: '2026-11-21T11:00:00Z' }),
    agent({ id: '3', extension: '1003', state: 'ready', since: '2026-11-21T09:00:00Z' }),
  ]
  it.each([
    ['state', ['2', '3', '1']],
    ['since', ['3', '1', '2']],
    ['name', ['2', '1', '3']],
  ] as const)('by %s', (by, ids) => {
    expect(ordered(rows, by).map((row) => row.id)).toEqual(ids)
  })
})

describe('a state beyond its limit', () => {
  const tea: PauseReason = { id: 'tea', name: '小休', productive: false, limit_s: 600 }
  const paused = agent({ state: 'paused', reason: 'tea' })
  const heat = (row: AgentRow, seconds: number, alert?: Partial<AlertRow>) => stateHeat(row, seconds, [tea], alert as AlertRow | undefined)

  it('warms before the limit of the pause and is hot beyond it', () => {
    expect([400, 480, 600].map((seconds) => heat(paused, seconds))).toEqual(['calm', 'warm', 'hot'])
  })
  it('has no limit in other states or without one', () => {
    expect(heat(agent({ state: 'busy' }), 9999)).toBe('calm')
    expect(heat(agent({ state: 'paused', reason: 'lunch' }), 9999)).toBe('calm')
  })
  it('shows an open alert before all', () => {
    expect(heat(agent({ state: 'busy' }), 1, { severity: 'critical' })).toBe('hot')
    expect(heat(paused, 900, { severity: 'warning' })).toBe('warm')
  })
})
