import { describe, expect, it } from 'vitest'
import { answersOf } from '@/areas/desk/words'

describe('what a survey learned', () => {
  it('is told question by question', () => {
    expect(answersOf({ survey: { satisfaction: 5, solved: 'yes' }, city: 'Ulm' })).toEqual([['satisfaction', '5'], ['solved', 'yes'], ['city', 'Ulm']])
  })

  it('says so when a question was not answered', () => {
    expect(answersOf({ survey: { satisfaction: null } })).toEqual([['satisfaction', '–']])
  })
})
