/** Messages that callers have left: those that the agent deals with. */

import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { api, path } from '@/core/api'
import { myRow } from '@/core/desk'
import type { Id, Instant } from '@/core/wire'

export interface VoicemailRow {
  id: Id
  queue: Id
  contact: Id
  number: string
  name: string
  customer: Id | null
  left_at: Instant
  priority: number
  state: 'waiting' | 'taken' | 'closed'
  agent: Id | null
  closed_at: Instant | null
  disposition: string
  notes: string
  transcript: string | null
  audible: boolean
  length_s: number
}

const RENEW_MS = 3000

/** Asked for while the agent is in the pause in which voicemails are dealt with, and when that begins or ends. */
export function useMyVoicemails(): ComputedRef<VoicemailRow[]> {
  const key = computed(() => `${myRow.value?.state}/${myRow.value?.reason}/${myRow.value?.since}`)
  const { data } = useQuery({
    queryKey: ['my-voicemails', key],
    queryFn: () => api.get<{ items: VoicemailRow[] }>('/voicemails/mine'),
    refetchInterval: RENEW_MS,
  })
  return computed(() => data.value?.items ?? [])
}

export function soundOf(voicemail: VoicemailRow): string {
  return path(`/voicemails/${voicemail.id}/audio`)
}
