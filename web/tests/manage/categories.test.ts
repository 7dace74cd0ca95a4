import { describe, expect, it } from 'vitest'
import { firstUnfinished, freshCategory, moved } from '@/areas/manage/form/categories'
import { check } from '@/areas/manage/form/fields'

const news = (...prompts: string[]) => ({ id: 'a', name: 'News', prompt: null, pieces: prompts.map((prompt) => ({ prompt, title: '' })) })

describe('categories of a content library', () => {
  it('moves one among the others', () => {
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  })

  it('names the first that cannot be saved', () => {
    expect(firstUnfinished([news('x', 'y'), news()])).toBeNull()
    expect(firstUnfinished([news('x'), freshCategory()])).toEqual({ code: 'category_name', params: { number: 2 } })
    expect(firstUnfinished([news('x', '')])).toEqual({ code: 'piece_prompt', params: { number: 1, piece: 2 } })
    expect(firstUnfinished([news('x', 'y', 'x')])).toEqual({ code: 'piece_twice', params: { number: 1, piece: 3 } })
  })

  it('is judged as a field of the form', () => {
    const sections = [{ key: 'inside', fields: [{ kind: 'categories' as const, key: 'categories' }] }]
    expect(check(sections, { categories: [] })).toEqual({})
    expect(check(sections, { categories: [freshCategory()] })).toEqual({ categories: { code: 'category_name', params: { number: 1 } } })
  })
})
