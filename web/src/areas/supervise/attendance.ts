/** Which supervisors attend which calls, and how. Pure. */

import type { AgentRow, CallRow, Id } from '@/core/wire'

export type AttendMode = 'listen' | 'whisper' | 'barge' | 'take_over'
export const ATTEND_MODES = ['listen', 'whisper', 'barge'] as const satisfies readonly AttendMode[]

export type Attendant = CallRow['attendants'][number]

export function attendantsOf(call: CallRow): readonly Attendant[] {
  return call.attendants
}

/** Those who attend this agent's part of his call. */
export function attendantsAt(agent: AgentRow, call: CallRow | undefined): readonly Attendant[] {
  return call ? attendantsOf(call).filter((one) => one.agent === agent.id) : []
}

/** The call that somebody attends, with the agent he is with. */
export function attendedBy(user: Id | undefined, calls: Iterable<CallRow>): { call: CallRow; attendant: Attendant } | null {
  for (const call of calls) {
    const attendant = attendantsOf(call).find((one) => one.supervisor === user)
    if (attendant) return { call, attendant }
  }
  return null
}
