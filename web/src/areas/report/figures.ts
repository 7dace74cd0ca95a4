/** The day's figures and the formulas behind them. */

import { api } from '@/core/api'
import type { Figures, Id, Instant } from '@/core/wire'

export interface Today {
  at: Instant
  queues: Record<Id, Figures>
  /** By metric: a sentence, or one for each language. */
  formulas: Record<string, string | Record<string, string>>
}

export function fetchToday(): Promise<Today> {
  return api.get<Today>('/figures/today')
}

export function formulaOf(today: Today | undefined, metric: string, locale: string): string | null {
  const formula = today?.formulas[metric]
  if (!formula) return null
  return typeof formula === 'string' ? formula : (formula[locale.slice(0, 2)] ?? formula.en ?? null)
}
