/** Booking a callback: for whom it is asked, which times can be chosen, and what is owed, in words. */

import { type MaybeRefOrGetter, computed, ref, toValue } from 'vue'
import { useQuery } from '@tanstack/vue-query'
import { api } from '@/core/api'
import { myCall, myRow, otherNumber } from '@/core/desk'
import { dayOf, zone } from '@/core/zone'
import type { CallRow, Id, Instant } from '@/core/wire'

/** A callback that is still to come about. */
export interface Owed {
  id: Id
  queue: Id
  number: string
  name: string
  due: Instant | null
  state: 'scheduled' | 'waiting' | 'calling' | 'resting'
  attempts: number
}

export interface Booked {
  callback: Owed | null
  moved: boolean
  was_due: Instant | null
}

/** What the dialog is opened for. `moving`: another time for one that is there, and nothing else. */
export interface Booking {
  queue: Id | null
  number: string
  name: string
  customer: Id | null
  origin: Id | null
  moving: Id | null
}

export const booking = ref<Booking | null>(null)

export function book(asked: Partial<Booking> = {}): void {
  booking.value = { queue: null, number: '', name: '', customer: null, origin: null, moving: null, ...asked }
}

/** For the other side of a call, in its queue. */
export function ofCall(call: CallRow): Partial<Booking> {
  const customer = call.customer
  const inside = call.direction === 'internal'
  return { queue: call.queue, number: inside ? '' : plain(otherNumber(call)), name: customer?.name || (inside ? '' : call.caller_name), customer: customer?.id ?? null, origin: call.id }
}

/** For whom the agent has in hand, if anybody. */
export function bookHere(): void {
  const inHand = ['busy', 'wrap_up'].includes(myRow.value?.state ?? '') ? myCall.value : null
  book(inHand ? ofCall(inHand) : {})
}

/** A number as it is dialled, from how people write it; what is none is nothing. */
export function plain(text: string): string {
  const digits = text.replace(/[\s().-]/g, '')
  return /^\+?\d{3,20}$/.test(digits) ? digits : ''
}

/** What a customer is owed, by his numbers or his record. */
export function useOwed(numbers: MaybeRefOrGetter<string[]>, customer: MaybeRefOrGetter<Id | null>) {
  const asked = computed(() => [...new Set(toValue(numbers).map(plain))].filter(Boolean).slice(0, 20).sort())
  const known = computed(() => toValue(customer))
  return useQuery({
    queryKey: ['owed', asked, known],
    queryFn: () => {
      const query = new URLSearchParams(asked.value.map((number) => ['number', number]))
      if (known.value) query.set('customer', known.value)
      return api.get<{ items: Owed[] }>(`/callbacks/owed?${query}`).then((found) => found.items)
    },
    enabled: computed(() => asked.value.length > 0 || !!known.value),
    refetchInterval: 10_000,
  })
}

export interface Day {
  day: string
  slots: Instant[]
}

/** The free slots by the days of the house. */
export function daysOf(slots: Instant[]): Day[] {
  const grouped = new Map<string, Instant[]>()
  for (const slot of slots) {
    const day = dayOf(new Date(slot))
    grouped.set(day, [...(grouped.get(day) ?? []), slot])
  }
  return [...grouped].map(([day, own]) => ({ day, slots: own }))
}

const region = (locale: string) => (locale.startsWith('en') ? 'en-GB' : locale)
const apart = (day: string, now: number) => Math.round((Date.parse(day) - Date.parse(dayOf(new Date(now)))) / 86_400_000)

/** 今天, 明天, 12月1日周二; Today, Tomorrow, Tue 1 Dec. */
export function dayWords(at: Instant, now: number, locale: string): string {
  const days = apart(dayOf(new Date(at)), now)
  if (days === 0 || days === 1) return near(days, locale)
  const english = locale.startsWith('en')
  return new Intl.DateTimeFormat(region(locale), { weekday: 'short', day: 'numeric', month: english ? 'short' : 'long', timeZone: zone.value }).format(new Date(at))
}

function near(days: number, locale: string): string {
  const word = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day')
  return word.charAt(0).toUpperCase() + word.slice(1)
}

export function clockWords(at: Instant, locale: string): string {
  return new Intl.DateTimeFormat(region(locale), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone.value }).format(new Date(at))
}

/** The whole of a time that is promised: 12月1日星期二 10:00, 11月28日星期六 10:00（明天）; Tuesday 1 December, 10:00. */
export function whenWords(at: Instant, now: number, locale: string): string {
  const date = new Intl.DateTimeFormat(region(locale), { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone.value }).format(new Date(at))
  const days = apart(dayOf(new Date(at)), now)
  const english = locale.startsWith('en')
  const clock = `${date}${english ? ',' : ''} ${clockWords(at, locale)}`
  if (days !== 0 && days !== 1) return clock
  const word = near(days, locale)
  return english ? `${clock} (${word.toLowerCase()})` : `${clock}（${word}）`
}

/** Which sentence says what has come of it. */
export function outcome(booked: Booked): 'line' | 'at' | 'moved' | 'moved_line' | 'spoken' {
  if (!booked.callback) return 'spoken'
  if (!booked.callback.due) return booked.moved && booked.was_due ? 'moved_line' : 'line'
  return booked.moved && booked.was_due !== booked.callback.due ? 'moved' : 'at'
}
