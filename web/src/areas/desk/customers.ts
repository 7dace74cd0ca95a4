/** Who the customer of a call is: known, perhaps, or unknown. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { type Ref, computed, ref, watch } from 'vue'
import { api } from '@/core/api'
import { otherNumber } from '@/core/desk'
import type { CallRow, ContactRow, Customer, Id, Page } from '@/core/wire'

export type Certainty = 'known' | 'perhaps' | 'unknown' | 'none'

interface Match {
  customer?: Customer
  sure?: boolean
}
type Matches = Page<Match | Customer> | (Match | Customer)[]

/** The server may name candidates with or without how sure it is. */
export function candidatesOf(matches: Matches): Customer[] {
  const list = Array.isArray(matches) ? matches : matches.items
  return list.map((one) => ('customer' in one && one.customer ? one.customer : (one as Customer))).filter((one) => one.id)
}

export function useCustomerOf(call: Ref<CallRow | null>) {
  const queries = useQueryClient()
  const chosen = ref<Id | null>(null)
  const number = computed(() => (call.value && call.value.direction !== 'internal' ? otherNumber(call.value) : ''))
  watch(() => call.value?.id, () => (chosen.value = null))

  const id = computed(() => chosen.value ?? (call.value?.customer?.sure ? call.value.customer.id : null))
  const candidates = useQuery({
    queryKey: ['customers', 'match', number],
    queryFn: () => api.get<Matches>('/customers/match', { phone: number.value }).then(candidatesOf),
    enabled: computed(() => !!number.value && !id.value),
  })
  const customer = useQuery({
    queryKey: ['customers', id],
    queryFn: () => api.get<Customer>(`/customers/${id.value}`),
    enabled: computed(() => !!id.value),
  })
  const certainty = computed<Certainty>(() => {
    if (!call.value) return 'none'
    if (id.value) return 'known'
    return call.value.customer || candidates.data.value?.length ? 'perhaps' : 'unknown'
  })
  const suggested = computed<Customer[]>(() => candidates.data.value ?? [])

  function choose(who: Customer): void {
    chosen.value = who.id
    queries.setQueryData(['customers', who.id], who)
  }
  return { id, number, certainty, customer: computed(() => (id.value ? (customer.data.value ?? null) : null)), suggested, choose, loading: computed(() => customer.isLoading.value || candidates.isLoading.value) }
}

/** A customer's contacts, newest first. */
export function useTimeline(customer: Ref<Id | null>) {
  return useQuery({
    queryKey: ['customers', customer, 'timeline'],
    queryFn: () => api.get<Page<ContactRow> | ContactRow[]>(`/customers/${customer.value}/timeline`).then((page) => (Array.isArray(page) ? page : page.items)),
    enabled: computed(() => !!customer.value),
  })
}

export async function saveCustomer(id: Id | null, change: Partial<Customer>): Promise<Customer> {
  return id ? api.patch<Customer>(`/customers/${id}`, change) : api.post<Customer>('/customers', change)
}

/** The name of what a contact names by row or by id. */
export function nameOf(one: { id: Id; name: string } | Id | null, names: Record<Id, { name: string }>): string {
  if (!one) return ''
  return typeof one === 'string' ? (names[one]?.name ?? '') : one.name
}
