/** What went wrong, in the user's language, with the code that support asks for. */

import { ElMessage } from 'element-plus'
import { ApiError } from './api'
import { words } from './i18n'

const KINDS: Record<number, string> = {
  0: 'net.unreachable',
  400: 'kind.invalid',
  401: 'kind.signed_out',
  403: 'kind.forbidden',
  404: 'kind.not_found',
  409: 'kind.conflict',
  413: 'kind.too_large',
  422: 'kind.invalid',
  503: 'kind.unavailable',
}

export function errorText(error: unknown): string {
  const { t, te } = words
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  const found = [error.code, `any.${error.code.split('.').pop()}`].find((code) => te(`errors.${code}`, 'en'))
  if (found) return `${t(`errors.${found}`, inWords(error.params))} (${error.code})`
  const kind = KINDS[error.status]
  const general = kind ? t(`errors.${kind}`) : error.message
  return `${general} (${error.code})`
}

/** What kind of thing a message speaks of is a word of its language, too. */
function inWords(params: Record<string, unknown>): Record<string, unknown> {
  const key = `errors.noun.${String(params.noun)}`
  return words.te(key, 'en') ? { ...params, noun: words.t(key) } : params
}

/** A session that has ended is no error of what was done: the shell asks for the password over the page. */
export function showError(error: unknown): void {
  if (error instanceof ApiError && error.code === 'session.missing') return
  ElMessage({ type: 'error', message: errorText(error), duration: 6000, showClose: true, grouping: true })
}

/** Runs something a click asked for, and says it when that fails. Answers whether it worked. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (error) {
    showError(error)
    return false
  }
}
