// @vitest-environment node
import { expect, it } from 'vitest'
import { nearest } from '@/areas/manage/flows/graph/finding'

const ROWS = [
  { text: 'Announce the wait', more: 'Speak queue' },
  { text: 'Leave the queue', more: 'Route' },
  { text: 'Queue state', more: 'Decide' },
  { text: 'Queue', more: 'Route' },
]
const found = (query: string): string[] => nearest(ROWS, query).map((row) => row.text)

it('puts the step of that very name first, whatever stands before it in the list', () => {
  expect(found(' queue ')).toEqual(['Queue', 'Queue state', 'Leave the queue', 'Announce the wait'])
})

it('keeps the order of the list where nothing is nearer, and leaves out what does not have the words', () => {
  expect(found('')).toEqual(ROWS.map((row) => row.text))
  expect(found('route')).toEqual(['Leave the queue', 'Queue'])
  expect(found('nothing')).toEqual([])
})
