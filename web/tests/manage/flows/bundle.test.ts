// @vitest-environment node
import { expect, it } from 'vitest'

import { bundle, guess, readBundle, remap } from '@/areas/manage/flows/graph/bundle'
import type { Doc } from '@/areas/manage/flows/graph/document'

const DOC: Doc = { start: 'a/b', nodes: { 'a/b': { type: 'play', media: ['silence:500', 'prompt:hello'] }, q: { type: 'queue', queue: 'id-1' } } }
const REFERENCES = [{ kind: 'prompt', name: 'hello', path: '/nodes/a~1b/media/1' }, { kind: 'queue', name: 'id-1', path: '/nodes/q/queue' }]
const HERE = { queue: [{ name: 'id-9', label: '销售', texts: {}, aliases: ['销售'] }], prompt: [{ name: 'hello', label: '问候', texts: { zh: '您好' }, aliases: [] }] }

it('a file says what it names as people call it, and comes back whole', () => {
  const made = bundle('欢迎', DOC, REFERENCES, { ...HERE, queue: [{ name: 'id-1', label: '销售', texts: {}, aliases: [] }] })
  expect(made.names).toEqual([{ kind: 'prompt', name: 'hello', label: '问候', texts: { zh: '您好' } }, { kind: 'queue', name: 'id-1', label: '销售' }])
  expect(readBundle(JSON.stringify(made))).toEqual(made)
  expect(readBundle(JSON.stringify(DOC))!.document).toEqual(DOC)
  for (const wrong of ['', '[]', '{"start":1,"nodes":{}}', '{"start":"a","nodes":{"a":1}}']) expect(readBundle(wrong)).toBeNull()
})

it('names of another centre are mapped to what is called the same here', () => {
  const wish = guess({ kind: 'queue', name: 'id-1', label: '销售' }, HERE.queue)
  expect(wish).toBe('id-9')
  expect(guess({ kind: 'queue', name: 'x', label: 'y' }, HERE.queue)).toBe('')
  const mapped = remap(DOC, REFERENCES, new Map([['queue id-1', wish], ['prompt hello', 'greeting']]))
  expect(mapped.nodes.q!.queue).toBe('id-9')
  expect(mapped.nodes['a/b']!.media).toEqual(['silence:500', 'prompt:greeting'])
  expect(DOC.nodes.q!.queue).toBe('id-1')
})
