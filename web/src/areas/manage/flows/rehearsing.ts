/** Plays a call through what is being drawn, again from its beginning whenever the player or the flow changes something. */

import { computed, ref, shallowRef, watch } from 'vue'
import { api } from '@/core/api'
import { errorText } from '@/core/errors'
import { stamp } from '@/core/zone'
import type { Drawing } from './drawing'
import { type Beat, calling, type Cue, namedIn, openErrand, type Path, type Stage, stepOf, stepsOf, trail } from './graph/rehearsal'

export interface RecordedPath {
  id: string
  name: string
  stage: Stage
  cues: Cue[]
  expected: Path
}

export interface Walked {
  id: string
  name: string
  passed: boolean
  expected: Path
  got: Path
  parted_at: number
  problem: string
}

function freshStage(): Stage {
  return { at: stamp(new Date()), caller: '13800138000', called: '', facts: {}, calendars: {}, queues: {} }
}

export function useRehearsing(drawing: Drawing) {
  const stage = ref<Stage>(freshStage())
  const cues = ref<Cue[]>([])
  const beats = shallowRef<Beat[]>([])
  const failure = ref('')
  const playing = ref(false)
  const shown = shallowRef<Path | null>(null)
  const paths = shallowRef<RecordedPath[]>([])
  const walked = shallowRef(new Map<string, Walked>())

  const last = computed(() => beats.value.at(-1) ?? null)
  const over = computed(() => last.value?.over ?? '')
  const errand = computed(() => openErrand(beats.value))
  const puts = computed(() => calling(beats.value))
  const walkedTrail = computed(() => trail(drawing.doc.value, shown.value ? shown.value.steps : playing.value ? stepsOf(beats.value) : []))
  const here = computed(() => (playing.value && !shown.value ? stepOf(last.value?.run.node ?? '') : ''))
  const fields = (kind: string) =>
    new Map([...(drawing.library.value?.types.values() ?? [])].map((type) => [type.name, type.shapes.filter((shape) => shape.refers === kind).map((shape) => shape.key)]))
  const calendars = computed(() => namedIn(drawing.doc.value, fields('calendar')))
  const queues = computed(() => namedIn(drawing.doc.value, fields('queue')))

  let asked = 0
  async function play(): Promise<void> {
    const mine = ++asked
    shown.value = null
    try {
      const answer = await api.post<{ beats: Beat[] }>('/flows/rehearse', { document: drawing.doc.value, stage: stage.value, cues: cues.value })
      if (mine !== asked) return
      beats.value = answer.beats
      failure.value = ''
    } catch (error) {
      if (mine !== asked) return
      beats.value = []
      failure.value = errorText(error)
    }
  }

  async function begin(): Promise<void> {
    cues.value = []
    playing.value = true
    await play()
  }

  async function cue(next: Cue): Promise<void> {
    if (!playing.value || over.value) return
    cues.value = [...cues.value, next]
    await play()
  }

  async function back(): Promise<void> {
    cues.value = cues.value.slice(0, -1)
    await play()
  }

  function stop(): void {
    playing.value = false
    beats.value = []
    cues.value = []
  }

  let later: ReturnType<typeof setTimeout> | undefined
  watch([drawing.doc, stage], () => {
    clearTimeout(later)
    if (playing.value) later = setTimeout(() => void play(), 300)
  }, { deep: false })

  // --- recorded paths

  async function loadPaths(): Promise<void> {
    paths.value = await api.get<RecordedPath[]>(`/flows/${drawing.id}/paths`)
    await walkAll()
  }

  async function walkAll(): Promise<void> {
    if (paths.value.length === 0) return
    const found = await api.post<Walked[]>(`/flows/${drawing.id}/paths/walk`, { document: drawing.doc.value }).catch(() => [])
    walked.value = new Map(found.map((one) => [one.id, one]))
  }

  async function record(name: string): Promise<void> {
    await api.post(`/flows/${drawing.id}/paths`, { name, document: drawing.doc.value, stage: stage.value, cues: cues.value })
    await loadPaths()
  }

  async function replay(path: RecordedPath): Promise<void> {
    stage.value = { ...freshStage(), ...path.stage }
    cues.value = [...path.cues]
    playing.value = true
    await play()
  }

  async function accept(path: RecordedPath): Promise<void> {
    await api.post(`/flows/${drawing.id}/paths/${path.id}/accept`, { document: drawing.doc.value })
    await loadPaths()
  }

  async function drop(path: RecordedPath): Promise<void> {
    await api.delete(`/flows/${drawing.id}/paths/${path.id}`)
    await loadPaths()
  }

  return { stage, cues, beats, failure, playing, shown, last, over, errand, puts, trail: walkedTrail, here, calendars, queues, paths, walked, play, begin, cue, back, stop, loadPaths, walkAll, record, replay, accept, drop }
}

export type Rehearsing = ReturnType<typeof useRehearsing>
