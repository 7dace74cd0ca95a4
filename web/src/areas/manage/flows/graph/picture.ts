/** A flow as a small picture: boxes and the links between them, wherever its steps were drawn. Plain data. */

import { type Doc, links } from './document'
import { layout } from './layout'

const WIDTH = 150
const HEIGHT = 64
/** Columns stand closer than on the canvas, where the names of exits need room. */
const CLOSER = 0.72

export interface Picture {
  /** Left, top, width and height of all that is drawn. */
  view: [number, number, number, number]
  boxes: { name: string; type: string; x: number; y: number; width: number; height: number; isStart: boolean }[]
  /** Curves in the notation of SVG paths. */
  lines: string[]
}

export function picture(doc: Doc): Picture {
  const places = Object.fromEntries(Object.entries(layout(doc, () => [WIDTH, HEIGHT])).map(([name, [x, y]]): [string, [number, number]] => [name, [x * CLOSER, y]]))
  const boxes = Object.entries(doc.nodes).map(([name, step]) => {
    const [x, y] = places[name] ?? [0, 0]
    return { name, type: step.type, x, y, width: WIDTH, height: HEIGHT, isStart: doc.start === name }
  })
  const pairs = new Set(links(doc).filter((link) => link.to in doc.nodes).map((link) => `${link.from}\n${link.to}`))
  const lines = [...pairs].map((pair) => {
    const [from, to] = pair.split('\n').map((name) => places[name] ?? [0, 0]) as [[number, number], [number, number]]
    return curve(from, to)
  })
  const left = Math.min(0, ...boxes.map((box) => box.x))
  const top = Math.min(0, ...boxes.map((box) => box.y))
  const right = Math.max(WIDTH, ...boxes.map((box) => box.x + WIDTH))
  const bottom = Math.max(HEIGHT, ...boxes.map((box) => box.y + HEIGHT))
  return { view: [left - 20, top - 20, right - left + 40, bottom - top + 40], boxes, lines }
}

function curve([x, y]: [number, number], [toX, toY]: [number, number]): string {
  const fromX = x + WIDTH
  const fromY = y + HEIGHT / 2
  const bend = Math.max(40, Math.abs(toX - fromX) / 2)
  return `M${fromX} ${fromY}C${fromX + bend} ${fromY} ${toX - bend} ${toY + HEIGHT / 2} ${toX} ${toY + HEIGHT / 2}`
}
