// @vitest-environment node
import { expect, it } from 'vitest'
import { openExit } from '@/areas/manage/flows/graph/scene'

const exits = ['next', 'refused', 'timeout', 'error'].map((name) => ({ name, label: name, needed: false, to: name === 'next' ? 'switch' : '' }))

it('follows the exit that is lit, else the first that leads nowhere yet', () => {
  expect(openExit(exits, 'error')).toBe('error')
  expect(openExit(exits, '')).toBe('refused')
})

it('goes on from one exit to the next as they are connected, and ends at the first', () => {
  const drawn = exits.map((exit) => ({ ...exit }))
  const taken = [1, 2, 3, 4].map(() => {
    const name = openExit(drawn, '')
    drawn.find((exit) => exit.name === name)!.to = 'queue'
    return name
  })
  expect(taken).toEqual(['refused', 'timeout', 'error', 'next'])
  expect(openExit([], '')).toBe('')
})
