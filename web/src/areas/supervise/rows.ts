/** The live store's rows as lists, made once for all who read them. */

import { computed } from 'vue'
import { live } from '@/core/live'
import { byText } from '@/core/order'
import type { AgentRow, AlertRow, CallRow, QueueRow } from '@/core/wire'

export const agentRows = computed(() => Object.values(live.agents) as AgentRow[])
export const queueRows = computed(() => Object.values(live.queues) as QueueRow[])
export const callRows = computed(() => Object.values(live.calls) as CallRow[])

export function agentOf(id: string | null): AgentRow | undefined {
  return id ? (live.agents[id] as AgentRow | undefined) : undefined
}

export function callOf(agent: AgentRow): CallRow | undefined {
  return agent.call ? (live.calls[agent.call] as CallRow | undefined) : undefined
}

export const alertRows = computed(() => Object.values(live.alerts).sort(byWeight))
export const trunkRows = computed(() => byText(Object.values(live.trunks), (trunk) => trunk.name))

/** The gravest open alert of each agent, by his id. */
export const agentAlerts = computed(() => {
  const found = new Map<string, AlertRow>()
  for (const alert of alertRows.value) {
    const [kind, id] = alert.subject.split(':')
    if (kind === 'agent' && id && !found.has(id)) found.set(id, alert)
  }
  return found
})

/** Critical ones before warnings, what nobody has seen before what is seen to, then the newest. */
function byWeight(a: AlertRow, b: AlertRow): number {
  const weight = (alert: AlertRow) => (alert.acknowledged_at ? 2 : 0) + (alert.severity === 'critical' ? 0 : 1)
  return weight(a) - weight(b) || b.raised_at.localeCompare(a.raised_at)
}

/** Calls that are parked, by their slots. */
export const parkedCalls = computed(() => callRows.value.filter((call) => call.parked).sort((a, b) => (a.parked?.slot ?? 0) - (b.parked?.slot ?? 0)))
