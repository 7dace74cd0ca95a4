/** The live store's rows as lists, made once for all who read them. */

import { computed } from 'vue'
import { live } from '@/core/live'
import type { AgentRow, CallRow, QueueRow } from '@/core/wire'

export const agentRows = computed(() => Object.values(live.agents) as AgentRow[])
export const queueRows = computed(() => Object.values(live.queues) as QueueRow[])
export const callRows = computed(() => Object.values(live.calls) as CallRow[])

export function agentOf(id: string | null): AgentRow | undefined {
  return id ? (live.agents[id] as AgentRow | undefined) : undefined
}

export function callOf(agent: AgentRow): CallRow | undefined {
  return agent.call ? (live.calls[agent.call] as CallRow | undefined) : undefined
}
