/** What is drawn of a document: boxes with their exits, and links. Plain data, whatever draws it. */

import type { Doc, Step } from './document'
import { links } from './document'
import type { Library, Shape, Way } from './schema'
import { inKeyOrder } from './values'
import type { Speaker } from './words'

export const WIDTH = 224
const HEAD = 34
const LINE = 20
const EXIT = 22

export interface Exit {
  name: string
  label: string
  needed: boolean
  to: string
}

export interface Box {
  name: string
  type: string
  /** What its type is called. */
  title: string
  /** Its own title; empty where it has none. */
  own: string
  icon: string
  category: string
  summary: string
  note: string
  exits: Exit[]
  place: [number, number]
  isStart: boolean
  known: boolean
}

export interface Line {
  id: string
  from: string
  exit: string
  to: string
}

/** What people call things outside, by kind and name: `('queue', id)` → `销售`. */
export type Names = (kind: string, name: string) => string

export function lineId(from: string, exit: string): string {
  return `${from} ${exit}`
}

/** The exits of a step: those it has, keys as on a telephone, then those that are connected though it has them no more. */
export function exitsOf(step: Step, ways: readonly Way[], speaker: Speaker): Exit[] {
  const known = inKeyOrder(ways).map((way) => ({ name: way.name, needed: way.needed, label: speaker.exit(step.type, way.name, step), to: step.exits?.[way.name] ?? '' }))
  const more = Object.entries(step.exits ?? {}).filter(([name]) => !ways.some((way) => way.name === name))
  return [...known, ...more.map(([name, to]) => ({ name, needed: false, label: name, to }))]
}

/** The exit that is followed next: the chosen one, else the first that leads nowhere, else the first. */
export function openExit(exits: readonly Exit[], chosen: string): string {
  const found = exits.find((exit) => exit.name === chosen) ?? exits.find((exit) => !exit.to) ?? exits[0]
  return found?.name ?? ''
}

export function boxes(doc: Doc, library: Library | null, ways: (name: string) => readonly Way[], speaker: Speaker, names: Names): Box[] {
  return Object.entries(doc.nodes).map(([name, step]) => {
    const type = library?.types.get(step.type)
    return {
      name,
      type: step.type,
      title: speaker.title(step.type),
      own: step.title ?? '',
      icon: type?.look.icon ?? 'box',
      category: type?.look.category ?? 'other',
      summary: type ? summary(step, type.shapes, speaker, names) : '',
      note: step.note ?? '',
      exits: exitsOf(step, ways(name), speaker),
      place: step.place ?? [0, 0],
      isStart: doc.start === name,
      known: type !== undefined,
    }
  })
}

export function lines(doc: Doc): Line[] {
  return links(doc).filter((link) => link.to in doc.nodes).map((link) => ({ id: lineId(link.from, link.exit), ...link }))
}

/** How large a box is drawn, so that a layout can be made before it is. */
export function sizeOf(box: Pick<Box, 'exits' | 'summary' | 'note'>): [number, number] {
  return [WIDTH, HEAD + (box.summary ? LINE : 0) + (box.note ? LINE : 0) + box.exits.length * EXIT + 8]
}

const MOST_SAID = 3

/** The few words that tell one step from another of its type: what is played, which queue, which variable. */
export function summary(step: Step, shapes: readonly Shape[], speaker: Speaker, names: Names): string {
  const said = shapes.flatMap((shape) => told(step, shape, speaker, names))
  return said.slice(0, MOST_SAID).join(' · ')
}

function told(step: Step, shape: Shape, speaker: Speaker, names: Names): string[] {
  const value = step[shape.key]
  if (value === undefined || value === null || value === '' || same(value, shape.fallback)) return []
  switch (shape.kind) {
    case 'media': return Array.isArray(value) ? value.map((one) => mediaText(String(one), names)) : [String(value)]
    case 'pick': return [names(shape.refers, String(value))]
    case 'choice': return [speaker.option(step.type, shape, value as string)]
    case 'text':
    case 'area':
    case 'expression':
    case 'variable': return [String(value)]
    case 'number': return [`${value}${shape.unit ? ` ${shape.unit}` : ''}`]
    case 'switch': return value ? [speaker.label(step.type, shape)] : []
    case 'map':
    case 'keys':
    case 'skills': return Object.entries(value as object).slice(0, 2).map(([key, one]) => (typeof one === 'object' ? key : `${key}=${String(one)}`)).filter(() => shape.kind !== 'keys')
    default: return []
  }
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

/** `prompt:welcome` is called what its prompt is called. */
export function mediaText(medium: string, names: Names): string {
  return medium.startsWith('prompt:') ? names('prompt', medium.slice(7)) : medium
}
