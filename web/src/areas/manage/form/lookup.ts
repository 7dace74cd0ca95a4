/** Things that other things name: what a choice offers, and what an id is called. */

import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Named, useNamed } from '@/areas/contacts/names'
import type { Field, Source } from './fields'

export interface Option {
  value: string
  label: string
  /** Of a prompt: in which languages it has a sound. */
  languages?: string[]
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
  music: '/prompts',
  prompts: '/prompts',
}

/** The lists that a field's control chooses from. */
export function sourcesOf(field: Field): Source[] {
  if ('from' in field) return [field.from]
  if (field.kind === 'exits') return ['queues', 'calendars']
  if (field.kind === 'callback') return ['calendars']
  if (field.kind === 'categories') return ['prompts']
  return field.kind === 'levels' ? ['skills'] : []
}

type Tune = Named & { key: string; files: Record<string, unknown>; texts: Record<string, string> }

/** A prompt that has a sound can be played over and over; it goes by its key. What says no text is music, and comes first. */
export function tunes(prompts: Tune[]): Option[] {
  const sounding = prompts.filter((prompt) => Object.keys(prompt.files ?? {}).length > 0)
  const says = (prompt: Tune): boolean => Object.values(prompt.texts ?? {}).some(Boolean)
  return [...sounding.filter((prompt) => !says(prompt)), ...sounding.filter(says)].map(({ key, name }) => ({ value: key, label: name }))
}

/** Asks only for the sources named: each is one request, kept for minutes. */
export function useLookup(sources: readonly Source[]): Lookup {
  const { t } = useI18n()
  const lists = new Map<Source, ComputedRef<Named[]>>(sources.map((source) => [source, useNamed<Named>(PATHS[source])]))
  const names = computed(() => {
    const all = [...lists].map(([source, list]) => [source, new Map(list.value.map((one) => [one.id, one.name]))] as const)
    return new Map(all)
  })
  return {
    options: (source) => {
      const list = lists.get(source)?.value ?? []
      if (source === 'music') return [{ value: 'default', label: t('manage.queues.music_default') }, ...tunes(list as Tune[])]
      if (source === 'prompts') return (list as Tune[]).map(({ key, name, files }) => ({ value: key, label: name, languages: Object.keys(files ?? {}) }))
      return list.map(({ id, name }) => ({ value: id, label: name }))
    },
    name: (source, id) => (typeof id === 'string' ? (names.value.get(source)?.get(id) ?? '') : ''),
  }
}
