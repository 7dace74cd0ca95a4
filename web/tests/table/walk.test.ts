// @vitest-environment node
import { expect, it } from 'vitest'

import { reveal, span, step } from '@/table/walk'

it('walks down and up and stops at the ends', () => {
  expect(step('j', -1, 3, 10)).toBe(0)
  expect(step('ArrowDown', 2, 3, 10)).toBe(2)
  expect(step('k', 0, 3, 10)).toBe(0)
  expect(step('PageDown', 0, 30, 10)).toBe(10)
  expect(step('End', 0, 30, 10)).toBe(29)
})

it('leaves other keys alone', () => {
  expect(step('x', 0, 3, 10)).toBeNull()
})

it('draws only what is in sight, and a margin', () => {
  expect(span(0, 360, 36, 1000, 2)).toEqual([0, 12])
  expect(span(3600, 360, 36, 1000, 2)).toEqual([98, 112])
  expect(span(0, 360, 36, 3)).toEqual([0, 3])
  expect(span(9999, 360, 36, 3)).toEqual([3, 3])
})

it('scrolls no further than needed', () => {
  expect(reveal(0, 0, 100, 36)).toBeNull()
  expect(reveal(3, 0, 100, 36)).toBe(44)
  expect(reveal(1, 72, 100, 36)).toBe(36)
})
