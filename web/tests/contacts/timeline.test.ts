// @vitest-environment node
import { expect, it } from 'vitest'

import type { Segment } from '@/core/wire'
import { kindsIn, layOut, totals } from '@/areas/contacts/timeline'

const NOW = new Date('2026-11-21T10:05:00Z')

function segment(kind: Segment['kind'], start: string, end: string | null, agent: string | null = null): Segment {
  return { kind, agent, queue: null, leg: null, start: `2026-11-21T10:${start}Z`, end: end && `2026-11-21T10:${end}Z` }
}

it('has a lane for the caller and one for every agent, in the order of their coming', () => {
  const layout = layOut(
    [
      segment('talk', '01:00', '02:00', 'li'),
      segment('ivr', '00:00', '00:30'),
      segment('queue', '00:30', '01:00'),
      segment('consult', '01:30', '02:00', 'wang'),
    ],
    NOW,
  )
  expect(layout.lanes.map((lane) => lane.agent)).toEqual([null, 'li', 'wang'])
  expect(layout.lanes[0]?.bars.map((bar) => [bar.kind, bar.from, bar.to])).toEqual([
    ['ivr', 0, 30],
    ['queue', 30, 60],
  ])
  expect(layout.total_s).toBe(120)
})

it('ends at this moment what still goes on', () => {
  expect(layOut([segment('talk', '04:00', null, 'li')], NOW).total_s).toBe(60)
})

it('has nothing to show for nothing', () => {
  expect(layOut([], NOW)).toEqual({ lanes: [], total_s: 0 })
})

it('names the kinds that occur, and sums them', () => {
  const layout = layOut(
    [
      segment('hold', '02:00', '02:10', 'li'),
      segment('talk', '01:00', '02:00', 'li'),
      segment('talk', '02:10', '02:40', 'li'),
    ],
    NOW,
  )
  expect(kindsIn(layout)).toEqual(['talk', 'hold'])
  expect(totals(layout)).toEqual({ talk: 90, hold: 10 })
})
