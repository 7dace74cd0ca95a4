import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { duration, phoneNumber, relative } from '@/core/format'
import { ClockOffset, now } from '@/core/live/clock'
import DurationText from '@/pieces/DurationText.vue'

describe('the clock', () => {
  it('takes the least delayed message for the truth', () => {
    const offset = new ClockOffset()
    for (const delay of [180, 20, 350]) offset.take(1_000_000 - delay, 1_000_000 - 60_000)
    expect(offset.value).toBe(59_980)
  })

  it('turns a running timer by the server time, and never shows less than nothing', async () => {
    now.value = Date.parse('2026-11-21T08:03:27Z')
    const timer = mount(DurationText, { props: { since: '2026-11-21T08:00:00Z' } })
    expect(timer.text()).toBe('03:27')
    now.value += 1000
    await nextTick()
    expect(timer.text()).toBe('03:28')
    const early = mount(DurationText, { props: { since: '2026-11-21T09:00:00Z' } })
    expect(early.text()).toBe('00:00')
  })

  it('counts down to a deadline', () => {
    now.value = Date.parse('2026-11-21T08:00:00.400Z')
    expect(mount(DurationText, { props: { until: '2026-11-21T08:00:30Z' } }).text()).toBe('00:30')
  })
})

describe('formats', () => {
  it.each([
    [0, '00:00'],
    [59.9, '00:59'],
    [3661, '1:01:01'],
  ])('writes %s s as %s', (seconds, text) => expect(duration(seconds)).toBe(text))

  it.each([
    ['13800138000', '138 0013 8000'],
    ['+8613800138000', '138 0013 8000'],
    ['4008001234', '400 800 1234'],
    ['01088886666', '010 8888 6666'],
    ['057188886666', '0571 8888 6666'],
    ['12345', '12345'],
    ['1001', '1001'],
  ])('groups %s as %s', (raw, shown) => expect(phoneNumber(raw)).toBe(shown))

  it('says how long ago in the language asked for', () => {
    const at = Date.parse('2026-11-21T08:00:00Z')
    expect(relative(at, at + 3 * 60_000, 'en')).toBe('3 minutes ago')
    expect(relative(at, at + 86_400_000, 'zh-CN')).toBe('昨天')
  })
})
