// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'

import { alertText, alertValue } from '@/areas/supervise/alert_words'
import { freshAlerts } from '@/areas/supervise/alarms'
import type { AlertRow } from '@/core/wire'
import zh from '@/locales/zh/alerts.json'

function alert(change: Partial<AlertRow> = {}): AlertRow {
  return {
    id: 'x', rule: 'r', rule_name: '排队过多', kind: 'waiting', severity: 'warning', subject: 'queue:q', subject_name: '销售', value: 12, threshold: 10,
    raised_at: '2026-11-21T08:00:00Z', sound: true, acknowledged_at: null, acknowledged_by: '', ...change,
  }
}

/** As the language file says it. */
function t(key: string, params: Record<string, unknown> = {}): string {
  const text = key.split('.').slice(1).reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], zh) as string
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name]))
}

describe('what an alert says', () => {
  it('is its subject, what is wrong, how much and how much was allowed', () => {
    expect(alertText(alert(), t)).toBe('销售：排队人数 12（阈值 10）')
    expect(alertText(alert({ kind: 'longest_wait', value: 125, threshold: 60 }), t)).toBe('销售：最长等待 02:05（阈值 01:00）')
    expect(alertText(alert({ kind: 'service_level', value: 71.26, threshold: 80 }), t)).toBe('销售：服务水平 71.3 %（阈值 80 %）')
    expect(alertText(alert({ kind: 'trunk_down', subject_name: '运营商 A', value: 1 }), t)).toBe('运营商 A：中继中断')
    expect(alertValue('no_agent_ready', 1)).toBe('')
  })
})

describe('which alerts are heard', () => {
  it('are those that are new and seen to by nobody', () => {
    const rows = [alert({ id: 'old' }), alert({ id: 'new' }), alert({ id: 'seen', acknowledged_at: '2026-11-21T08:01:00Z' })]
    expect(freshAlerts(new Set(['old']), rows).map((row) => row.id)).toEqual(['new'])
  })
})
