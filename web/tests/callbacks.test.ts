import { afterEach, describe, expect, it } from 'vitest'
import { type Owed, clockWords, dayWords, daysOf, ofCall, outcome, plain, whenWords } from '@/callbacks/booking'
import { setZone } from '@/core/zone'
import { call } from './make'

afterEach(() => setZone(undefined))
const NOW = Date.parse('2026-11-27T12:00:00Z')
const owed = (due: string | null): Owed => ({ id: 'k1', queue: 'q1', number: '+8613800138000', name: '', due, state: due ? 'scheduled' : 'waiting', attempts: 0 })

describe('a callback', () => {
  it('is asked for the other side of the call, in its queue', () => {
    const customer = { id: 'u1', name: '王芳', sure: true }
    expect(ofCall(call({ caller: '138 0013 8000', customer }))).toEqual({ queue: 'q1', number: '13800138000', name: '王芳', customer: 'u1', origin: 'c1' })
    expect(ofCall(call({ direction: 'outbound', called: '+8613911112222', queue: null }))).toMatchObject({ queue: null, number: '+8613911112222', customer: null })
    expect(ofCall(call({ caller: 'anonymous' })).number).toBe('')
    expect(ofCall(call({ direction: 'internal', called: '1002' })).number).toBe('')
  })

  it('is booked to a number as people write it', () => {
    expect(['(021) 6123-4567', '+86 138.0013.8000', '12', 'sip:x', ''].map(plain)).toEqual(['02161234567', '+8613800138000', '', '', ''])
  })

  it('has its slots by the days of the house', () => {
    setZone('Asia/Shanghai')
    const slots = ['2026-11-27T15:30:00Z', '2026-11-27T16:00:00Z', '2026-11-28T02:00:00Z', '2026-12-01T02:00:00Z']
    expect(daysOf(slots).map(({ day, slots: own }) => [day, own.length])).toEqual([['2026-11-27', 1], ['2026-11-28', 2], ['2026-12-01', 1]])
    expect(slots.map((at) => dayWords(at, NOW, 'zh-CN'))).toEqual(['今天', '明天', '明天', '12月1日周二'])
    expect(slots.map((at) => dayWords(at, NOW, 'en').replace(',', ''))).toEqual(['Today', 'Tomorrow', 'Tomorrow', 'Tue 1 Dec'])
    expect(clockWords(slots[1]!, 'en')).toBe('00:00')
  })

  it('is promised in words', () => {
    setZone('Asia/Shanghai')
    expect(whenWords('2026-12-01T02:00:00Z', NOW, 'zh-CN')).toBe('12月1日星期二 10:00')
    expect(whenWords('2026-11-28T02:00:00Z', NOW, 'zh-CN')).toBe('11月28日星期六 10:00（明天）')
    expect(whenWords('2026-12-01T02:00:00Z', NOW, 'en')).toBe('Tuesday 1 December, 10:00')
    expect(whenWords('2026-11-27T15:00:00Z', NOW, 'en')).toBe('Friday 27 November, 23:00 (today)')
  })

  it('says what has come of it', () => {
    const at = '2026-12-01T02:00:00Z'
    expect(outcome({ callback: owed(at), moved: false, was_due: null })).toBe('at')
    expect(outcome({ callback: owed(null), moved: false, was_due: null })).toBe('line')
    expect(outcome({ callback: owed(at), moved: true, was_due: null })).toBe('moved')
    expect(outcome({ callback: owed(at), moved: true, was_due: at })).toBe('at')
    expect(outcome({ callback: owed(null), moved: true, was_due: at })).toBe('moved_line')
    expect(outcome({ callback: owed(null), moved: true, was_due: null })).toBe('line')
    expect(outcome({ callback: null, moved: true, was_due: at })).toBe('spoken')
  })
})
