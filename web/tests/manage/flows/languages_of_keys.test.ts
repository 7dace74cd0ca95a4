// @vitest-environment node
import { expect, it } from 'vitest'
import { summary } from '@/areas/manage/flows/graph/scene'
import { readLibrary, type Shape } from '@/areas/manage/flows/graph/schema'
import { speaker } from '@/areas/manage/flows/graph/words'

const PATTERN = '^[a-z]{2}$'
const SCHEMA = {
  $defs: {
    ChooseLanguage: {
      type: 'object',
      properties: {
        type: { const: 'choose_language' },
        choices: { type: 'object', 'x-widget': 'keys', additionalProperties: { type: 'string', pattern: PATTERN } },
        media: { type: 'array', 'x-widget': 'media', items: { type: 'string' } },
      },
    },
  },
}

function shapes(): Shape[] {
  return readLibrary(SCHEMA).types.get('choose_language')!.shapes
}

it('knows what the keys of a map may mean', () => {
  expect(shapes()[0]).toMatchObject({ kind: 'keys', item: { kind: 'text', pattern: PATTERN } })
})

it('draws a step whose media are no list', () => {
  const words = speaker(readLibrary(SCHEMA), 'en')
  expect(summary({ type: 'choose_language', media: 'x' } as never, shapes(), words, (_, name) => name)).toBe('x')
  expect(summary({ type: 'choose_language', media: ['prompt:a'] } as never, shapes(), words, (_, name) => `~${name}`)).toBe('~a')
})
