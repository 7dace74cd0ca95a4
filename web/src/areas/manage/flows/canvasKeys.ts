/** The canvas by keyboard: walk along the links, choose an exit, add what follows, connect, take away, nudge. */

import type { Drawing } from './drawing'
import * as docs from './graph/document'

export interface CanvasActs {
  show: (name: string) => void
  pick: (mode: 'after' | 'connect') => void
  edit: () => void
  removeLine: () => boolean
  fitAll: () => void
}

const NUDGE: Record<string, [number, number]> = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] }

export function canvasKeys(drawing: Drawing, acts: CanvasActs, locked: () => boolean) {
  const exits = () => drawing.scene.value.find((box) => box.name === drawing.current.value)?.exits ?? []
  const current = () => exits().find((exit) => exit.name === drawing.exit.value) ?? exits()[0]

  function go(name: string): void {
    drawing.select(name)
    acts.show(name)
  }

  function choose(by: number): void {
    const all = exits()
    if (all.length === 0) return
    const index = all.findIndex((exit) => exit.name === drawing.exit.value)
    // With none chosen yet, down begins at the first and up at the last.
    drawing.exit.value = all[index < 0 && by < 0 ? all.length - 1 : (index + by + all.length) % all.length]!.name
  }

  function nudge(by: [number, number]): void {
    const places = drawing.selected.value.map((name) => {
      const [x, y] = drawing.doc.value.nodes[name]?.place ?? [0, 0]
      return [name, [x + by[0], y + by[1]] as [number, number]] as const
    })
    drawing.apply(docs.move(drawing.doc.value, Object.fromEntries(places)), 'nudge')
  }

  function removeSelected(): void {
    const names = drawing.selected.value
    if (names.length === 0) return
    const heir = docs.before(drawing.doc.value, names[0]!).find((link) => !names.includes(link.from))?.from
    drawing.apply(docs.remove(drawing.doc.value, names))
    if (heir) go(heir)
    else drawing.select()
  }

  function walk(key: string): boolean {
    const name = drawing.current.value
    if (!name) {
      const start = drawing.doc.value.start
      if (start in drawing.doc.value.nodes) go(start)
      return true
    }
    if (key === 'ArrowUp') choose(-1)
    else if (key === 'ArrowDown') choose(1)
    else if (key === 'ArrowRight' && current()?.to) go(current()!.to)
    else if (key === 'ArrowLeft') {
      const link = docs.before(drawing.doc.value, name)[0]
      if (link) {
        go(link.from)
        drawing.exit.value = link.exit
      }
    }
    return true
  }

  /** Whether the key was one of the canvas's. */
  return function take(event: KeyboardEvent): boolean {
    const { key } = event
    if (key in NUDGE && event.altKey) {
      if (!locked()) nudge(NUDGE[key]!)
      return true
    }
    if (event.altKey || event.metaKey || (event.ctrlKey && key.toLowerCase() !== 'a')) return false
    if (event.ctrlKey) {
      drawing.select(...Object.keys(drawing.doc.value.nodes))
      return true
    }
    if (key in NUDGE) return walk(key)
    if (key === 'Home' && drawing.doc.value.start) go(drawing.doc.value.start)
    else if (key === 'f' || key === 'F') acts.fitAll()
    else if (key === 'Escape') drawing.select()
    else if (key === 'Enter') acts.edit()
    else if (locked()) return false
    else if (key === 'Delete' || key === 'Backspace') {
      if (!acts.removeLine()) removeSelected()
    } else if (key === 'a' || key === 'A' || key === 'Insert') acts.pick('after')
    else if (key === 'c' || key === 'C') acts.pick('connect')
    else if ((key === 'x' || key === 'X') && current()?.to) drawing.apply(docs.disconnect(drawing.doc.value, drawing.current.value, current()!.name))
    else return false
    return true
  }
}
