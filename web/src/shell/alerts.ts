/** What the person should know wherever he is. Any part of the web may raise one; the same key replaces. */

import { reactive, readonly } from 'vue'

export interface Alert {
  key: string
  at: string
  tone: 'alarm' | 'ringing' | 'paused'
  text: string
}

const list = reactive<Alert[]>([])
export const alerts = readonly(list)

export function dismissAlert(key: string): void {
  const index = list.findIndex((alert) => alert.key === key)
  if (index >= 0) list.splice(index, 1)
}

export function raiseAlert(alert: Omit<Alert, 'at'>): void {
  dismissAlert(alert.key)
  list.unshift({ ...alert, at: new Date().toISOString() })
}
