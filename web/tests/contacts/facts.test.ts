// @vitest-environment node
import { expect, it } from 'vitest'

import { type Fact, stepsLeft, tell, telling, titleOf, versionsOf } from '@/areas/contacts/facts'

const NAMES = {
  agent: (id: string) => ({ a1: '李娜' })[id] ?? '',
  queue: (id: string) => ({ q1: '售后' })[id] ?? '',
  number: (text: string) => `☎${text}`,
  disposition: (key: string) => `处理:${key}`,
  word: (field: string, value: string) => `${field}=${value}`,
  wayOut: (when: string, to: string) => `${when}→${to}`,
  step: (from: string, exit: string, node: string) => [from, exit, node].join('|'),
  failure: (code: string) => `!${code}`,
  exit: (from: string, exit: string) => (from === 'switch' ? exit : `exit=${exit}`),
  title: (node: string) => node,
}

function fact(kind: string, data: Record<string, unknown>, seq = 1): Fact {
  return { seq, at: '2026-11-21T10:00:00Z', kind, data }
}

it('names agents, queues and numbers', () => {
  expect(tell(fact('Connected', { agent: 'a1', queue: 'q1', leg: 'x.1' }), NAMES)).toBe('售后 · 李娜')
  expect(tell(fact('Transferred', { by: 'a1', target: 'number:10086' }), NAMES)).toBe('李娜 · ☎10086')
  expect(tell(fact('Transferred', { target: 'agent:gone' }), NAMES)).toBe('gone')
})

it('says why a step was left, unless its exit says it already', () => {
  const moved = (exit: string, error: string) => tell(fact('FlowMoved', { node: 'sorry', exit, error, variables: { a: 1 } }), NAMES)
  expect(moved('error', 'web.address_forbidden')).toBe('|exit=error|sorry · !web.address_forbidden')
  expect(moved('no_input', 'menu.no_input')).toBe('|exit=no_input|sorry')
  expect(tell(fact('FlowEnded', { reason: 'error:http.status_500' }), NAMES)).toBe('!http.status_500')
  expect(tell(fact('FlowEnded', { reason: 'hangup' }), NAMES)).toBe('reason=hangup')
})

it('leaves out what is empty, not a text, or machinery', () => {
  expect(tell(fact('Offered', { agent: 'a1', leg: 'x.1', until: 'T', why: {}, queue: null }), NAMES)).toBe('李娜')
  expect(tell(fact('CallArrived', { caller: '139', node: 'local', trunk: '' }), NAMES)).toBe('☎139')
})

it('puts every value of a field into words', () => {
  expect(tell(fact('CallEnded', { cause: 'normal', ended_by: 'customer' }), NAMES)).toBe('cause=normal · ended_by=customer')
  expect(tell(fact('WrappedUp', { agent: 'a1', how: 'done', disposition: 'd1' }), NAMES)).toBe('李娜 · how=done · 处理:d1')
  expect(tell(fact('ExitTaken', { queue: 'q1', exit: { when: 'size' } }), NAMES)).toBe('售后 · size→flow')
})

it('tells by which exit of the step before a step was reached', () => {
  const facts = [fact('FlowStarted', {}, 1), fact('FlowMoved', { node: 'book' }, 2), fact('FlowMoved', { node: 'sorry', exit: 'error' }, 3), fact('FlowMoved', { node: 'bye', exit: 'next' }, 4)]
  const left = stepsLeft(facts)
  expect(facts.slice(1).map((one) => tell(one, NAMES, left.get(one.seq)))).toEqual(['book', 'book|exit=error|sorry', 'sorry||bye'])
  expect(stepsLeft([...facts, fact('FlowStarted', {}, 5), fact('FlowMoved', { node: 'survey' }, 6)]).get(6)).toBe('')
})

it('calls an exit that was named in drawing by that name, though there is a word for another of that name', () => {
  expect(tell(fact('FlowMoved', { node: 'play', exit: 'waiting' }), NAMES, 'switch')).toBe('switch|waiting|play')
})

it('calls steps by their titles in the version that the call went through, else by kind and id', () => {
  const facts = [fact('FlowStarted', { flow: 'v1' }, 1), fact('FlowMoved', { node: 'menu' }, 2), fact('AsideStarted', {}, 3), fact('FlowMoved', { node: 'menu' }, 4), fact('GivenBack', { flow: 'v1' }, 5)]
  expect([...versionsOf(facts).values()]).toEqual(['v1', 'v1', '', '', 'v1'])
  const steps = { menu: { title: '主菜单', type: 'menu', kind: { zh: '菜单' }, own_exits: [] }, 'menu»say': { title: '', type: 'play', kind: { zh: '播放' }, own_exits: [] } }
  const named = { ...NAMES, title: (node: string) => titleOf(node, steps, 'zh') }
  expect(tell(fact('FlowMoved', { node: 'menu»say', exit: 'error' }), named, 'menu')).toBe('主菜单|exit=error|主菜单 » 播放 · say')
  expect(titleOf('gone', steps, 'zh')).toBe('gone')
})

it('keeps quiet facts for those who ask', () => {
  const facts = [fact('LegUp', {}), fact('Connected', {})]
  expect(telling(facts, false).map((one) => one.kind)).toEqual(['Connected'])
  expect(telling(facts, true)).toHaveLength(2)
})
