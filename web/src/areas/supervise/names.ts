/** Ids of the board as words. */

import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Named, useNamed } from '@/areas/contacts/names'
import { api } from '@/core/api'
import { phoneNumber } from '@/core/format'
import { live } from '@/core/live'
import type { AgentRow, CallRow, Page, PauseReason } from '@/core/wire'
import { callOf } from './rows'

/** Reasons the system gives by itself, beside those that people choose. */
const OWN_REASONS = ['misses', 'phone_lost', 'desk_lost', 'signed_in', 'shift_full']

export function queueName(id: string | null): string {
  return (id && live.queues[id]?.name) || '–'
}

export function agentName(id: string | null): string {
  return (id && live.agents[id]?.name) || '–'
}

export interface Words {
  teams: ComputedRef<Named[]>
  team: (agent: AgentRow) => string
  reasons: ComputedRef<PauseReason[]>
  reason: (agent: AgentRow) => string
  person: (call: CallRow) => string
  partner: (agent: AgentRow) => string
}

export function useWords(): Words {
  const { t } = useI18n()
  const { data } = useQuery({
    queryKey: ['pause-reasons'],
    queryFn: () => api.get<Page<PauseReason>>('/pause-reasons', { limit: 200 }),
    staleTime: 300_000,
  })
  const teams = useNamed<Named>('/teams')
  const reasons = computed(() => data.value?.items ?? [])

  function reasonText(reason: string | null): string {
    if (!reason) return ''
    if (OWN_REASONS.includes(reason)) return t(`supervise.reason.${reason}`)
    return reasons.value.find((one) => one.id === reason)?.name ?? reason
  }

  function person(call: CallRow): string {
    if (call.customer) return call.customer.sure ? call.customer.name : t('supervise.perhaps', { name: call.customer.name })
    return call.caller_name || phoneNumber(call.direction === 'outbound' ? call.called : call.caller)
  }

  function partner(agent: AgentRow): string {
    const call = callOf(agent)
    if (!call) return ''
    if (call.direction !== 'internal') return person(call)
    const other = call.agents.find((one) => one.id !== agent.id)
    return other ? agentName(other.id) : phoneNumber(call.called)
  }

  function team(agent: AgentRow): string {
    return teams.value.find((one) => one.id === agent.team)?.name ?? ''
  }

  return { teams, team, reasons, reason: (agent) => reasonText(agent.reason), person, partner }
}
