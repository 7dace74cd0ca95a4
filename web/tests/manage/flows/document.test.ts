// @vitest-environment node
import { describe, expect, it } from 'vitest'

import * as docs from '@/areas/manage/flows/graph/document'
import { begin, redo, step, undo } from '@/areas/manage/flows/graph/history'
import { layout } from '@/areas/manage/flows/graph/layout'

const FLOW: docs.Doc = {
  start: 'answer',
  nodes: {
    answer: { type: 'answer', exits: { next: 'menu' }, place: [0, 0] },
    menu: { type: 'menu', choices: { 1: '' }, exits: { 1: 'queue', default: 'bye' }, place: [300, 0] },
    queue: { type: 'queue', exits: { timeout: 'menu' }, place: [600, 0] },
    bye: { type: 'hang_up', place: [600, 200] },
  },
}
const size = (): [number, number] => [224, 100]

describe('a document', () => {
  it('tells which steps are other than they were, those that came first, and none that only moved', () => {
    const without = docs.remove(FLOW, ['bye'])
    expect(docs.touched(without, FLOW)).toEqual(['bye', 'menu'])
    expect(docs.touched(FLOW, without)).toEqual(['menu'])
    expect(docs.touched(FLOW, docs.move(FLOW, { bye: [0, 0] }))).toEqual([])
  })

  it('takes new steps under free names, and the first as its start', () => {
    const first = docs.add(docs.EMPTY, 'hang_up', {}, [13, 27])
    expect(first.name).toBe('hang-up')
    expect(first.doc).toEqual({ start: 'hang-up', nodes: { 'hang-up': { type: 'hang_up', place: [20, 20] } } })
    expect(docs.add(first.doc, 'hang_up', {}, [0, 0]).name).toBe('hang-up-2')
  })

  it('is never changed in place', () => {
    const before = structuredClone(FLOW)
    docs.connect(docs.remove(docs.rename(FLOW, 'menu', 'choice'), ['queue']), 'choice', '1', 'bye')
    expect(FLOW).toEqual(before)
  })

  it('puts a step that follows a taken exit between, and leaves nothing behind it cut off', () => {
    const made = docs.add(FLOW, 'play', {}, [0, 0])
    const between = docs.follow(made.doc, 'answer', 'next', 'play', 'next')
    expect(between.nodes.answer!.exits).toEqual({ next: 'play' })
    expect(between.nodes.play!.exits).toEqual({ next: 'menu' })
    const last = docs.follow(docs.add(FLOW, 'hang_up', {}, [0, 0]).doc, 'answer', 'next', 'hang-up')
    expect(last.nodes['hang-up']!.exits).toBeUndefined()
  })

  it('joins what came before with what came after a step that is taken away', () => {
    const gone = docs.remove(FLOW, ['answer'])
    expect(gone.start).toBe('menu')
    const between = docs.add(FLOW, 'play', {}, [0, 0])
    const linked = docs.connect(docs.connect(between.doc, 'answer', 'next', 'play'), 'play', 'next', 'menu')
    expect(docs.remove(linked, ['play']).nodes.answer!.exits).toEqual({ next: 'menu' })
    expect(docs.remove(FLOW, ['menu']).nodes.queue!.exits).toEqual({})
  })

  it('renames a step and an exit everywhere', () => {
    const renamed = docs.rename({ ...FLOW, on_error: 'bye' }, 'bye', 'goodbye')
    expect(renamed.on_error).toBe('goodbye')
    expect(renamed.nodes.menu!.exits!.default).toBe('goodbye')
    expect(docs.rename(FLOW, 'bye', 'menu')).toBe(FLOW)
    expect(docs.renameExit(FLOW, 'menu', '1', '2').nodes.menu!.exits).toEqual({ 2: 'queue', default: 'bye' })
  })

  it('copies steps with the links among them, also into another flow', () => {
    const text = JSON.stringify(docs.clip(FLOW, ['menu', 'queue']))
    const pasted = docs.paste(FLOW, docs.readClip(text)!, [1000, 400])
    expect(pasted.names).toEqual(['menu-2', 'queue-2'])
    expect(pasted.doc.nodes['menu-2']).toMatchObject({ exits: { 1: 'queue-2' }, place: [1000, 400] })
    expect(docs.paste(docs.EMPTY, docs.readClip(text)!, [0, 0]).doc.start).toBe('menu')
    for (const wrong of ['', '{}', 'null', '{"rexian":"flow-steps","nodes":{"a":3}}']) expect(docs.readClip(wrong)).toBeNull()
  })

  it('lines steps up and spreads them', () => {
    expect(docs.align(FLOW, ['queue', 'menu'], 'left', size).nodes.queue!.place).toEqual([300, 0])
    expect(docs.align(FLOW, ['answer', 'menu', 'queue'], 'row', size).nodes.queue!.place![0]).toBeGreaterThan(500)
  })

  it('is searched by name, note and parameters', () => {
    const noted = docs.change(FLOW, 'queue', { note: 'only gold', queue: 'Sales desk' })
    expect(docs.find(noted, 'gold')).toEqual(['queue'])
    expect(docs.find(noted, 'desk sales')).toEqual(['queue'])
    expect(docs.find(noted, ' ')).toEqual([])
  })

  it('keeps remarks beside the steps', () => {
    const noted = docs.changeRemark(docs.addRemark(FLOW, [5, 5]), 0, { text: 'ask Li' })
    expect(noted.remarks).toEqual([{ text: 'ask Li', place: [0, 0] }])
    expect(docs.removeRemark(noted, 0)).toEqual(FLOW)
  })
})

describe('undo', () => {
  it('takes typing into one field back at once, and other changes one by one', () => {
    let history = begin('')
    history = step(history, 'a', 'name', 0)
    history = step(history, 'ab', 'name', 500)
    history = step(history, 'ab!', '', 600)
    history = undo(history)
    expect(history.present).toBe('ab')
    history = undo(history)
    expect(history.present).toBe('')
    expect(redo(redo(redo(history))).present).toBe('ab!')
    expect(undo(history)).toBe(history)
  })
})

describe('the layout', () => {
  it('puts every step right of what leads to it, circles apart, and none over another', () => {
    const places = layout(FLOW, size)
    expect(places.answer![0]).toBeLessThan(places.menu![0])
    expect(places.menu![0]).toBeLessThan(places.queue![0])
    const all = Object.values(places)
    for (const [index, [x, y]] of all.entries()) for (const [u, v] of all.slice(index + 1)) expect(x !== u || Math.abs(y - v) >= 100).toBe(true)
  })

  it('takes a hundred steps that hang together anyhow', () => {
    const nodes = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`s${n}`, { type: 'x', exits: { a: `s${(n * 7) % 100}`, b: `s${(n * 13 + 5) % 100}` } }]))
    expect(Object.keys(layout({ start: 's0', nodes }, size))).toHaveLength(100)
  })
})
