// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { faults, lineOf, place, steps } from '@/areas/manage/flows/problems'

const TEXT = `{
  "start": "greet",
  "nodes": {
    "greet": {"kind": "play", "next": "nowhere"},
    "menu": {"kind": "menu", "choices": [{"digit": "1"}]}
  }
}`

function marked(path: string): string {
  const [mark] = place(TEXT, [{ path, node: '', code: 'x', message: 'x', severity: 'error' }])
  return TEXT.slice(mark!.from, mark!.to)
}

describe('a problem', () => {
  it('stands on its value', () => {
    expect(marked('/nodes/greet/next')).toBe('"nowhere"')
    expect(marked('nodes.menu.choices[0].digit')).toBe('"1"')
  })

  it('of a whole thing stands on its name', () => {
    expect(marked('/nodes/menu')).toBe('"menu"')
    expect(marked('')).toBe('{')
  })

  it('of something missing stands on what lacks it', () => {
    expect(marked('/nodes/greet/prompt')).toBe('"greet"')
  })
})

it('reads both ways of writing a path', () => {
  expect(steps('/a~1b/c~0d/0')).toEqual(['a/b', 'c~d', '0'])
  expect(steps('$.a[2].b')).toEqual(['a', '2', 'b'])
  expect(steps('/')).toEqual([])
})

it('finds faults of the JSON itself', () => {
  expect(faults(TEXT)).toEqual([])
  expect(faults('{"a": 1,}')).not.toEqual([])
  expect(faults('{"a": }')[0]?.from).toBe(6)
})

it('counts lines from one', () => {
  expect(lineOf(TEXT, 0)).toBe(1)
  expect(lineOf(TEXT, TEXT.indexOf('greet"'))).toBe(2)
  expect(lineOf(TEXT, TEXT.indexOf('nowhere'))).toBe(4)
})
