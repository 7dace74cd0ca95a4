/** Things that other things name: what a choice offers, and what an id is called. */

import { computed, type ComputedRef } from 'vue'
import { type Named, useNamed } from '@/areas/contacts/names'
import type { Field, Source } from './fields'

export interface Option {
  value: string
  label: string
}

export interface Lookup {
  options: (source: Source) => Option[]
  name: (source: Source, id: unknown) => string
}

const PATHS: Record<Source, string> = {
  users: '/users',
  agents: '/agents',
  teams: '/teams',
  skills: '/skills',
  queues: '/queues',
  flows: '/flows',
  trunks: '/trunks',
  calendars: '/calendars',
  dispositions: '/dispositions',
  webhooks: '/webhooks',
}

/** The lists that a field's control chooses from. */
export function sourcesOf(field: Field): Source[] {
  if ('from' in field) return [field.from]
  if (field.kind === 'exits') return ['queues', 'calendars']
  if (field.kind === 'callback') return ['calendars']
  return field.kind === 'levels' ? ['skills'] : []
}

/** Asks only for the sources named: each is one request, kept for minutes. */
export function useLookup(sources: readonly Source[]): Lookup {
  const lists = new Map<Source, ComputedRef<Named[]>>(sources.map((source) => [source, useNamed<Named>(PATHS[source])]))
  const names = computed(() => {
    const all = [...lists].map(([source, list]) => [source, new Map(list.value.map((one) => [one.id, one.name]))] as const)
    return new Map(all)
  })
  return {
    options: (source) => (lists.get(source)?.value ?? []).map(({ id, name }) => ({ value: id, label: name })),
    name: (source, id) => (typeof id === 'string' ? (names.value.get(source)?.get(id) ?? '') : ''),
  }
}
