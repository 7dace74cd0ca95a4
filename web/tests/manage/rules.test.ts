import { expect, it } from 'vitest'
import { check } from '../../src/areas/manage/form/fields'
import { byReason } from '../../src/areas/manage/queues/dry_run'
import { FIRST_RING, LOAN, ORDER, RING, type Rules, slim, STRATEGIES, whole } from '../../src/areas/manage/queues/rules'
import { compared } from '../../src/areas/manage/queues/versions'

it('keeps of rules only what differs from what is as always', () => {
  expect(slim(whole({}))).toEqual({})
  expect(slim(whole(undefined))).toEqual({})
  const kept = {
    strategy: { type: 'ring_all', at_most: 4 },
    requirement: 'english >= 6 and (billing >= 3 or sales >= 5)',
    rings: [{ after_s: 20, lower: 2 }, { after_s: 40, teams: ['t1'], priority: 5 }],
    order: { by: 'deadline', ageing: 0.5 },
    preferred: { agents: ['last'], patience_s: 15 },
    ranks: { a1: 1 },
    lending: [{ to: 'q2', keep_ready: 2 }],
    reserve: { agents: ['a2'], waiting_above: 0, relief: 0.8 },
  }
  expect(slim(whole(kept))).toEqual(kept)
})

it('leaves out the parameters of a strategy that are as always', () => {
  const rules = (type: keyof typeof STRATEGIES) => ({ ...whole({}), strategy: { type, ...STRATEGIES[type].first } }) as Rules
  expect(slim(rules('progressive_ring'))).toEqual({ strategy: { type: 'progressive_ring' } })
  expect(slim(rules('longest_idle'))).toEqual({})
  expect(slim({ ...rules('longest_idle'), strategy: { type: 'longest_idle', since: 'contact' } })).toEqual({ strategy: { type: 'longest_idle', since: 'contact' } })
})

it('says what is wrong in a part of the rules', () => {
  expect(check(RING, { ...FIRST_RING, after_s: 5 })).toEqual({})
  expect(check(RING, { ...FIRST_RING, lower: 11 })).toEqual({ lower: { code: 'most', params: { most: 10 } } })
  expect(check(LOAN, { to: null, keep_ready: 0, when_waiting_above: 0 })).toEqual({ to: { code: 'required' } })
  expect(check(ORDER, { by: 'balance', ageing: -1, head_start_s: 0, weight: 1, share: 0 })).toEqual({ share: { code: 'least', params: { least: 0.001 } } })
})

it('puts those together who are left out for one reason', () => {
  const groups = byReason([
    { agent: 'a', code: 'paused', text: '' },
    { agent: 'b', code: 'skills', text: 'english >= 5' },
    { agent: 'c', code: 'skills', text: 'english >= 5' },
    { agent: 'd', code: 'skills', text: 'sales >= 1' },
  ])
  expect(groups.map(({ code, text, agents }) => [code, text, agents])).toEqual([
    ['skills', 'english >= 5', ['b', 'c']],
    ['paused', '', ['a']],
    ['skills', 'sales >= 1', ['d']],
  ])
})

it('compares settings in one order, without what never changes', () => {
  expect(compared({ id: '1', name: 'b', music: 'a' })).toBe(compared({ music: 'a', name: 'b', id: '2' }))
})
