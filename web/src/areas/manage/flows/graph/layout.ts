/**
 * Puts the steps of a flow in layers from left to right: each as far right as its longest way from the start, ordered
 * so that few links cross (barycentres, as Sugiyama's method has it), spread so that nothing overlaps.
 */

import type { Doc } from './document'

export const COLUMN = 300
const GAP = 32

export type Size = (name: string) => [number, number]

export function layout(doc: Doc, size: Size): Record<string, [number, number]> {
  const names = Object.keys(doc.nodes)
  if (names.length === 0) return {}
  const forward = withoutCircles(doc, names)
  const layers = layered(names, forward)
  order(layers, forward)
  return place(layers, forward, size)
}

type Edges = Map<string, string[]>

function targets(doc: Doc, name: string): string[] {
  return [...new Set(Object.values(doc.nodes[name]?.exits ?? {}))].filter((to) => to in doc.nodes && to !== name)
}

/** The links without those that lead back, found by walking in depth from the start, then from what it never reaches. */
function withoutCircles(doc: Doc, names: string[]): Edges {
  const edges: Edges = new Map(names.map((name) => [name, []]))
  const state = new Map<string, 'open' | 'done'>()
  const walk = (root: string): void => {
    const stack: { name: string; todo: string[] }[] = [{ name: root, todo: targets(doc, root) }]
    state.set(root, 'open')
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const to = top.todo.shift()
      if (to === undefined) {
        state.set(top.name, 'done')
        stack.pop()
      } else if (state.get(to) !== 'open') {
        edges.get(top.name)!.push(to)
        if (!state.has(to)) {
          state.set(to, 'open')
          stack.push({ name: to, todo: targets(doc, to) })
        }
      }
    }
  }
  const entered = new Set(names.flatMap((name) => targets(doc, name)))
  const roots = [doc.start, doc.on_error ?? '', ...names.filter((name) => !entered.has(name)), ...names]
  for (const root of roots) if (root in doc.nodes && !state.has(root)) walk(root)
  return edges
}

function layered(names: string[], edges: Edges): string[][] {
  const incoming = new Map(names.map((name) => [name, 0]))
  for (const list of edges.values()) for (const to of list) incoming.set(to, incoming.get(to)! + 1)
  const rank = new Map(names.map((name) => [name, 0]))
  const ready = names.filter((name) => incoming.get(name) === 0)
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    for (const to of edges.get(name)!) {
      rank.set(to, Math.max(rank.get(to)!, rank.get(name)! + 1))
      incoming.set(to, incoming.get(to)! - 1)
      if (incoming.get(to) === 0) ready.push(to)
    }
  }
  const layers: string[][] = []
  for (const name of names) (layers[rank.get(name)!] ??= []).push(name)
  return layers.map((layer) => layer ?? [])
}

function reversed(edges: Edges): Edges {
  const back: Edges = new Map([...edges.keys()].map((name) => [name, []]))
  for (const [from, list] of edges) for (const to of list) back.get(to)!.push(from)
  return back
}

const mean = (numbers: number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

/** A target's place in its source's list of exits counts, so that links leave in the order of the exits. */
function order(layers: string[][], edges: Edges): void {
  const back = reversed(edges)
  for (let sweep = 0; sweep < 8; sweep += 1) {
    const down = sweep % 2 === 0
    const spots = new Map<string, number>()
    for (const layer of down ? layers : [...layers].reverse()) {
      const weight = (name: string): number => {
        const near = (down ? back : edges).get(name)!.filter((one) => spots.has(one))
        if (near.length === 0) return layer.indexOf(name)
        return mean(near.map((one) => spots.get(one)! + (down ? edges.get(one)!.indexOf(name) / (edges.get(one)!.length + 1) : 0)))
      }
      const weights = new Map(layer.map((name) => [name, weight(name)]))
      layer.sort((a, b) => weights.get(a)! - weights.get(b)!)
      layer.forEach((name, index) => spots.set(name, index))
    }
  }
}

/** Each beside the middle of what leads to it, as far as there is room. */
function place(layers: string[][], edges: Edges, size: Size): Record<string, [number, number]> {
  const back = reversed(edges)
  const places: Record<string, [number, number]> = {}
  layers.forEach((layer, rank) => {
    const wish = (name: string): number => {
      const near = back.get(name)!.filter((one) => one in places)
      return near.length === 0 ? 0 : mean(near.map((one) => places[one]![1] + (Math.max(0, edges.get(one)!.indexOf(name)) - (edges.get(one)!.length - 1) / 2) * 40))
    }
    let free = Number.NEGATIVE_INFINITY
    for (const name of layer) {
      const y = Math.max(wish(name), free)
      places[name] = [rank * COLUMN, y]
      free = y + size(name)[1] + GAP
    }
  })
  const top = Math.min(...Object.values(places).map(([, y]) => y))
  return Object.fromEntries(Object.entries(places).map(([name, [x, y]]) => [name, [x, Math.round((y - top) / 20) * 20]]))
}
