/** What the agent has written about a call, kept in the browser until the server has it. */

import { type Ref, ref, watch } from 'vue'
import { ApiError, api } from '@/core/api'
import { myAgentId } from '@/core/session'
import type { Id } from '@/core/wire'

export interface Draft {
  notes: string
  disposition: string
  at: number
}

/** Of each agent's own: several may work at one machine, one after the other. */
const prefix = () => `rexian.draft.${myAgentId.value ?? ''}.`
const KEEP_MS = 24 * 3600_000

export function readDraft(call: Id): Draft {
  const text = localStorage.getItem(prefix() + call)
  return text ? (JSON.parse(text) as Draft) : { notes: '', disposition: '', at: 0 }
}

export function isEmpty(draft: Draft): boolean {
  return !draft.notes.trim() && !draft.disposition
}

export function keepDraft(call: Id, draft: Omit<Draft, 'at'>): void {
  localStorage.setItem(prefix() + call, JSON.stringify({ ...draft, at: Date.now() }))
}

export function dropDraft(call: Id): void {
  localStorage.removeItem(prefix() + call)
}

/** Calls whose words the server does not have yet. */
export function pendingDrafts(): Id[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix()))
    .map((key) => key.slice(prefix().length))
}

/** Wrap-up ended before it was sent (deadline, lost connection): the contact takes the words now. */
export async function sendPending(except: Id | null): Promise<number> {
  let sent = 0
  for (const call of pendingDrafts().filter((id) => id !== except)) {
    const draft = readDraft(call)
    if (isEmpty(draft) || Date.now() - draft.at > KEEP_MS) dropDraft(call)
    else if (await sendOne(call, draft)) sent++
  }
  return sent
}

async function sendOne(call: Id, draft: Draft): Promise<boolean> {
  try {
    await api.patch(`/contacts/${call}`, { notes: draft.notes, ...(draft.disposition ? { disposition: draft.disposition } : {}) })
    dropDraft(call)
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) dropDraft(call)
    return false
  }
}

/** The draft of the call shown now; every keystroke is kept. */
export function useDraft(call: Ref<Id | null>) {
  const notes = ref('')
  const disposition = ref('')
  const saved = ref(false)
  watch(
    call,
    (id) => {
      const draft = id ? readDraft(id) : { notes: '', disposition: '' }
      notes.value = draft.notes
      disposition.value = draft.disposition
      saved.value = false
    },
    { immediate: true, flush: 'sync' },
  )
  watch([notes, disposition], () => {
    if (!call.value) return
    keepDraft(call.value, { notes: notes.value, disposition: disposition.value })
    saved.value = true
  })
  return { notes, disposition, saved }
}
