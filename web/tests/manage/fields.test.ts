// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { changes, check, checkWindows, same, type Section, whole } from '@/areas/manage/form/fields'

const FORM: Section[] = [
  {
    key: 'main',
    fields: [
      { kind: 'text', key: 'name', required: true, longest: 5 },
      { kind: 'number', key: 'wrap_up_s', least: 0, most: 600 },
      { kind: 'text', key: 'number', pattern: /^\d+$/ },
      { kind: 'secret', key: 'secret' },
      { kind: 'text', key: 'username', required: true, when: (draft) => draft.register === true },
    ],
  },
]

describe('a draft', () => {
  it('without faults has no problems', () => {
    expect(check(FORM, { name: '销售', wrap_up_s: 0 })).toEqual({})
  })

  it('is told what is wrong, field by field', () => {
    expect(check(FORM, { name: '', wrap_up_s: 601, number: '12a' })).toEqual({
      name: { code: 'required' },
      wrap_up_s: { code: 'most', params: { most: 600 } },
      number: { code: 'pattern_number' },
    })
    expect(check(FORM, { name: '投诉与建议组' }).name).toEqual({ code: 'longest', params: { longest: 5 } })
  })

  it('is asked only for fields that are shown', () => {
    expect(check(FORM, { name: 'A', register: false })).toEqual({})
    expect(check(FORM, { name: 'A', register: true })).toEqual({ username: { code: 'required' } })
  })
})

describe('changes', () => {
  it('carry what is new and nothing else', () => {
    const before = { name: 'A', wrap_up_s: 10, secret: null }
    expect(changes(FORM, before, { name: 'A', wrap_up_s: null, secret: '' })).toEqual({ wrap_up_s: null })
    expect(changes(FORM, before, { ...before, secret: 's3' })).toEqual({ secret: 's3' })
  })

  it('see through the order of keys, not through the order of a list', () => {
    expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true)
    expect(same([1, 2], [2, 1])).toBe(false)
    expect(same({}, [])).toBe(false)
    expect(same({ a: undefined }, {})).toBe(true)
  })
})

describe('windows of a day', () => {
  it('may touch and may run to midnight', () => {
    expect(checkWindows([['13:00', '24:00'], ['09:00', '13:00']])).toBeNull()
  })

  it('may not overlap, end before they start, or be no time', () => {
    expect(checkWindows([['09:00', '12:00'], ['11:59', '18:00']])?.code).toBe('window_overlap')
    expect(checkWindows([['18:00', '09:00']])?.code).toBe('window_order')
    expect(checkWindows([['9', '18:00']])?.code).toBe('time')
  })
})

describe('what is set at first only, or later only', () => {
  const form: Section[] = [
    {
      key: 'main',
      fields: [
        { kind: 'text', key: 'key', required: true, onceOnly: true },
        { kind: 'switch', key: 'disabled', laterOnly: true },
        { kind: 'secret', key: 'password', neededAtFirst: true, shortest: 8 },
      ],
    },
  ]

  it('is asked for, and sent, at its own time', () => {
    expect(check(form, {}, true)).toEqual({ key: { code: 'required' }, password: { code: 'required' } })
    expect(check(form, {}, false)).toEqual({})
    expect(check(form, { password: 'short' }, false).password?.code).toBe('shortest')
    expect(whole(form, { key: 'hello', disabled: false, password: 'long enough' })).toEqual({ key: 'hello', password: 'long enough' })
    expect(changes(form, { key: 'a', disabled: false }, { key: 'b', disabled: true })).toEqual({ disabled: true })
  })
})
