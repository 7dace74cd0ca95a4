// @vitest-environment node
import { expect, it } from 'vitest'

import { byText, natural } from '@/core/order'

it('sorts names with numbers as people count, and Chinese by sound', () => {
  expect(['agent10', 'agent2', 'agent1'].sort(natural)).toEqual(['agent1', 'agent2', 'agent10'])
  expect(['王芳', '李娜 10', '李娜 9'].sort(natural)).toEqual(['李娜 9', '李娜 10', '王芳'])
})

it('leaves the list as it was, and equals in place', () => {
  const rows = [{ n: 'b', id: 1 }, { n: 'a', id: 2 }, { n: 'b', id: 3 }]
  expect(byText(rows, (row) => row.n).map((row) => row.id)).toEqual([2, 1, 3])
  expect(rows[0]!.id).toBe(1)
})
