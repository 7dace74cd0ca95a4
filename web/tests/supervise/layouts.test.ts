// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'

import { changed, house, moved, panel, resized } from '@/areas/supervise/layouts'
import { curve, path, type Trend } from '@/areas/supervise/trend'
import { part, parts } from '@/areas/supervise/wall'

const PANELS = [panel('totals', 12, 2), panel('agents', 8, 9), panel('calls', 4, 6)]
const kinds = (panels: readonly { kind: string }[]) => panels.map((one) => one.kind)

describe('arranging a board', () => {
  it('moves a panel one place, and not beyond the ends', () => {
    expect(kinds(moved(PANELS, 1, 1))).toEqual(['totals', 'calls', 'agents'])
    expect(kinds(moved(PANELS, 0, -1))).toEqual(kinds(PANELS))
    expect(kinds(moved(PANELS, 2, 1))).toEqual(kinds(PANELS))
  })

  it('keeps a panel within the grid', () => {
    expect(resized(PANELS, 0, 1, 0)[0]).toMatchObject({ width: 12, height: 2 })
    expect(resized(PANELS, 2, -9, -9)[2]).toMatchObject({ width: 2, height: 1 })
    expect(resized(PANELS, 1, 1, 2)[1]).toMatchObject({ width: 9, height: 11 })
  })

  it('changes a copy and leaves what is kept', () => {
    expect(changed(PANELS, 1, { teams: ['a'] })[1]!.teams).toEqual(['a'])
    expect(PANELS[1]!.teams).toEqual([])
    for (const queues of [0, 3, 20]) expect(house(queues).every((one) => one.width <= 12)).toBe(true)
    const height = (queues: number) => house(queues).find((one) => one.kind === 'queues')?.height
    expect([height(2), height(3), height(6), height(20)]).toEqual([4, 4, 7, 9])
  })
})

describe('the last hour', () => {
  const trend: Trend = {
    from: '2026-11-21T08:00:00Z', step_s: 60, minutes: 3,
    queues: { a: { waiting: [1, 2, 3], offered: [0, 0, 0], answered: [0, 0, 0], abandoned: [0, 0, 0] }, b: { waiting: [10, 0, 0], offered: [1, 1, 1], answered: [0, 0, 0], abandoned: [0, 0, 0] } },
  }

  it('is the sum of the queues on show', () => {
    expect(curve(trend, 'waiting', [])).toEqual([11, 2, 3])
    expect(curve(trend, 'waiting', ['a'])).toEqual([1, 2, 3])
    expect(curve(trend, 'waiting', ['gone'])).toEqual([0, 0, 0])
    expect(curve(undefined, 'waiting', [])).toEqual([])
  })

  it('is drawn from zero, the greatest value at the top', () => {
    expect(path([0, 4, 2], 100, 20)).toBe('M0,20L50,0L100,10')
    expect(path([0, 0], 100, 20)).toBe('M0,20L100,20')
    expect(path([5], 100, 20)).toBe('')
  })
})

describe('a wall that cannot hold all queues', () => {
  it('shows them in parts, one after the other', () => {
    const rows = Array.from({ length: 10 }, (_, n) => n)
    expect(parts(10, 8)).toBe(2)
    expect(parts(0, 8)).toBe(1)
    expect(part(rows, 8, 1)).toEqual([8, 9])
    expect(part(rows, 8, 2)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })
})
