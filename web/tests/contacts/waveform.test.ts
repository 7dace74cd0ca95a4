// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { clampTime, columns, duration, follow, scale, ticks, timeAt, xAt, zoom } from '@/areas/contacts/waveform'

const WHOLE = { from: 0, to: 10 }

describe('columns', () => {
  it('keep the loudest peak when many fall under one pixel', () => {
    const track = [0, 0, 0.9, 0, 0.2, 0, 0, 0, 0, 0]
    expect(columns(track, 1, WHOLE, 2)).toEqual([0.9, 0])
  })

  it('repeat a peak that is wider than a pixel', () => {
    expect(columns([0.5, 1], 1, { from: 0, to: 2 }, 4)).toEqual([0.5, 0.5, 1, 1])
  })

  it('are silent outside the recording', () => {
    expect(columns([1], 1, { from: -1, to: 3 }, 4)).toEqual([0, 1, 0, 0])
  })

  it('lose no peak, whatever the width', () => {
    const track = Array.from({ length: 997 }, (_, index) => (index === 501 ? 1 : 0.1))
    for (const width of [1, 7, 100, 996, 997, 1400]) {
      expect(Math.max(...columns(track, 50, { from: 0, to: 997 / 50 }, width))).toBe(1)
    }
  })
})

it('is as long as its longer track', () => {
  expect(duration({ per_s: 10, left: [0, 0], right: [0, 0, 0, 0, 0] })).toBe(0.5)
  expect(duration({ per_s: 0, left: [], right: [] })).toBe(0)
})

it('never blows silence up to noise', () => {
  expect(scale({ per_s: 1, left: [0.001], right: [0] })).toBe(0.1)
  expect(scale({ per_s: 1, left: [0.4], right: [0.8] })).toBe(0.8)
})

describe('places and times', () => {
  it('are each other turned round', () => {
    const view = { from: 3, to: 9 }
    expect(timeAt(xAt(4.5, 600, view), 600, view)).toBeCloseTo(4.5)
  })

  it('stay inside the view when the pointer leaves the canvas', () => {
    expect(timeAt(-20, 100, WHOLE)).toBe(0)
    expect(timeAt(120, 100, WHOLE)).toBe(10)
    expect(clampTime(11, 10)).toBe(10)
  })
})

describe('zoom', () => {
  it('keeps the time under the pointer where it is', () => {
    const near = zoom({ from: 0, to: 100 }, 0.5, 25, 100)
    expect(near).toEqual({ from: 12.5, to: 62.5 })
    expect(xAt(25, 100, near)).toBeCloseTo(25)
  })

  it('never shows what lies beyond the recording', () => {
    expect(zoom({ from: 50, to: 100 }, 10, 60, 100)).toEqual({ from: 0, to: 100 })
    expect(zoom({ from: 90, to: 100 }, 0.1, 100, 100)).toEqual({ from: 95, to: 100 })
  })

  it('shows all of a recording that is shorter than the shortest view', () => {
    expect(zoom({ from: 0, to: 2 }, 0.5, 1, 2)).toEqual({ from: 0, to: 2 })
  })
})

it('turns the page when playing leaves the view', () => {
  expect(follow({ from: 0, to: 10 }, 5, 60)).toEqual({ from: 0, to: 10 })
  expect(follow({ from: 0, to: 10 }, 10.5, 60)).toEqual({ from: 10.5, to: 20.5 })
  expect(follow({ from: 0, to: 10 }, 58, 60)).toEqual({ from: 50, to: 60 })
})

it('marks the axis at round times', () => {
  expect(ticks({ from: 0, to: 60 }, 6)).toEqual([0, 10, 20, 30, 40, 50, 60])
  expect(ticks({ from: 3, to: 20 }, 4)).toEqual([5, 10, 15, 20])
})
