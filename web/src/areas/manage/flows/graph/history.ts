/** Undo and redo. Changes of one kind that follow each other at once (typing into a field) are one. */

export interface History<T> {
  past: T[]
  present: T
  future: T[]
  /** What kind the last change was, and when: the next of the same kind joins it. */
  last: string
  at: number
}

const MOST = 200
const TOGETHER_MS = 1200

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], last: '', at: 0 }
}

/** `kind`: changes of the same kind within a moment are taken back together; empty: never. */
export function step<T>(history: History<T>, next: T, kind: string, now: number): History<T> {
  if (next === history.present) return history
  const joins = kind !== '' && kind === history.last && now - history.at < TOGETHER_MS
  const past = joins ? history.past : [...history.past, history.present].slice(-MOST)
  return { past, present: next, future: [], last: kind, at: now }
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1)
  if (previous === undefined) return history
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future], last: '', at: 0 }
}

export function redo<T>(history: History<T>): History<T> {
  const next = history.future[0]
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future: history.future.slice(1), last: '', at: 0 }
}
