/** Why nobody came whom an agent called, in words. */

import { phoneNumber } from '@/core/format'
import { words } from '@/core/i18n'
import { live } from '@/core/live'
import type { CallFailure } from '@/core/wire'

export function failureText({ target, why }: CallFailure): string {
  const { t, te } = words
  const [kind, ...rest] = target.split(':')
  const value = rest.join(':')
  const who = kind === 'agent' ? (live.agents[value]?.name ?? '') : phoneNumber(value)
  return t(te(`phone.failed.${why}`, 'en') ? `phone.failed.${why}` : 'phone.failed.failed', { who })
}
