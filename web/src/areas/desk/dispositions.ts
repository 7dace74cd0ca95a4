/** The tree of dispositions, as groups of choices. Pure. */

import type { Disposition, Id } from '@/core/wire'

export interface Group {
  id: Id
  name: string
  choices: { id: Id; name: string }[]
}

/** Those for every queue and those of this one; a parent without children is a choice itself. */
export function groupsOf(all: readonly Disposition[], queue: Id | null, wanted = ''): Group[] {
  const fitting = all.filter((one) => !one.queue_id || one.queue_id === queue)
  const childrenOf = (id: Id) => fitting.filter((one) => one.parent_id === id)
  const word = wanted.trim().toLowerCase()
  const fits = (name: string) => !word || name.toLowerCase().includes(word)
  const roots = fitting.filter((one) => !one.parent_id || !fitting.some((other) => other.id === one.parent_id))
  const leaves = (id: Id): Disposition[] => childrenOf(id).flatMap((child) => (childrenOf(child.id).length ? leaves(child.id) : [child]))
  const groups = roots.filter((root) => childrenOf(root.id).length).map((root) => ({ id: root.id, name: root.name, choices: leaves(root.id).filter((leaf) => fits(leaf.name) || fits(root.name)) }))
  const single = roots.filter((root) => !childrenOf(root.id).length && fits(root.name))
  const rest = single.length ? [{ id: 'rest', name: '', choices: single }] : []
  return [...groups, ...rest].filter((group) => group.choices.length)
}
