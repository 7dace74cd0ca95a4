// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { difference, isSame, together } from '@/areas/manage/flows/graph/diff'
import type { Doc } from '@/areas/manage/flows/graph/document'
import { boxes, exitsOf, lines } from '@/areas/manage/flows/graph/scene'
import { blank, readLibrary } from '@/areas/manage/flows/graph/schema'
import { speaker } from '@/areas/manage/flows/graph/words'

const SCHEMA = {
  $defs: {
    Menu: {
      required: ['type', 'media', 'choices'],
      properties: {
        type: { const: 'menu' }, exits: { type: 'object' }, note: { type: 'string' }, place: {},
        media: { 'x-widget': 'media', type: 'array', items: { type: 'string' } },
        choices: { 'x-widget': 'keys', type: 'object', propertyNames: { pattern: '^[0-9*#]$' }, additionalProperties: { type: 'string' } },
        timeout_s: { 'x-unit': 's', type: 'number', exclusiveMinimum: 0, maximum: 120, default: 5 },
        queue: { anyOf: [{ 'x-refers': 'queue', type: 'string' }, { type: 'null' }], default: null },
        cases: { type: 'array', items: { $ref: '#/$defs/Case' }, default: [] },
      },
    },
    Case: { type: 'object', required: ['exit', 'when'], properties: { exit: { type: 'string' }, when: { type: 'array', items: { $ref: '#/$defs/When' } }, op: { enum: ['a', 'b'], default: 'a' } } },
    When: { type: 'object', required: ['variable'], properties: { variable: { 'x-widget': 'variable', type: 'string' }, value: { 'x-widget': 'value', anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] } } },
    Odd: { properties: { type: { const: 'odd' }, anything: {} } },
  },
  'x-nodes': {
    menu: {
      category: 'listen', icon: 'hash', order: 1, advanced: ['timeout_s'], fields: ['media', 'choices', 'timeout_s', 'queue', 'cases'], fresh: { media: [] }, ways: [], help: 'Asks.',
      words: { zh: { title: '菜单', fields: { choices: { label: '按键' }, 'cases.exit': { label: '名称' } }, exits: { default: '都没选' } } },
    },
  },
  'x-words': { zh: { categories: { listen: '收号' }, exits: { error: '出错' }, fields: { queue: { label: '队列' } }, options: { op: { b: '乙', a: '甲' } } } },
}
const library = readLibrary(SCHEMA)
const zh = speaker(library, 'zh')

describe('a library', () => {
  it('reads fields of every shape', () => {
    const shapes = Object.fromEntries(library.types.get('menu')!.shapes.map((shape) => [shape.key, shape]))
    expect(Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, shape.kind]))).toEqual({ media: 'media', choices: 'keys', timeout_s: 'number', queue: 'pick', cases: 'list' })
    expect(shapes.timeout_s).toMatchObject({ unit: 's', least: 0, most: 120, fallback: 5, required: false })
    expect(shapes.queue).toMatchObject({ optional: true, refers: 'queue' })
    expect(shapes.choices!.keyPattern).toBe('^[0-9*#]$')
    expect(shapes.cases!.item!.fields.map((field) => [field.path, field.kind])).toEqual([['cases.exit', 'text'], ['cases.when', 'list'], ['cases.op', 'choice']])
    expect(blank(shapes.cases!.item)).toEqual({ exit: '', when: [{ variable: '' }] })
  })

  it('offers a type that nobody described under the others', () => {
    expect(library.categories.map((category) => [category.name, category.types.map((type) => type.name)])).toEqual([['listen', ['menu']], ['other', ['odd']]])
    expect(zh.title('odd')).toBe('Odd')
    expect(library.types.get('odd')!.shapes.map((shape) => [shape.key, shape.kind])).toEqual([['anything', 'any']])
  })

  it('has words: its own, then those of all, then the plain name', () => {
    expect(zh.title('menu')).toBe('菜单')
    expect(zh.label('menu', { key: 'queue', path: 'queue' })).toBe('队列')
    expect(zh.label('menu', { key: 'exit', path: 'cases.exit' })).toBe('名称')
    expect(zh.label('menu', { key: 'timeout_s', path: 'timeout_s' })).toBe('Timeout s')
    expect(zh.exit('menu', 'error')).toBe('出错')
    expect(zh.exit('menu', '1', { choices: { 1: '销售' } })).toBe('1 销售')
    expect(zh.exit('menu', '1', { choices: { 1: '' } })).toBe('1')
    // What a step itself names is called so, though other steps have an exit of that name and a word for it.
    expect(zh.exit('menu', 'error', { cases: { error: ['E1'] } })).toBe('error')
    expect(zh.exit('menu', 'error', { cases: [{ exit: 'error' }] })).toBe('error')
    expect(zh.exit('menu', 'error', { variables: { error: 'answer.error' } })).toBe('出错')
    expect(zh.optionOrder('menu', { key: 'op', path: 'cases.op' }, 'b')).toBe(0)
  })
})

describe('a scene', () => {
  const doc: Doc = { start: 'a', nodes: { a: { type: 'menu', media: ['prompt:hi'], choices: { 1: '' }, exits: { 1: 'b', gone: 'b', lost: 'nowhere' } }, b: { type: 'unheard-of' } } }

  it('draws the exits that a step has, and those that only hang there still', () => {
    const exits = exitsOf(doc.nodes.a!, [{ name: '1', needed: true }, { name: 'default', needed: false }], zh)
    expect(exits.map((exit) => [exit.name, exit.to])).toEqual([['1', 'b'], ['default', ''], ['gone', 'b'], ['lost', 'nowhere']])
  })

  it('says of a step what it plays, and draws links that lead somewhere', () => {
    const [menu, odd] = boxes(doc, library, () => [], zh, (_, name) => `“${name}”`)
    expect(menu).toMatchObject({ title: '菜单', summary: '“hi”', isStart: true, known: true })
    expect(odd).toMatchObject({ known: false, icon: 'box' })
    expect(lines(doc).map((line) => [line.from, line.exit, line.to])).toEqual([['a', '1', 'b'], ['a', 'gone', 'b']])
  })
})

describe('the difference of two versions', () => {
  const before: Doc = { start: 'a', nodes: { a: { type: 'play', media: ['x'], exits: { next: 'b' }, place: [0, 0] }, b: { type: 'hang_up' }, c: { type: 'wait', place: [1, 1] } } }
  const after: Doc = { start: 'a', language: 'en', nodes: { a: { type: 'play', media: ['y'], exits: { next: 'd' }, place: [0, 0] }, c: { place: [9, 9], type: 'wait' }, d: { type: 'hang_up' } } }
  const found = difference(before, after)

  it('names steps, fields and links', () => {
    expect(found.steps).toEqual({ a: 'changed', b: 'removed', c: 'moved', d: 'added' })
    expect(found.fields.a).toEqual([{ field: 'media', before: ['x'], after: ['y'] }])
    expect(found.links).toEqual({ added: [{ from: 'a', exit: 'next', to: 'd' }], removed: [{ from: 'a', exit: 'next', to: 'b' }] })
    expect(found.flow).toEqual([{ field: 'language', before: undefined, after: 'en' }])
    expect(Object.keys(together(before, after).nodes)).toEqual(['a', 'c', 'd', 'b'])
  })

  it('is none where only places changed', () => {
    expect(isSame(difference(before, { ...before, nodes: { ...before.nodes, c: { type: 'wait', place: [5, 5] } } }))).toBe(true)
    expect(isSame(found)).toBe(false)
  })
})
