// @vitest-environment node
import { describe, expect, it } from 'vitest'

import { makeChecker } from '@/areas/manage/flows/check'

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['start', 'nodes'],
  properties: { start: { type: 'string' }, nodes: { type: 'object', additionalProperties: { oneOf: [{ $ref: '#/$defs/Play' }] } } },
  additionalProperties: false,
  $defs: {
    Play: {
      type: 'object',
      required: ['type', 'prompt'],
      additionalProperties: false,
      properties: { type: { const: 'play' }, prompt: { type: 'string' }, exits: { type: 'object' } },
    },
    Queue: { type: 'object', required: ['type', 'queue'], properties: { type: { const: 'queue' }, queue: { type: 'string' } } },
  },
}
const checker = makeChecker(SCHEMA)

function codes(document: unknown): string[] {
  return checker.check(document).map((problem) => `${problem.code} ${problem.path}`)
}

describe('a document', () => {
  it('that fits has no problems', () => {
    expect(codes({ start: 'a', nodes: { a: { type: 'play', prompt: 'hello' }, b: { type: 'queue', queue: 'q' } } })).toEqual([])
  })

  it('is judged node by node, each by its own type', () => {
    expect(codes({ start: 'a', nodes: { a: { type: 'play' }, 'b/c': { type: 'queue', queue: 3 } } })).toEqual([
      'schema.required /nodes/a',
      'schema.type /nodes/b~1c/queue',
    ])
  })

  it('has its unknown fields and types marked where they stand', () => {
    expect(codes({ start: 'a', nodes: { a: { type: 'play', prompt: 'x', promt: 1 }, b: { type: 'pley' }, c: {} } })).toEqual([
      'schema.additionalProperties /nodes/a/promt',
      'flow.unknown_type /nodes/b/type',
      'flow.unknown_type /nodes/c',
    ])
  })

  it('that is no document at all says so', () => {
    expect(codes([])).toEqual(['schema.type '])
    expect(codes({ nodes: {} })).toEqual(['schema.required '])
  })
})

it('knows the types there are', () => {
  expect(checker.types).toEqual(['play', 'queue'])
})
