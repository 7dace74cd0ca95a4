/** Rows that name a parent, in the order of a tree. */

import type { Row } from './form/resource'

/** Parents before their children, each with its `depth`. A row whose parent is not there, or is itself, is a root. */
export function treeOrder(rows: Row[]): Row[] {
  const known = new Set(rows.map((row) => row.id))
  const children = new Map<string, Row[]>()
  for (const row of rows) {
    const parent = typeof row.parent_id === 'string' && known.has(row.parent_id) && row.parent_id !== row.id ? row.parent_id : ''
    children.set(parent, [...(children.get(parent) ?? []), row])
  }
  const seen = new Set<string>()
  const walk = (parent: string, depth: number): Row[] =>
    (children.get(parent) ?? [])
      .filter((row) => !seen.has(row.id) && seen.add(row.id))
      .flatMap((row) => [{ ...row, depth }, ...walk(row.id, depth + 1)])
  const ordered = walk('', 0)
  const circling = rows.filter((row) => !seen.has(row.id)).map((row) => ({ ...row, depth: 0 }))
  return [...ordered, ...circling]
}
