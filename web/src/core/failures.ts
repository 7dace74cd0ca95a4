/** Why a step of a flow could not do what it is for, in words and with its code: never what was asked or answered. */

import { words } from './i18n'

export function failureText(code: string): string {
  const { t, te } = words
  const status = /^http\.status_(\d+)$/.exec(code)
  if (status) return `${t('failure.http.status', { status: status[1] })} (${code})`
  const key = [`failure.${code}`, `errors.${code}`].find((one) => te(one, 'en'))
  return key ? `${t(key)} (${code})` : t('failure.other', { code })
}
