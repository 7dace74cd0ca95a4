/** A flow document, and every way of changing it. Nothing here is changed in place: what was before can be taken back. */

export interface Step {
  type: string
  exits?: Record<string, string>
  /** What people call it; without one, its kind and its name. */
  title?: string
  note?: string
  place?: [number, number]
  [parameter: string]: unknown
}

export interface Remark {
  text: string
  place: [number, number]
  size?: [number, number]
}

export interface Doc {
  start: string
  nodes: Record<string, Step>
  language?: string
  variables?: Record<string, unknown>
  on_error?: string
  remarks?: Remark[]
}

export interface Link {
  from: string
  exit: string
  to: string
}

/** What is copied: steps with the links among them, as JSON that another flow takes, too. */
export interface Clip {
  rexian: 'flow-steps'
  nodes: Record<string, Step>
}

export const EMPTY: Doc = { start: '', nodes: {} }
const GRID = 20
const NAME = /^[\w-]{1,64}$/u

/** A document is plain JSON; what hands it over may be a proxy, which cannot be cloned otherwise. */
function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

export function links(doc: Doc): Link[] {
  return Object.entries(doc.nodes).flatMap(([from, step]) => Object.entries(step.exits ?? {}).map(([exit, to]) => ({ from, exit, to })))
}

/** A name that is not taken: `menu`, then `menu-2` … */
export function freeName(wish: string, taken: (name: string) => boolean): string {
  if (!taken(wish)) return wish
  const stem = wish.replace(/-\d+$/, '')
  let n = 2
  while (taken(`${stem}-${n}`)) n += 1
  return `${stem}-${n}`
}

export function isName(text: string): boolean {
  return NAME.test(text)
}

function snap(place: [number, number]): [number, number] {
  return [Math.round(place[0] / GRID) * GRID, Math.round(place[1] / GRID) * GRID]
}

function put(doc: Doc, name: string, step: Step): Doc {
  return { ...doc, nodes: { ...doc.nodes, [name]: step } }
}

/** Adds a step; the first one becomes the start. */
export function add(doc: Doc, type: string, fresh: Record<string, unknown>, place: [number, number]): { doc: Doc; name: string } {
  const name = freeName(type.replaceAll('_', '-'), (wish) => wish in doc.nodes)
  const step: Step = { type, ...copied(fresh), place: snap(place) }
  const made = put(doc, name, step)
  return { doc: doc.start in doc.nodes ? made : { ...made, start: name }, name }
}

export function change(doc: Doc, name: string, values: Record<string, unknown>): Doc {
  const step = doc.nodes[name]
  if (!step) return doc
  const next = { ...step, ...values }
  for (const [key, value] of Object.entries(values)) if (value === undefined) delete next[key]
  return put(doc, name, next)
}

export function connect(doc: Doc, from: string, exit: string, to: string): Doc {
  const step = doc.nodes[from]
  if (!step || !(to in doc.nodes) || step.exits?.[exit] === to) return doc
  return put(doc, from, { ...step, exits: { ...step.exits, [exit]: to } })
}

/** Lets a step follow an exit. What followed there comes after it, where it has such a way on that leads nowhere yet. */
export function follow(doc: Doc, from: string, exit: string, name: string, onward?: string): Doc {
  const before = doc.nodes[from]?.exits?.[exit]
  const joined = connect(doc, from, exit, name)
  return before && before !== name && onward && !joined.nodes[name]?.exits?.[onward] ? connect(joined, name, onward, before) : joined
}

export function disconnect(doc: Doc, from: string, exit: string): Doc {
  const step = doc.nodes[from]
  if (!step?.exits || !(exit in step.exits)) return doc
  const { [exit]: _, ...rest } = step.exits
  return put(doc, from, { ...step, exits: rest })
}

/** The steps that are other than they were, wherever they lie: those that were not there come first. */
export function touched(before: Doc, after: Doc): string[] {
  const said = (step: Step | undefined): string => JSON.stringify({ ...step, place: undefined })
  const others = Object.keys(after.nodes).filter((name) => after.nodes[name] !== before.nodes[name] && said(after.nodes[name]) !== said(before.nodes[name]))
  return [...others.filter((name) => !(name in before.nodes)), ...others.filter((name) => name in before.nodes)]
}

/** Takes steps away, and every link that led to them. What followed a single step is joined to what came before it. */
export function remove(doc: Doc, names: readonly string[]): Doc {
  const gone = new Set(names)
  const heir = names.length === 1 ? onlyNext(doc, names[0]!) : ''
  const nodes: Record<string, Step> = {}
  for (const [name, step] of Object.entries(doc.nodes)) {
    if (gone.has(name)) continue
    const kept = Object.entries(step.exits ?? {}).flatMap(([exit, to]) => (!gone.has(to) ? [[exit, to]] : heir && heir !== name ? [[exit, heir]] : []))
    nodes[name] = step.exits ? { ...step, exits: Object.fromEntries(kept) as Record<string, string> } : step
  }
  const start = gone.has(doc.start) ? heir || (Object.keys(nodes)[0] ?? '') : doc.start
  const next: Doc = { ...doc, nodes, start }
  if (doc.on_error && gone.has(doc.on_error)) delete next.on_error
  return next
}

function onlyNext(doc: Doc, name: string): string {
  const exits = Object.entries(doc.nodes[name]?.exits ?? {})
  const only = exits.length === 1 ? exits[0]! : undefined
  return only && only[0] === 'next' && only[1] !== name ? only[1] : ''
}

/** Gives a step another name, everywhere. */
export function rename(doc: Doc, before: string, after: string): Doc {
  if (before === after || !doc.nodes[before] || after in doc.nodes || !isName(after)) return doc
  const swap = (name: string): string => (name === before ? after : name)
  const nodes = Object.fromEntries(
    Object.entries(doc.nodes).map(([name, step]) => [
      swap(name),
      step.exits ? { ...step, exits: Object.fromEntries(Object.entries(step.exits).map(([exit, to]) => [exit, swap(to)])) } : step,
    ]),
  )
  return { ...doc, nodes, start: swap(doc.start), ...(doc.on_error ? { on_error: swap(doc.on_error) } : {}) }
}

/** An exit has got another name (a case, a key): its link goes with it. */
export function renameExit(doc: Doc, name: string, before: string, after: string): Doc {
  const exits = doc.nodes[name]?.exits
  if (!exits || !(before in exits) || after in exits) return doc
  return change(doc, name, { exits: Object.fromEntries(Object.entries(exits).map(([exit, to]) => [exit === before ? after : exit, to])) })
}

export function move(doc: Doc, places: Record<string, [number, number]>): Doc {
  const nodes = { ...doc.nodes }
  for (const [name, place] of Object.entries(places)) {
    const step = nodes[name]
    if (step) nodes[name] = { ...step, place: snap(place) }
  }
  return { ...doc, nodes }
}

export type Side = 'left' | 'top' | 'row' | 'column'

/** Lines steps up at an edge, or spreads them evenly in a row or a column. */
export function align(doc: Doc, names: readonly string[], side: Side, size: (name: string) => [number, number]): Doc {
  const placed = names.flatMap((name) => (doc.nodes[name]?.place ? [{ name, place: doc.nodes[name]!.place! }] : []))
  if (placed.length < 2) return doc
  const x = Math.min(...placed.map((one) => one.place[0]))
  const y = Math.min(...placed.map((one) => one.place[1]))
  if (side === 'left') return move(doc, Object.fromEntries(placed.map(({ name, place }) => [name, [x, place[1]]])))
  if (side === 'top') return move(doc, Object.fromEntries(placed.map(({ name, place }) => [name, [place[0], y]])))
  const axis = side === 'row' ? 0 : 1
  const sorted = [...placed].sort((a, b) => a.place[axis] - b.place[axis])
  let at = axis === 0 ? x : y
  const places: Record<string, [number, number]> = {}
  for (const { name } of sorted) {
    places[name] = axis === 0 ? [at, y] : [x, at]
    at += size(name)[axis] + 2 * GRID
  }
  return move(doc, places)
}

export function clip(doc: Doc, names: readonly string[]): Clip {
  const taken = new Set(names)
  const nodes = Object.fromEntries(
    names.flatMap((name) => {
      const step = doc.nodes[name]
      if (!step) return []
      const exits = Object.fromEntries(Object.entries(step.exits ?? {}).filter(([, to]) => taken.has(to)))
      return [[name, copied({ ...step, ...(step.exits ? { exits } : {}) })]]
    }),
  )
  return { rexian: 'flow-steps', nodes }
}

export function readClip(text: string): Clip | null {
  try {
    const found = JSON.parse(text) as Partial<Clip> | null
    if (found?.rexian !== 'flow-steps' || typeof found.nodes !== 'object' || found.nodes === null) return null
    const sound = Object.values(found.nodes).every((step) => typeof step === 'object' && step !== null && typeof step.type === 'string')
    return sound ? (found as Clip) : null
  } catch {
    return null
  }
}

/** Puts copied steps in, under names that are free; tells which. `at`: where their left upper corner comes. */
export function paste(doc: Doc, taken: Clip, at: [number, number]): { doc: Doc; names: string[] } {
  const names = new Map<string, string>()
  const used = new Set(Object.keys(doc.nodes))
  for (const name of Object.keys(taken.nodes)) {
    const free = freeName(isName(name) ? name : 'step', (wish) => used.has(wish))
    used.add(free)
    names.set(name, free)
  }
  const steps = Object.values(taken.nodes)
  const x = Math.min(...steps.map((step) => step.place?.[0] ?? 0))
  const y = Math.min(...steps.map((step) => step.place?.[1] ?? 0))
  const nodes = { ...doc.nodes }
  for (const [name, step] of Object.entries(taken.nodes)) {
    const exits = Object.fromEntries(Object.entries(step.exits ?? {}).flatMap(([exit, to]) => (names.has(to) ? [[exit, names.get(to)!]] : [])))
    const place = snap([at[0] + (step.place?.[0] ?? 0) - x, at[1] + (step.place?.[1] ?? 0) - y])
    nodes[names.get(name)!] = { ...copied(step), ...(step.exits ? { exits } : {}), place }
  }
  const start = doc.start in doc.nodes ? doc.start : (names.values().next().value ?? '')
  return { doc: { ...doc, nodes, start }, names: [...names.values()] }
}

// --- notes on the canvas

export function addRemark(doc: Doc, place: [number, number]): Doc {
  return { ...doc, remarks: [...(doc.remarks ?? []), { text: '', place: snap(place) }] }
}

export function changeRemark(doc: Doc, index: number, values: Partial<Remark>): Doc {
  return { ...doc, remarks: (doc.remarks ?? []).map((remark, n) => (n === index ? { ...remark, ...values } : remark)) }
}

export function removeRemark(doc: Doc, index: number): Doc {
  const remarks = (doc.remarks ?? []).filter((_, n) => n !== index)
  const { remarks: _, ...rest } = doc
  return remarks.length > 0 ? { ...rest, remarks } : rest
}

// --- finding one's way

/** The steps that lead here, each by which exit. */
export function before(doc: Doc, name: string): Link[] {
  return links(doc).filter((link) => link.to === name)
}

/** The steps whose name, title, note or any parameter has these words, the best first. */
export function find(doc: Doc, q: string, more: (step: Step) => string = () => ''): string[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const hit = (text: string): boolean => words.every((word) => text.includes(word))
  const found = Object.entries(doc.nodes).flatMap(([name, step]) => {
    const { exits: _, place: __, ...parameters } = step
    const named = `${name} ${step.title ?? ''} ${step.note ?? ''}`.toLowerCase()
    if (hit(named)) return [{ name, rank: 0 }]
    return hit(`${named} ${JSON.stringify(parameters)} ${more(step)}`.toLowerCase()) ? [{ name, rank: 1 }] : []
  })
  return found.sort((a, b) => a.rank - b.rank).map((one) => one.name)
}
