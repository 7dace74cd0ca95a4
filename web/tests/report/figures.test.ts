// @vitest-environment node
import { expect, it } from 'vitest'

import { highest, kindOf, lowest } from '@/areas/report/figures'

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
