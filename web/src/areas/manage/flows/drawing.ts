/** A flow that is being drawn: its draft, kept as it changes; what the server says of it; what is selected. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { api, ApiError } from '@/core/api'
import { errorText } from '@/core/errors'
import { language } from '@/core/i18n'
import type { Page } from '@/core/wire'
import type { Reference } from './graph/bundle'
import * as docs from './graph/document'
import { type Doc, EMPTY } from './graph/document'
import * as histories from './graph/history'
import { layout } from './graph/layout'
import { type Box, boxes, sizeOf } from './graph/scene'
import { readLibrary, type Way } from './graph/schema'
import { titleIn } from './graph/titles'
import { speaker as speakerOf } from './graph/words'
import type { Problem } from './problems'
import type { Flow, Version, VersionListed } from './versions'

export interface Choice {
  name: string
  label: string
  texts: Record<string, string>
  aliases: string[]
}

export interface Draft {
  document: Doc
  based_on: number | null
  revision: number
  saved_by_name: string | null
  saved_at: string
}

export type Saving = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict'

const SAVE_AFTER_MS = 700
const ASK_AFTER_MS = 200
const AGAIN_AFTER_MS = 4000

export function useDrawing(id: string) {
  const client = useQueryClient()
  const flow = useQuery({ queryKey: ['flow', id], queryFn: () => api.get<Flow>(`/flows/${id}`) })
  const versions = useQuery({ queryKey: ['flow', id, 'versions'], queryFn: () => api.get<Page<VersionListed>>(`/flows/${id}/versions`, { limit: 200 }) })
  const schema = useQuery({ queryKey: ['flow-schema'], queryFn: () => api.get<Record<string, unknown>>('/flows/schema'), staleTime: Number.POSITIVE_INFINITY })
  const choices = useQuery({ queryKey: ['flow-choices'], queryFn: () => api.get<Record<string, Choice[]>>('/flows/choices'), staleTime: 60_000 })

  const library = computed(() => (schema.data.value ? readLibrary(schema.data.value) : null))
  const speaker = computed(() => speakerOf(library.value, language()))

  const history = shallowRef(histories.begin<Doc>(EMPTY))
  const doc = computed(() => history.value.present)
  const loaded = ref(false)
  const failure = ref('')
  const selection = ref<string[]>([])
  const exit = ref('')
  const problems = shallowRef<Problem[]>([])
  const ways = shallowRef<Record<string, Way[]>>({})
  const references = shallowRef<Reference[]>([])
  const saving = ref<Saving>('saved')
  const draft = shallowRef<{ revision: number; based_on: number | null; by: string | null; at: string } | null>(null)
  const conflict = ref('')
  let kept: Doc = EMPTY

  // --- what there is

  function named(kind: string, name: string): string {
    const found = (choices.data.value?.[kind] ?? []).find((choice) => choice.name === name || choice.aliases.includes(name))
    return found?.label || name
  }

  /** What the step is called that is drawn, or lies in a sub-flow of one. */
  function titled(name: string): string {
    return titleIn(doc.value, name, speaker.value)
  }

  function waysOf(name: string): readonly Way[] {
    const step = doc.value.nodes[name]
    if (!step) return []
    const told = ways.value[name]
    return told ?? library.value?.types.get(step.type)?.look.ways ?? []
  }

  const scene = computed<Box[]>(() => boxes(doc.value, library.value, waysOf, speaker.value, named))
  const sizes = computed(() => new Map(scene.value.map((box) => [box.name, sizeOf(box)])))
  const size = (name: string): [number, number] => sizes.value.get(name) ?? [224, 80]
  const selected = computed(() => selection.value.filter((name) => name in doc.value.nodes))
  const current = computed(() => (selected.value.length === 1 ? selected.value[0]! : ''))
  const errors = computed(() => problems.value.filter((problem) => problem.severity === 'error').length)

  // --- loading

  async function load(): Promise<void> {
    loaded.value = false
    failure.value = ''
    try {
      const found = await api.get<Draft>(`/flows/${id}/draft`).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'flow.no_draft') return null
        throw error
      })
      draft.value = found ? { revision: found.revision, based_on: found.based_on, by: found.saved_by_name, at: found.saved_at } : null
      take(found ? found.document : await fromVersions())
    } catch (error) {
      failure.value = errorText(error)
    }
  }

  async function fromVersions(): Promise<Doc> {
    const [about, listed] = await Promise.all([api.get<Flow>(`/flows/${id}`), api.get<Page<VersionListed>>(`/flows/${id}/versions`, { limit: 1 })])
    const number = about.published_version ?? listed.items[0]?.version
    if (!number) return EMPTY
    return (await version(number)).document as unknown as Doc
  }

  function version(number: number): Promise<Version> {
    return client.fetchQuery({ queryKey: ['flow', id, 'version', number], queryFn: () => api.get<Version>(`/flows/${id}/versions/${number}`), staleTime: Number.POSITIVE_INFINITY })
  }

  function take(document: Doc): void {
    history.value = histories.begin(document)
    kept = document
    saving.value = 'saved'
    conflict.value = ''
    selection.value = []
    loaded.value = true
  }

  /** Steps without a place get one, once it is known how large they are. */
  watch([loaded, library, doc], () => {
    if (!loaded.value || !library.value || Object.values(doc.value.nodes).every((step) => step.place)) return
    const placed = docs.move(doc.value, layout(doc.value, size))
    const untouched = doc.value === kept
    history.value = { ...history.value, present: placed }
    if (untouched) kept = placed
  })

  // --- changing

  function apply(next: Doc, kind = ''): void {
    history.value = histories.step(history.value, next, kind, Date.now())
  }

  /** Where nothing is selected any more, the step is that came back or changed: one goes on from there. */
  function travel(to: histories.History<Doc>): void {
    const before = doc.value
    history.value = to
    const touched = docs.touched(before, doc.value)
    if (selected.value.length === 0 && touched[0]) select(touched[0])
  }

  function undo(): void {
    travel(histories.undo(history.value))
  }

  function redo(): void {
    travel(histories.redo(history.value))
  }

  function select(...names: string[]): void {
    selection.value = names
    exit.value = ''
  }

  // --- keeping

  let saveLater: ReturnType<typeof setTimeout> | undefined
  let busy: Promise<void> | null = null

  async function save(): Promise<void> {
    clearTimeout(saveLater)
    while (busy) await busy
    if (doc.value === kept || saving.value === 'conflict') return
    busy = send().finally(() => (busy = null))
    await busy
  }

  async function send(): Promise<void> {
    const sent = doc.value
    saving.value = 'saving'
    try {
      const based = draft.value?.based_on ?? flow.data.value?.published_version ?? versions.data.value?.items[0]?.version ?? null
      const made = await api.put<Draft>(`/flows/${id}/draft`, { document: sent, revision: draft.value?.revision ?? 0, based_on: based })
      draft.value = { revision: made.revision, based_on: made.based_on, by: made.saved_by_name, at: made.saved_at }
      kept = sent
      saving.value = doc.value === sent ? 'saved' : 'waiting'
    } catch (error) {
      if (error instanceof ApiError && error.code === 'flow.draft_changed') {
        conflict.value = String(error.params.name ?? '')
        draft.value = { revision: Number(error.params.revision ?? 0), based_on: draft.value?.based_on ?? null, by: conflict.value, at: '' }
        saving.value = 'conflict'
      } else {
        saving.value = 'failed'
        saveLater = setTimeout(() => void save(), AGAIN_AFTER_MS)
      }
    }
  }

  /** Keep what is here in the place of what somebody else has kept meanwhile. */
  async function overwrite(): Promise<void> {
    saving.value = 'waiting'
    await save()
  }

  watch(doc, (next) => {
    if (!loaded.value || next === kept || saving.value === 'conflict') return
    saving.value = 'waiting'
    clearTimeout(saveLater)
    saveLater = setTimeout(() => void save(), SAVE_AFTER_MS)
  })

  // --- asking what is wrong

  let askLater: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    const asked = doc.value
    try {
      const answer = await api.post<{ problems: Problem[]; ways: Record<string, Way[]>; references: Reference[] }>('/flows/validate', { document: asked, flow: id })
      if (asked !== doc.value) return
      problems.value = answer.problems
      ways.value = answer.ways
      references.value = answer.references
    } catch {
      askLater = setTimeout(() => void ask(), AGAIN_AFTER_MS)
    }
  }

  watch([doc, loaded], () => {
    clearTimeout(askLater)
    if (loaded.value) askLater = setTimeout(() => void ask(), ASK_AFTER_MS)
  })

  onBeforeUnmount(() => {
    clearTimeout(saveLater)
    clearTimeout(askLater)
  })

  return {
    id, flow, versions, choices, library, speaker, history, doc, loaded, failure, selection, selected, current, exit, problems, ways, references, errors, saving, draft, conflict, scene,
    named, titled, waysOf, size, version, load, take, apply, undo, redo, select, save, overwrite,
    isUnsaved: () => doc.value !== kept,
  }
}

export type Drawing = ReturnType<typeof useDrawing>
