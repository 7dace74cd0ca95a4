/** What differs between two versions of a flow: steps, their fields, their links. */

import type { Doc, Link, Step } from './document'
import { links } from './document'

export type Change = 'added' | 'removed' | 'changed' | 'moved' | 'same'

export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

export interface Difference {
  steps: Record<string, Change>
  fields: Record<string, FieldChange[]>
  links: { added: Link[]; removed: Link[] }
  /** Of the flow itself: start, language, variables. */
  flow: FieldChange[]
}

const SAME = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right)

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).filter(([, one]) => one !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

function fields(before: Record<string, unknown>, after: Record<string, unknown>, without: string[]): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !without.includes(name))
  return names.filter((name) => !SAME(before[name], after[name])).map((field) => ({ field, before: before[field], after: after[field] }))
}

const key = (link: Link): string => JSON.stringify([link.from, link.exit, link.to])

export function difference(before: Doc, after: Doc): Difference {
  const steps: Record<string, Change> = {}
  const changed: Record<string, FieldChange[]> = {}
  for (const name of new Set([...Object.keys(before.nodes), ...Object.keys(after.nodes)])) {
    const left: Step | undefined = before.nodes[name]
    const right: Step | undefined = after.nodes[name]
    if (!left || !right) {
      steps[name] = right ? 'added' : 'removed'
      continue
    }
    const found = fields(left, right, ['place', 'exits'])
    const rewired = !SAME(left.exits ?? {}, right.exits ?? {})
    steps[name] = found.length > 0 || rewired ? 'changed' : SAME(left.place, right.place) ? 'same' : 'moved'
    if (found.length > 0) changed[name] = found
  }
  const old = new Map(links(before).map((link) => [key(link), link]))
  const young = new Map(links(after).map((link) => [key(link), link]))
  return {
    steps,
    fields: changed,
    links: {
      added: [...young].filter(([name]) => !old.has(name)).map(([, link]) => link),
      removed: [...old].filter(([name]) => !young.has(name)).map(([, link]) => link),
    },
    flow: fields(before as unknown as Record<string, unknown>, after as unknown as Record<string, unknown>, ['nodes', 'remarks']),
  }
}

/** Both versions in one picture: what was taken away stands where it was. */
export function together(before: Doc, after: Doc): Doc {
  const gone = Object.entries(before.nodes).filter(([name]) => !(name in after.nodes))
  return { ...after, nodes: { ...after.nodes, ...Object.fromEntries(gone) } }
}

export function isSame(found: Difference): boolean {
  return Object.values(found.steps).every((change) => change === 'same' || change === 'moved') && found.flow.length === 0
}
