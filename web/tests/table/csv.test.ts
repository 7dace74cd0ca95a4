// @vitest-environment node
import { expect, it } from 'vitest'

import { cell, csv } from '@/table/csv'

it('quotes what would break a line apart', () => {
  expect(cell('王, "小"')).toBe('"王, ""小"""')
  expect(cell('a\nb')).toBe('"a\nb"')
  expect(cell('plain')).toBe('plain')
})

it('lets no cell become a formula', () => {
  expect(cell('=1+1')).toBe("'=1+1")
  expect(cell('+8613800138000')).toBe("'+8613800138000")
  expect(cell('-cmd')).toBe("'-cmd")
  expect(cell('-5')).toBe('-5')
})

it('is what is on show: the titles, then the rows', () => {
  const columns = [
    { key: 'a', title: '甲', width: '1fr', text: (row: { a: string }) => row.a },
    { key: 'b', title: 'B', width: '1fr' },
  ]
  expect(csv([{ a: 'x' }, { a: 'y' }], columns)).toBe('甲,B\r\nx,\r\ny,')
})
