/** What a content library has in it, and what keeps it from being saved. */

import type { Problem } from './fields'

export interface Piece {
  prompt: string
  title: string
}

export interface Category {
  /** Empty: a new one. */
  id: string
  name: string
  /** The prompt that says its name to callers; null: they hear its number. */
  prompt: string | null
  pieces: Piece[]
}

/** Each category is chosen by one key. */
export const MOST_CATEGORIES = 9
export const MOST_PIECES = 200

export function freshCategory(): Category {
  return { id: '', name: '', prompt: null, pieces: [] }
}

/** The list with what stands at `from` moved to `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}

/** The first category without a name, with a piece that is no prompt yet, or with a prompt in it twice. */
export function firstUnfinished(categories: readonly Category[]): Problem | null {
  for (const [index, { name, pieces }] of categories.entries()) {
    const number = index + 1
    if (!name.trim()) return { code: 'category_name', params: { number } }
    const prompts = pieces.map((piece) => piece.prompt)
    if (prompts.includes('')) return { code: 'piece_prompt', params: { number, piece: prompts.indexOf('') + 1 } }
    const twice = prompts.findIndex((prompt, place) => prompts.indexOf(prompt) < place)
    if (twice >= 0) return { code: 'piece_twice', params: { number, piece: twice + 1 } }
  }
  return null
}
