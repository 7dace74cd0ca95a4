/** What is wrong with a flow, in the reader's language. */

import { words } from '@/core/i18n'
import type { Box } from './graph/scene'
import type { Library } from './graph/schema'
import type { Speaker } from './graph/words'
import { type Problem, steps } from './problems'

/** Rules of form that fields of many types have, by their pattern. */
const FORMS: Record<string, string> = { '^[a-z]{2}$': 'language', '^[0-9*#]$': 'key', '^https?://.+$': 'url', '^[\\w-]{1,64}$': 'name' }

/** What does not fit is told by the rule that it breaks; only a rule without words is told by the server's own. */
function malformedText(params: Record<string, unknown>): string {
  const { t, te } = words
  const pattern = String(params.pattern ?? '')
  const form = FORMS[pattern] ?? (pattern.startsWith('^(prompt:') ? 'media' : 'pattern')
  const key = `designer.problem.malformed_${params.rule === 'pattern' ? form : String(params.rule ?? '')}`
  if (!te(key, 'en')) return t('designer.problem.malformed', params)
  const kind = te(`designer.value_kind.${String(params.kind)}`, 'en') ? t(`designer.value_kind.${String(params.kind)}`) : String(params.kind ?? '')
  return t(key, { ...params, kind, field: params.field || t('designer.whole') })
}

/** A fault of the JSON itself, by the code of its reader. */
export function faultText(code: string): string {
  const key = `designer.json.${code}`
  return words.t(words.te(key, 'en') ? key : 'designer.json.other')
}

export function problemText(problem: Problem, speaker: Speaker, library: Library | null, box: Pick<Box, 'type' | 'exits'> | undefined): string {
  const { t, te } = words
  const params = { ...problem.params }
  const type = box?.type ?? ''
  const malformed = problem.code === 'flow.malformed' || problem.code.startsWith('schema.')
  if (typeof params.exit === 'string') params.exit = box?.exits.find((exit) => exit.name === params.exit)?.label ?? speaker.exit(type, params.exit)
  if (malformed && params.field === undefined) params.field = steps(problem.path)[problem.node ? 2 : 0] ?? ''
  if (typeof params.field === 'string') {
    const shape = library?.types.get(type)?.shapes.find((one) => one.key === params.field)
    params.field = shape ? speaker.label(type, shape) : params.field
  }
  if (typeof params.language === 'string') params.language = speaker.option(type, { key: 'language', path: 'language' }, params.language)
  if (malformed) return malformedText(params)
  const code = problem.code.replace('flow.', '')
  const unset = code.startsWith('unknown_') && params.name === '' ? 'unset' : ''
  const kind = typeof params.kind === 'string' && te(`designer.kind.${params.kind}`) ? t(`designer.kind.${params.kind}`) : params.kind
  const known = [unset, code, code.startsWith('unknown_') && params.kind ? 'unknown_any' : ''].find((one) => one && te(`designer.problem.${one}`))
  if (known) return t(`designer.problem.${known}`, { ...params, kind })
  return te(`errors.${problem.code}`, 'en') ? t(`errors.${problem.code}`, params) : problem.message
}
