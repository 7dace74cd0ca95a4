/** How calls of a period went through the flow, made ready for the canvas. */

import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/core/api'
import { dayOf, dayStart } from '@/core/zone'
import type { Drawing } from './drawing'
import { shares, type Traffic } from './graph/traffic'

export const PERIODS = [1, 7, 30] as const

function midnight(daysBack: number): string {
  return dayStart(dayOf(new Date()), -daysBack).toISOString()
}

export interface Passed {
  id: string
  started_at: string
  caller: string
  outcome: string | null
  at: string
}

export function useTraffic(drawing: Drawing) {
  const { t } = useI18n()
  const on = ref(false)
  const days = ref<(typeof PERIODS)[number]>(7)
  const version = ref<number | 'draft' | ''>('')
  const asked = computed(() => ({
    from: midnight(days.value - 1), to: midnight(-1),
    ...(version.value === 'draft' ? { draft: true } : version.value ? { version: version.value } : {}),
  }))
  const { data, isFetching, error, refetch } = useQuery({
    queryKey: ['flow', drawing.id, 'traffic', asked],
    queryFn: () => api.get<Traffic>(`/flows/${drawing.id}/traffic`, asked.value),
    enabled: on,
  })
  const seen = computed(() => (on.value && data.value ? shares(drawing.doc.value, data.value) : null))
  const counts = computed(() => {
    const found = seen.value
    if (!found) return undefined
    return new Map([...found.steps].map(([name, step]) => [name, t('designer.traffic.at_step', { n: step.entered, s: Math.round(step.mean_s), lost: step.lost }, step.lost)]))
  })
  const labels = computed(() => (seen.value ? new Map([...seen.value.lines].map(([id, line]) => [id, `${line.taken} · ${Math.round(line.share * 100)}%`])) : undefined))
  const weights = computed(() => (seen.value ? new Map([...seen.value.lines].map(([id, line]) => [id, line.weight])) : undefined))
  const contacts = (node: string, way?: { from: string; exit: string }, lost = false, failure = '') =>
    api.get<Passed[]>(`/flows/${drawing.id}/traffic/contacts`, { ...asked.value, node, lost, ...(failure ? { failure } : {}), ...(way ? { came_from: way.from, exit: way.exit } : {}) })
  return { on, days, version, data, isFetching, error, refetch, seen, counts, labels, weights, contacts }
}

export type FlowTraffic = ReturnType<typeof useTraffic>
