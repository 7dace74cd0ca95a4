/** What is wrong with a flow, in the reader's language. */

import { words } from '@/core/i18n'
import type { Box } from './graph/scene'
import type { Library } from './graph/schema'
import type { Speaker } from './graph/words'
import type { Problem } from './problems'

interface Told extends Problem {
  params?: Record<string, unknown>
}

export function problemText(problem: Told, speaker: Speaker, library: Library | null, box: Box | undefined): string {
  const { t, te } = words
  const params = { ...problem.params }
  const type = box?.type ?? ''
  if (typeof params.exit === 'string') params.exit = box?.exits.find((exit) => exit.name === params.exit)?.label ?? speaker.exit(type, params.exit)
  if (typeof params.field === 'string') {
    const shape = library?.types.get(type)?.shapes.find((one) => one.key === params.field)
    params.field = shape ? speaker.label(type, shape) : params.field
  }
  if (typeof params.language === 'string') params.language = speaker.option(type, { key: 'language', path: 'language' }, params.language)
  const code = problem.code.replace('flow.', '')
  const unset = code.startsWith('unknown_') && params.name === '' ? 'unset' : ''
  const kind = typeof params.kind === 'string' && te(`designer.kind.${params.kind}`) ? t(`designer.kind.${params.kind}`) : params.kind
  const known = [unset, code, code.startsWith('unknown_') && params.kind ? 'unknown_any' : ''].find((one) => one && te(`designer.problem.${one}`))
  return known ? t(`designer.problem.${known}`, { ...params, kind }) : problem.message
}
