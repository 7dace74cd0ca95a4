// @vitest-environment node
import { expect, it } from 'vitest'

import { difference } from '@/areas/manage/flows/graph/diff'
import { type Doc, find } from '@/areas/manage/flows/graph/document'
import { titleIn } from '@/areas/manage/flows/graph/titles'

const DOC: Doc = { start: 'menu', nodes: { menu: { type: 'menu', title: '主菜单' }, bye: { type: 'hang_up' } } }
const SPEAKER = { title: (type: string) => ({ hang_up: '挂机' })[type] ?? type }

it('calls a step by its title, else by its kind and id, one within a sub-flow after the step that calls it', () => {
  expect(titleIn(DOC, 'menu', SPEAKER)).toBe('主菜单')
  expect(titleIn(DOC, 'bye', SPEAKER)).toBe('挂机 · bye')
  expect(titleIn(DOC, 'menu»play', SPEAKER)).toBe('主菜单 » play')
  expect(titleIn(DOC, 'gone', SPEAKER)).toBe('gone')
})

it('finds steps by their titles, and tells of a title that is another', () => {
  expect(find(DOC, '主菜')).toEqual(['menu'])
  const after = { ...DOC, nodes: { ...DOC.nodes, menu: { type: 'menu' } } }
  expect(difference(DOC, after).fields.menu).toEqual([{ field: 'title', before: '主菜单', after: undefined }])
})
