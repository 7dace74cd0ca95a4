import { expect, it } from 'vitest'
import { lines, score } from '../src/pieces/why'

const length = (seconds: number) => `${seconds} s`
const told = (why: Record<string, unknown>) => lines(why, length).map(({ key }) => key)

it('tells who chose whom, of how many, and who was left out by what', () => {
  const why = {
    strategy: 'ring_all', order: 'wait', idle: 5, candidates: 2, excluded: { 'english < 6': 3 }, best: [{ agent: 'a', score: 30 }], ring: 2, chosen_score: 30,
    priority: 1, points: 4, preferred: 'a', also_ringing: ['b'], from_elsewhere: 1, in_reserve: 2, reserve: 'waiting', interrupts: 'voicemail', fallback: 'slow',
  }
  expect(told(why)).toEqual(['preferred', 'strategy', 'candidates', 'excluded', 'best', 'ring', 'lent', 'in_reserve', 'because_waiting', 'interrupts_voicemail', 'also_ringing', 'priority', 'fallback'])
  expect(lines(why, length).find(({ key }) => key === 'best')).toEqual({ key: 'best', params: { score: '30 s' }, agent: 'a' })
})

it('reads what was written before rules were a document, and calls among colleagues', () => {
  expect(told({ order: 'longest_idle', idle: 2, candidates: 1, excluded: {}, priority: 0 })).toEqual(['strategy', 'candidates', 'priority'])
  expect(told({ direct: true })).toEqual(['direct'])
  expect(lines({ transferred_by: 'a' }, length)).toEqual([{ key: 'transferred', params: {}, agent: 'a' }])
  expect(told({})).toEqual([])
  expect(told({ ring: -1 })).toEqual(['held'])
})

it('tells a score in the strategy’s own measure', () => {
  expect(score('longest_idle', 75, length)).toBe('75 s')
  expect(score('lowest_occupancy', 0.315, length)).toBe('32 %')
  expect(score('top_down', 2, length)).toBe('2')
})
