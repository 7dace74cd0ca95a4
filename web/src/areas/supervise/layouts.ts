/** How somebody arranges his board: panels in a grid of twelve columns, several arrangements by name. */

import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { api } from '@/core/api'
import { attempt } from '@/core/errors'
import { uuid7 } from '@/core/desk'
import type { Id, Page } from '@/core/wire'

export type PanelKind = 'totals' | 'queues' | 'agents' | 'calls' | 'waiting' | 'trunks' | 'trend' | 'callbacks' | 'voicemails' | 'parked'

export interface Panel {
  kind: PanelKind
  width: number
  height: number
  queues: Id[]
  teams: Id[]
  states: string[]
  columns: string[]
  view: string
  sort: string
}

export interface Layout {
  id: Id
  name: string
  place: number
  panels: Panel[]
}

export const PANEL_KINDS: readonly PanelKind[] = ['totals', 'queues', 'agents', 'calls', 'waiting', 'trunks', 'trend', 'callbacks', 'voicemails', 'parked']
/** The columns of the queues that may be left out, with their words. */
export const QUEUE_COLUMNS: Readonly<Record<string, string>> = {
  waiting: 'supervise.waiting', longest: 'supervise.longest_wait', expected: 'supervise.expected_wait', ready: 'states.ready', offered: 'states.offered',
  busy: 'states.busy', wrap_up: 'states.wrap_up', paused: 'states.paused', level: 'supervise.service_level', today_offered: 'supervise.offered',
  today_answered: 'supervise.answered', today_abandoned: 'supervise.abandoned', foretold: 'supervise.wait_error',
}
const LEAST_WIDTH = 2
const MOST_HEIGHT = 40

export function panel(kind: PanelKind, width: number, height: number): Panel {
  return { kind, width, height, queues: [], teams: [], states: [], columns: [], view: '', sort: '' }
}

/** So many queues are all in sight as the house has it; of more, those with callers come first. */
export const QUEUES_IN_SIGHT = 8

/** What everybody begins with, for so many queues; never kept under a name. */
export function house(queues: number): readonly Panel[] {
  const rows = Math.min(Math.max(queues, 3), QUEUES_IN_SIGHT)
  return [panel('totals', 12, 2), panel('queues', 12, rows + 1), panel('agents', 7, 12), panel('calls', 5, 7), panel('trunks', 5, 5)]
}

/** A copy with the panel one place earlier or later. */
export function moved(panels: readonly Panel[], at: number, by: 1 | -1): Panel[] {
  const next = [...panels]
  const to = at + by
  if (to < 0 || to >= next.length) return next
  ;[next[at], next[to]] = [next[to]!, next[at]!]
  return next
}

/** A copy with the panel wider or narrower, higher or lower, within what a board can show. */
export function resized(panels: readonly Panel[], at: number, width: number, height: number): Panel[] {
  return panels.map((one, n) =>
    n === at ? { ...one, width: Math.min(12, Math.max(LEAST_WIDTH, one.width + width)), height: Math.min(MOST_HEIGHT, Math.max(1, one.height + height)) } : one,
  )
}

export function changed(panels: readonly Panel[], at: number, change: Partial<Panel>): Panel[] {
  return panels.map((one, n) => (n === at ? { ...one, ...change } : one))
}

const KEY = 'rexian.board_layout'

/** The layouts of the one who looks, and which is on show in this browser. */
export function useLayouts() {
  const client = useQueryClient()
  const { data } = useQuery({ queryKey: ['board', 'layouts'], queryFn: () => api.get<Page<Layout>>('/board/layouts') })
  const chosen = ref(localStorage.getItem(KEY) ?? '')
  const layouts = computed(() => data.value?.items ?? [])
  const current = computed(() => layouts.value.find((layout) => layout.id === chosen.value))

  function choose(id: Id): void {
    chosen.value = id
    localStorage.setItem(KEY, id)
  }

  async function keep(name: string, panels: readonly Panel[], id: Id = uuid7()): Promise<boolean> {
    const place = layouts.value.find((layout) => layout.id === id)?.place ?? layouts.value.length
    const done = await attempt(() => api.put(`/board/layouts/${id}`, { name, place, panels }))
    if (!done) return false
    choose(id)
    await client.invalidateQueries({ queryKey: ['board', 'layouts'] })
    return true
  }

  async function remove(id: Id): Promise<void> {
    if (!(await attempt(() => api.delete(`/board/layouts/${id}`)))) return
    choose('')
    await client.invalidateQueries({ queryKey: ['board', 'layouts'] })
  }

  return { layouts, current, chosen, choose, keep, remove }
}
