/** Who the customer of a call is: known, perhaps, or unknown. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { type Ref, computed, ref, watch } from 'vue'
import { ApiError, api } from '@/core/api'
import { desk, otherNumber } from '@/core/desk'
import { attempt } from '@/core/errors'
import type { CallRow, ContactRow, Customer, Id, Page } from '@/core/wire'

export type Certainty = 'known' | 'perhaps' | 'unknown' | 'none'

/** Who may have a number; `sure` when it is exactly one. */
type Matches = Page<Customer> & { sure: boolean }

export function useCustomerOf(call: Ref<CallRow | null>) {
  const queries = useQueryClient()
  const chosen = ref<Id | null>(null)
  const number = computed(() => (call.value && call.value.direction !== 'internal' ? otherNumber(call.value) : ''))
  watch(() => call.value?.id, () => (chosen.value = null))

  const told = computed(() => chosen.value ?? (call.value?.customer?.sure ? call.value.customer.id : null))
  const match = useQuery({
    queryKey: ['customers', 'match', number],
    queryFn: () => api.get<Matches>('/customers/match', { phone: number.value }),
    enabled: computed(() => !!number.value && !told.value),
  })
  const id = computed(() => told.value ?? (match.data.value?.sure ? (match.data.value.items[0]?.id ?? null) : null))
  const customer = useQuery({
    queryKey: ['customers', id],
    queryFn: () => api.get<Customer>(`/customers/${id.value}`),
    enabled: computed(() => !!id.value),
  })
  const certainty = computed<Certainty>(() => {
    if (!call.value) return 'none'
    if (id.value) return 'known'
    return match.data.value?.items.length ? 'perhaps' : 'unknown'
  })
  const suggested = computed<Customer[]>(() => match.data.value?.items ?? [])

  function choose(who: Customer): void {
    chosen.value = who.id
    if (call.value) void attempt(() => desk.customer(call.value!.id, who.id, who.name))
    queries.setQueryData(['customers', who.id], who)
  }
  return { id, number, certainty, customer: computed(() => (id.value ? (customer.data.value ?? null) : null)), suggested, choose, loading: computed(() => customer.isLoading.value || match.isLoading.value) }
}

/** A customer's contacts, newest first. */
export function useTimeline(customer: Ref<Id | null>) {
  return useQuery({
    queryKey: ['customers', customer, 'timeline'],
    queryFn: () => api.get<Page<ContactRow> | ContactRow[]>(`/customers/${customer.value}/timeline`).then((page) => (Array.isArray(page) ? page : page.items)),
    enabled: computed(() => !!customer.value),
  })
}

/** What has been changed, and nothing else: what somebody else writes down meanwhile stays. */
export function changesOf<Form extends Partial<Customer>>(before: Partial<Customer>, form: Form): Partial<Form> {
  const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
  return Object.fromEntries(Object.entries(form).filter(([name, value]) => !same(before[name as keyof Customer], value))) as Partial<Form>
}

/** What stood in the fields that are changed: nobody overwrites unseen what somebody else has written since. */
export function wasOf(before: Customer, change: Partial<Customer>): Partial<Customer> {
  return Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Customer] ?? null])) as Partial<Customer>
}

export async function saveCustomer(before: Customer | null, change: Partial<Customer>): Promise<Customer> {
  if (!before) return api.post<Customer>('/customers', change)
  return api.patch<Customer>(`/customers/${before.id}`, { ...change, was: wasOf(before, change) })
}

/** A field that two have changed: what this one wrote, what the other did, and which is to stand. */
export interface Clash {
  field: Editable
  mine: unknown
  theirs: unknown
  choice: 'mine' | 'theirs' | null
}
export type Editable = 'name' | 'identities' | 'tags' | 'notes' | 'manager' | 'vip'

/** The fields that somebody else has changed meanwhile; none when it was refused for another reason. */
export function clashesOf(error: unknown, form: Partial<Customer>): Clash[] {
  if (!(error instanceof ApiError) || error.code !== 'customer.changed_meanwhile') return []
  const now = error.params.now as Partial<Customer>
  return (error.params.fields as Editable[]).map((field) => ({ field, mine: form[field] ?? null, theirs: now[field] ?? null, choice: null }))
}

/** The name of what a contact names by row or by id. */
export function nameOf(one: { id: Id; name: string } | Id | null, names: Record<Id, { name: string }>): string {
  if (!one) return ''
  return typeof one === 'string' ? (names[one]?.name ?? '') : one.name
}
