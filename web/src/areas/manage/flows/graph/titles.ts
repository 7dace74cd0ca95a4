/** What people call a step: its title, else what kind of step it is, with its id. */

import type { Doc, Step } from './document'
import type { Speaker } from './words'

const WITHIN = '»'

export function stepTitle(name: string, step: Step | undefined, kind: (type: string) => string): string {
  if (!step) return name
  return step.title || `${kind(step.type)} · ${name}`
}

/** Of a step anywhere in a flow: one within a sub-flow is known by the step that calls it, and its own id. */
export function titleIn(doc: Doc, node: string, speaker: Pick<Speaker, 'title'>): string {
  const [drawn = '', ...within] = node.split(WITHIN)
  return [stepTitle(drawn, doc.nodes[drawn], speaker.title), ...within].join(` ${WITHIN} `)
}
