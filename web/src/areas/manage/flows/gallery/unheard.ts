/** Speech that a flow wants understood, and nobody here understands. */

import type { Doc } from '../graph/document'

const LANGUAGES = ['zh', 'en']

/** The languages in which the flow listens, of those that no recogniser knows. A step without phrases listens in all. */
export function unheard(doc: Doc, recognised: readonly string[]): string[] {
  const choices = Object.values(doc.nodes).filter((step) => step.type === 'listen').map((step) => (step.choices ?? []) as Record<string, unknown>[])
  const wanted = choices.flatMap((all) => {
    const written = LANGUAGES.filter((language) => all.some((choice) => ((choice[language] ?? []) as unknown[]).length > 0))
    return written.length > 0 ? written : LANGUAGES
  })
  return LANGUAGES.filter((language) => wanted.includes(language) && !recognised.includes(language))
}
