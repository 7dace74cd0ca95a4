/** Names that flows and customers' attributes bring along, in the user's language where they are well known. */

import { words } from '@/core/i18n'

export function wordFor(name: string): string {
  const key = `desk.word.${name}`
  return words.te(key, 'en') ? words.t(key) : name
}

/** What a survey learned, question by question: a step keeps all of its answers as one value. */
export function answersOf(survey: Record<string, unknown>): [string, string][] {
  return Object.entries(survey).flatMap(([name, value]): [string, string][] =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? answersOf(value as Record<string, unknown>) : [[name, String(value ?? '–')]],
  )
}
