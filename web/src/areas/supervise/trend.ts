/** The last hour by minutes, for small curves: asked for once, and again every half minute. */

import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { api } from '@/core/api'
import type { Id } from '@/core/wire'

export type TrendKind = 'offered' | 'answered' | 'abandoned' | 'waiting'

export interface Trend {
  from: string
  step_s: number
  minutes: number
  queues: Record<Id, Record<TrendKind, number[]>>
}

export const TREND_KINDS: readonly TrendKind[] = ['waiting', 'offered', 'answered', 'abandoned']

/** One curve over some queues (none named: over all): minute by minute the sum. Pure. */
export function curve(trend: Trend | undefined, kind: TrendKind, queues: readonly Id[]): number[] {
  const sum = Array.from({ length: trend?.minutes ?? 0 }, () => 0)
  for (const [id, seen] of Object.entries(trend?.queues ?? {})) {
    if (queues.length > 0 && !queues.includes(id)) continue
    seen[kind].forEach((value, minute) => (sum[minute]! += value))
  }
  return sum
}

/** The points of a curve as an SVG path in a box; a flat line of zeros lies on the ground. Pure. */
export function path(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return ''
  const most = Math.max(...values, 1)
  const step = width / (values.length - 1)
  const point = (value: number, n: number) => `${round(n * step)},${round(height - (value / most) * height)}`
  return `M${values.map(point).join('L')}`
}

const round = (value: number) => Math.round(value * 10) / 10

export function useTrend(): ComputedRef<Trend | undefined> {
  const { data } = useQuery({ queryKey: ['figures', 'hour'], queryFn: () => api.get<Trend>('/figures/hour'), refetchInterval: 30_000, refetchIntervalInBackground: true })
  return computed(() => data.value)
}
