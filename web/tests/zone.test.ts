import { afterEach, describe, expect, it } from 'vitest'
import { bounds, emptyFilters } from '@/areas/contacts/filters'
import { absolute } from '@/core/format'
import { atWall, dayOf, dayStart, setZone, stamp, zone } from '@/core/zone'

const LATE = new Date('2026-11-26T17:30:00Z')

afterEach(() => setZone(undefined))

describe('the clock of the house', () => {
  it('has its own days and times, wherever the reader sits', () => {
    setZone('Asia/Shanghai')
    expect(dayOf(LATE)).toBe('2026-11-27')
    expect(dayStart('2026-11-27').toISOString()).toBe('2026-11-26T16:00:00.000Z')
    expect(absolute(LATE.getTime(), 'zh-CN')).toBe('2026/11/27 01:30:00')
    setZone('America/New_York')
    expect(dayOf(LATE)).toBe('2026-11-26')
    expect(dayStart('2026-11-26', 1).toISOString()).toBe('2026-11-27T05:00:00.000Z')
  })

  it('begins days at midnight when the clocks have been changed', () => {
    setZone('Europe/Berlin')
    expect(dayStart('2026-03-29').toISOString()).toBe('2026-03-28T23:00:00.000Z')
    expect(dayStart('2026-03-29', 1).toISOString()).toBe('2026-03-29T22:00:00.000Z')
    expect(dayStart('2026-10-25', 1).toISOString()).toBe('2026-10-25T23:00:00.000Z')
  })

  it('bounds the periods of contacts', () => {
    setZone('Asia/Shanghai')
    const { from, to } = bounds(emptyFilters(), LATE)
    expect([from.toISOString(), to.toISOString()]).toEqual(['2026-11-26T16:00:00.000Z', '2026-11-27T16:00:00.000Z'])
  })

  it('reads a wall clock and writes moments with its offset', () => {
    setZone('Asia/Shanghai')
    expect(stamp(LATE)).toBe('2026-11-27T01:30:00+08:00')
    expect(atWall('2026-11-27T01:30').toISOString()).toBe(LATE.toISOString())
    setZone('America/St_Johns')
    expect(stamp(LATE)).toBe('2026-11-26T14:00:00-03:30')
    expect(atWall('2026-07-01T09:00').toISOString()).toBe('2026-07-01T11:30:00.000Z')
    setZone('UTC')
    expect(stamp(LATE)).toBe('2026-11-26T17:30:00+00:00')
  })

  it('is the reader’s own where its name means nothing', () => {
    setZone('Middle/Earth')
    expect(zone.value).toBeUndefined()
  })
})
