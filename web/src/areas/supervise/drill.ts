/** What a number on the board opens: the rows it counts. */

import type { AgentState, Figures, OutcomeAsked } from '@/core/wire'

export type Drill =
  | { kind: 'waiting'; queue: string }
  | { kind: 'agents'; queue: string; states: AgentState[] }
  | { kind: 'contacts'; queue: string; outcome: OutcomeAsked | '' }
  | { kind: 'formula'; queue: string; metric: keyof Figures }

/** The figures of today that count contacts, and the outcome that picks these contacts out: short abandons count as abandoned. */
export const COUNTED = { offered: '', answered: 'answered', abandoned: 'any_abandon' } as const satisfies Record<string, OutcomeAsked | ''>
