// @vitest-environment node
import { expect, it } from 'vitest'

import { type Fact, tell, telling } from '@/areas/contacts/facts'

const NAMES = {
  agent: (id: string) => ({ a1: '李娜' })[id] ?? '',
  queue: (id: string) => ({ q1: '售后' })[id] ?? '',
  number: (text: string) => `☎${text}`,
}

function fact(kind: string, data: Record<string, unknown>): Fact {
  return { seq: 1, at: '2026-11-21T10:00:00Z', kind, data }
}

it('names agents, queues and numbers', () => {
  expect(tell(fact('Connected', { agent: 'a1', queue: 'q1', leg: 'x.1' }), NAMES)).toBe('售后 · 李娜')
  expect(tell(fact('Transferred', { by: 'a1', target: 'number:10086' }), NAMES)).toBe('李娜 · ☎10086')
  expect(tell(fact('Transferred', { target: 'agent:gone' }), NAMES)).toBe('gone')
})

it('leaves out what is empty, not a text, or machinery', () => {
  expect(tell(fact('Offered', { agent: 'a1', leg: 'x.1', until: 'T', why: {}, queue: null }), NAMES)).toBe('李娜')
})

it('keeps quiet facts for those who ask', () => {
  const facts = [fact('LegUp', {}), fact('Connected', {})]
  expect(telling(facts, false).map((one) => one.kind)).toEqual(['Connected'])
  expect(telling(facts, true)).toHaveLength(2)
})
