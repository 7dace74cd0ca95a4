/** Counts of links and steps, as shares of those who came: what is drawn on the canvas. */

import type { Doc } from './document'
import { lineId } from './scene'

export interface Taken {
  came_from: string
  exit: string
  node: string
  taken: number
}

export interface Reached {
  node: string
  entered: number
  calls: number
  mean_s: number
  longest_s: number
  lost: number
  failed: number
  ended: number
}

export interface Failed {
  node: string
  /** Why the step failed: `web.unreachable`. */
  code: string
  times: number
}

export interface Traffic {
  ways: Taken[]
  steps: Reached[]
  failures: Failed[]
}

export interface Shares {
  /** By link: how many took it, which share of those who came to its step, and how heavy it is drawn (0 to 1). */
  lines: Map<string, { taken: number; share: number; weight: number; exit: string }>
  steps: Map<string, Reached>
  /** By step: why it failed how often, the most frequent first. */
  failures: Map<string, Failed[]>
  calls: number
}

/** A link that was taken in the place of one that leads nowhere (otherwise, error) counts for the one that is drawn. */
export function shares(doc: Doc, traffic: Traffic): Shares {
  const steps = new Map(traffic.steps.map((step) => [step.node, step]))
  const lines = new Map<string, { taken: number; share: number; weight: number; exit: string }>()
  const most = Math.max(1, ...traffic.ways.filter((way) => way.came_from).map((way) => way.taken))
  for (const way of traffic.ways) {
    const exits = doc.nodes[way.came_from]?.exits ?? {}
    const drawn = exits[way.exit] === way.node ? way.exit : Object.keys(exits).find((name) => exits[name] === way.node)
    if (!way.came_from || !drawn) continue
    const id = lineId(way.came_from, drawn)
    const taken = (lines.get(id)?.taken ?? 0) + way.taken
    const came = steps.get(way.came_from)?.entered ?? taken
    lines.set(id, { taken, share: came > 0 ? taken / came : 0, weight: taken / most, exit: way.exit })
  }
  const calls = traffic.ways.filter((way) => !way.came_from).reduce((sum, way) => sum + way.taken, 0)
  const failures = new Map<string, Failed[]>()
  for (const one of traffic.failures) failures.set(one.node, [...(failures.get(one.node) ?? []), one])
  return { lines, steps, failures, calls }
}
