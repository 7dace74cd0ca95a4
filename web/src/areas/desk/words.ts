/** Names that flows and customers' attributes bring along, in the user's language where they are well known. */

import { words } from '@/core/i18n'

export function wordFor(name: string): string {
  const key = `desk.word.${name}`
  return words.te(key, 'en') ? words.t(key) : name
}
