// @vitest-environment node
import { expect, it } from 'vitest'

import { highest, kindOf, lowest, wholeDay } from '@/areas/report/figures'

const ROWS = [
  { id: 'a', service_level: 0.9, offered: 3 },
  { id: 'b', service_level: 0.4, offered: 30 },
  { id: 'c', service_level: null, offered: 0 },
]

it('finds the worst and the busiest, and never one that has no number', () => {
  expect(lowest(ROWS, 'service_level')?.id).toBe('b')
  expect(highest(ROWS, 'offered')?.id).toBe('b')
  expect(lowest([ROWS[2]!], 'service_level')).toBeNull()
})

it('knows a share from a length from a count', () => {
  expect([kindOf('service_level'), kindOf('asa_s'), kindOf('offered')]).toEqual(['share', 'length', 'count'])
})

it('draws the hours without calls too', () => {
  const nine = new Date(2026, 10, 21, 9).toISOString()
  const day = wholeDay([{ id: nine, hour: nine, offered: 7 }])
  expect(day).toHaveLength(24)
  expect(day.map((row) => row.offered).filter(Boolean)).toEqual([7])
  expect(day[9]?.offered).toBe(7)
  expect(wholeDay([])).toEqual([])
})
