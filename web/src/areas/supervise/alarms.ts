/** Lets alerts be heard and seen on every page: a sound, a notification, an entry under the bell. */

import { onScopeDispose, ref, watch } from 'vue'
import { api } from '@/core/api'
import { attempt } from '@/core/errors'
import { words } from '@/core/i18n'
import { live } from '@/core/live'
import type { AlertRow } from '@/core/wire'
import { dismissAlert, raiseAlert } from '@/shell/alerts'
import { alarmSound } from '@/softphone/sounds'
import { alertText } from './alert_words'

const KEY = 'rexian.alarm_sound'
const AGAIN_MS = 20_000

/** Whether alerts are heard in this browser. */
export const alarmsOn = ref(localStorage.getItem(KEY) !== 'off')
watch(alarmsOn, (on) => localStorage.setItem(KEY, on ? 'on' : 'off'))

/** Which alerts are new: raised since the last look, and seen to by nobody. Pure. */
export function freshAlerts(known: ReadonlySet<string>, alerts: AlertRow[]): AlertRow[] {
  return alerts.filter((alert) => !known.has(alert.id) && !alert.acknowledged_at)
}

export async function acknowledge(alert: AlertRow): Promise<void> {
  await attempt(() => api.post(`/alerts/${alert.id}/acknowledge`))
}

function notify(alert: AlertRow, text: string): void {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return
  const note = new Notification(alert.rule_name, { body: text, tag: `rexian-alert-${alert.id}`, icon: '/icon.svg' })
  note.onclick = () => {
    window.focus()
    note.close()
  }
}

/** Follows the open alerts for as long as the calling component lives. Who comes in to open ones only sees them. */
export function followAlarms(): void {
  let known: Set<string> | null = null
  const say = (alert: AlertRow) => {
    const text = alertText(alert, words.t)
    raiseAlert({ key: `alert:${alert.id}`, tone: alert.severity === 'critical' ? 'alarm' : 'ringing', text })
    return text
  }
  const stop = watch(
    () => Object.values(live.alerts),
    (open) => {
      for (const alert of freshAlerts(known ?? new Set(), open)) {
        const text = say(alert)
        if (known === null) continue
        notify(alert, text)
        if (alert.sound && alarmsOn.value) void alarmSound(alert.severity)
      }
      const now = new Set(open.map((alert) => alert.id))
      for (const id of known ?? []) if (!now.has(id)) dismissAlert(`alert:${id}`)
      for (const alert of open) if (alert.acknowledged_at) dismissAlert(`alert:${alert.id}`)
      if (live.seq > 0) known = now
    },
    { immediate: true },
  )
  const again = setInterval(() => {
    const urgent = Object.values(live.alerts).some((alert) => alert.severity === 'critical' && alert.sound && !alert.acknowledged_at)
    if (urgent && alarmsOn.value) void alarmSound('critical')
  }, AGAIN_MS)
  onScopeDispose(() => {
    stop()
    clearInterval(again)
  })
}
