// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { active, bounds, emptyFilters, fromQuery, toQuery, toRequest, without } from '@/areas/contacts/filters'

const NOON = new Date(2026, 10, 21, 12, 30)

describe('the address bar', () => {
  it('says nothing for the filters one starts with', () => {
    expect(toQuery(emptyFilters())).toEqual({})
  })

  it('comes back to the same filters', () => {
    const filters = {
      ...emptyFilters(),
      period: 'custom' as const,
      from: '2026-11-01',
      to: '2026-11-03',
      queue: 'q-1',
      outcome: 'abandoned' as const,
      q: '138 0013',
      min_talk_s: 30,
    }
    expect(fromQuery(toQuery(filters))).toEqual(filters)
  })

  it('leaves out what makes no sense', () => {
    const read = fromQuery({ period: 'tomorrow', direction: 'sideways', min_talk_s: '-3', from: '2026-99-99' })
    expect(read).toEqual(emptyFilters())
  })

  it('puts days the wrong way round right', () => {
    const read = fromQuery({ from: '2026-11-09', to: '2026-11-02' })
    expect([read.from, read.to]).toEqual(['2026-11-02', '2026-11-09'])
  })

  it('takes a custom period without days as today', () => {
    expect(fromQuery({ period: 'custom' }).period).toBe('today')
  })
})

describe('the period', () => {
  it('is whole local days, the end not included', () => {
    const { from, to } = bounds({ ...emptyFilters(), period: 'days7' }, NOON)
    expect(from).toEqual(new Date(2026, 10, 15))
    expect(to).toEqual(new Date(2026, 10, 22))
  })

  it('includes the last day named', () => {
    const { from, to } = bounds({ ...emptyFilters(), period: 'custom', from: '2026-11-30', to: '2026-11-30' }, NOON)
    expect(from).toEqual(new Date(2026, 10, 30))
    expect(to).toEqual(new Date(2026, 11, 1))
  })
})

describe('the request', () => {
  it('carries only what is set, trimmed', () => {
    const request = toRequest({ ...emptyFilters(), q: ' 王 ', agent: 'a-1' }, NOON)
    expect(Object.keys(request).sort()).toEqual(['agent', 'from', 'q', 'to'])
    expect(request.q).toBe('王')
  })

  it('looks for a number as it is dialled, however it was written', () => {
    expect(toRequest({ ...emptyFilters(), q: '138 0013-8000' }, NOON).q).toBe('13800138000')
    expect(toRequest({ ...emptyFilters(), q: '王 138' }, NOON).q).toBe('王 138')
  })
})

it('takes one filter away and leaves the others', () => {
  const filters = { ...emptyFilters(), queue: 'q-1', min_talk_s: 10 }
  expect(active(without(filters, 'min_talk_s'))).toEqual(['queue'])
})
