// @vitest-environment node
import { expect, it } from 'vitest'
import { unheard } from '@/areas/manage/flows/gallery/unheard'

const listening = (...choices: Record<string, unknown>[]) => ({ start: 'a', nodes: { a: { type: 'listen', choices } } })

it('names the languages in which a flow listens and nobody here understands', () => {
  expect(unheard(listening({ exit: 'order', zh: ['订单'], en: ['order'] }), [])).toEqual(['zh', 'en'])
  expect(unheard(listening({ exit: 'order', zh: ['订单'], en: ['order'] }), ['en'])).toEqual(['zh'])
  expect(unheard(listening({ exit: 'order', zh: ['订单'] }), ['zh'])).toEqual([])
  expect(unheard(listening(), ['zh'])).toEqual(['en'])
})

it('asks for nobody where a flow only takes keys', () => {
  expect(unheard({ start: 'a', nodes: { a: { type: 'menu', choices: { 1: 'x' } } } }, [])).toEqual([])
})
