// @vitest-environment node
import { expect, it } from 'vitest'

import { type Column, sorted, turned, visible } from '@/table/columns'

interface Person {
  name: string
  age: number
}

const COLUMNS: Column<Person>[] = [
  { key: 'name', title: 'Name', width: '1fr', order: (row) => row.name, fixed: true },
  { key: 'age', title: 'Age', width: '80px', order: (row) => row.age },
  { key: 'note', title: 'Note', width: '1fr', spare: true },
]
const PEOPLE = [
  { name: '王 10', age: 3 },
  { name: '王 9', age: 20 },
  { name: '李', age: 3 },
]

it('shows what is not spare until something is chosen', () => {
  expect(visible(COLUMNS, null).map((column) => column.key)).toEqual(['name', 'age'])
  expect(visible(COLUMNS, ['note']).map((column) => column.key)).toEqual(['name', 'note'])
})

it('sorts numbers as numbers, names as people do, and leaves equals in place', () => {
  expect(sorted(PEOPLE, COLUMNS, { key: 'age', down: true }).map((row) => row.name)).toEqual(['王 9', '王 10', '李'])
  expect(sorted(PEOPLE, COLUMNS, { key: 'name', down: false }).map((row) => row.name)).toEqual(['李', '王 9', '王 10'])
  expect(sorted(PEOPLE, COLUMNS, null)).toBe(PEOPLE)
})

it('turns from up to down to nothing', () => {
  const up = turned(null, 'age')
  const down = turned(up, 'age')
  expect([up, down, turned(down, 'age')]).toEqual([{ key: 'age', down: false }, { key: 'age', down: true }, null])
})
