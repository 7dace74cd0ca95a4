// @vitest-environment node
import { expect, it } from 'vitest'

import { treeOrder } from '@/areas/manage/tree'

function row(id: string, parent_id: string | null = null) {
  return { id, parent_id }
}

it('puts children under their parents', () => {
  const ordered = treeOrder([row('b1', 'b'), row('a'), row('b'), row('b2', 'b'), row('b1x', 'b1')])
  expect(ordered.map((one) => [one.id, one.depth])).toEqual([['a', 0], ['b', 0], ['b1', 1], ['b1x', 2], ['b2', 1]])
})

it('loses no row, whatever its parent is', () => {
  const ordered = treeOrder([row('a', 'gone'), row('b', 'b'), row('c', 'd'), row('d', 'c')])
  expect(ordered.map((one) => one.id).sort()).toEqual(['a', 'b', 'c', 'd'])
})
