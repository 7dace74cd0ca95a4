/** What an alert says, in words. */

import { duration } from '@/core/format'
import type { AlertKind, AlertRow } from '@/core/wire'

type Translate = (key: string, params?: Record<string, unknown>) => string

/** A value as its kind has it: callers, a duration, percent; nothing where something is so or is not. */
export function alertValue(kind: AlertKind, value: number): string {
  switch (kind) {
    case 'longest_wait':
    case 'state_too_long':
      return duration(value)
    case 'service_level':
      return `${Math.round(value * 10) / 10} %`
    case 'waiting':
    case 'abandon_burst':
      return String(value)
    default:
      return ''
  }
}

/** "销售：排队人数 12（上限 10）". */
export function alertText(alert: AlertRow, t: Translate): string {
  const value = alertValue(alert.kind, alert.value)
  const limit = alertValue(alert.kind, alert.threshold)
  const what = t(`alerts.says.${alert.kind}`)
  return value ? t('alerts.text', { subject: alert.subject_name, what, value, limit }) : t('alerts.text_bare', { subject: alert.subject_name, what })
}
