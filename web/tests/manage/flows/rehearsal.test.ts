// @vitest-environment node
import { expect, it } from 'vitest'

import type { Doc } from '@/areas/manage/flows/graph/document'
import { type Beat, calling, failings, namedIn, openErrand, openWebRequest, ordersOf, stepsOf, trail, webAnswer } from '@/areas/manage/flows/graph/rehearsal'
import { lineId } from '@/areas/manage/flows/graph/scene'
import { shares } from '@/areas/manage/flows/graph/traffic'

const DOC: Doc = {
  start: 'menu',
  nodes: { menu: { type: 'menu', exits: { 1: 'queue', default: 'bye' } }, queue: { type: 'queue', queue: 'q1' }, bye: { type: 'hang_up' } },
}
const beat = (moves: [string, string][], more: Partial<Beat> = {}): Beat => ({
  cue: null, at: '2026-01-05T04:00:00Z', moves: moves.map(([exit, node]) => ({ exit, node })), said: [], actions: [], run: { node: 'menu', language: 'zh' }, over: '', ...more,
})

it('a trail names the steps and links, also those taken in the place of missing exits, and no farewell', () => {
  const found = trail(DOC, stepsOf([beat([['', 'menu']]), beat([['no_input', 'bye'], ['error', '']])]))
  expect([...found.nodes]).toEqual(['menu', 'bye'])
  expect([...found.lines]).toEqual([lineId('menu', 'default')])
})

it('what went wrong is told with the step at which it did, unless the exit says it', () => {
  const arrival = beat([['', 'menu']])
  const moves = [{ exit: 'no_input', node: 'ask', error: 'menu.no_input' }, { exit: 'error', node: 'bye', error: 'web.address_forbidden' }]
  expect(failings([arrival, { ...arrival, moves }], 1)).toEqual([{ step: 'ask', exit: 'error', code: 'web.address_forbidden' }])
  const sorry = beat([], { run: { node: '', language: 'zh', memory: { error: 'expression.no_digits' } } })
  expect(failings([arrival, sorry, sorry], 1)).toEqual([{ step: 'menu', exit: '', code: 'expression.no_digits' }])
  expect(failings([arrival, sorry, sorry], 2)).toEqual([])
})

it('an errand is open until it is answered or the call is over', () => {
  const asked = beat([], { actions: [{ type: 'Ask', errand: 4, kind: 'http' }] })
  const answered = beat([], { cue: { do: 'tell', input: { type: 'Answered', errand: 4 } } })
  expect(openErrand([asked])).toEqual({ errand: 4, kind: 'http' })
  expect(openErrand([asked, answered])).toBeNull()
  expect(openErrand([{ ...asked, over: 'caller_gone' }])).toBeNull()
})

it('what a web service is asked is told by its line, with what goes along, and what is kept of its answer', () => {
  const parameters = { method: 'GET', url: 'https://shop.example.com/orders/7', query: {}, headers: {}, body: null, keep: { state: 'answer.state' }, retries: 1 }
  const asked = (more: object) => openWebRequest([beat([], { actions: [{ type: 'Ask', errand: 4, kind: 'http', parameters: { ...parameters, ...more } }] })])
  expect(asked({})).toEqual({ line: 'GET https://shop.example.com/orders/7', more: {}, keeps: ['state'] })
  expect(asked({ method: 'POST', body: { id: 7 } })).toMatchObject({ line: 'POST https://shop.example.com/orders/7', more: { body: { id: 7 } } })
  expect(openWebRequest([beat([], { actions: [{ type: 'Ask', errand: 4, kind: 'query', parameters }] })])).toBeNull()
  expect(webAnswer({ status: 200, values: { state: 'sent', open: [1] } })).toBe('200, state = sent, open = [1]')
  expect(webAnswer([{ status: 200 }])).toBe('')
})

it('a step has somebody called until the flow goes on', () => {
  const call = beat([['', 'to']], { actions: [{ type: 'PutThrough', target: 'agent:1001' }], run: { node: 'to', language: 'zh' } })
  const waits = beat([], { run: { node: 'to', language: 'zh' } })
  expect(calling([call, waits])).toBe('to')
  expect(calling([call, beat([['busy', 'bye']])])).toBe('')
  expect(calling([call, { ...waits, over: 'caller_gone' }])).toBe('')
})

it('what the caller has said is understood within its own beat', () => {
  const said = beat([], { cue: { do: 'say', text: '人工' }, actions: [{ type: 'Ask', errand: 4, kind: 'speech.hear' }] })
  expect(openErrand([said])).toBeNull()
  expect(openErrand([{ ...said, run: { node: 'menu', language: 'zh', memory: { errand: 4 } } }])).toEqual({ errand: 4, kind: 'speech.hear' })
})

it('what the flow names is found by the fields that name it', () => {
  expect(namedIn(DOC, new Map([['queue', ['queue']]]))).toEqual(['q1'])
})

it('traffic is shown as shares of those who came', () => {
  const found = shares(DOC, {
    ways: [
      { came_from: '', exit: '', node: 'menu', taken: 10 },
      { came_from: 'menu', exit: '1', node: 'queue', taken: 6 },
      { came_from: 'menu', exit: 'no_input', node: 'bye', taken: 2 },
      { came_from: 'gone', exit: 'x', node: 'bye', taken: 9 },
    ],
    steps: [{ node: 'menu', entered: 10, calls: 10, mean_s: 4, longest_s: 9, lost: 2, failed: 0, ended: 2 }],
    failures: [{ node: 'menu', code: 'flow.node_failed', times: 3 }, { node: 'ask', code: 'web.unreachable', times: 2 }, { node: 'menu', code: 'web.url', times: 1 }],
  })
  expect(found.failures.get('menu')?.map((one) => [one.code, one.times])).toEqual([['flow.node_failed', 3], ['web.url', 1]])
  expect(found.calls).toBe(10)
  expect(found.lines.get(lineId('menu', '1'))).toMatchObject({ taken: 6, share: 0.6 })
  expect(found.lines.get(lineId('menu', 'default'))).toMatchObject({ taken: 2, share: 0.2, exit: 'no_input' })
  expect(found.lines.size).toBe(2)
})

it('calls that a flow orders are told with their time, by the clock of the stage', () => {
  const order = { type: 'OrderCall', number: '13911112222', due: '2026-01-05T18:30:00+08:00', variables: { from: '138' } }
  const found = ordersOf(beat([], { actions: [order, { type: 'OrderCall', number: '110' }, { type: 'Answer' }] }))
  expect(found).toEqual([
    { number: '13911112222', due: '2026-01-05 18:30', variables: { from: '138' } },
    { number: '110', due: '', variables: {} },
  ])
})
