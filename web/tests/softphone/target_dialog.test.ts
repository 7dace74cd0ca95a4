import { VueQueryPlugin } from '@tanstack/vue-query'
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { reactive } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { i18n } from '@/core/i18n'
import { closePanel, openPanel } from '@/softphone/panels'
import TargetDialog from '@/softphone/TargetDialog.vue'
import { agent } from '../make'

const floor = vi.hoisted(() => ({ agents: {} as Record<string, unknown> }))
vi.mock('@/core/live', async (original) => ({ ...(await original<object>()), live: reactive({ agents: floor.agents, queues: {}, calls: {}, me: null }) }))

const sent = vi.fn(async (_url: string, _request: RequestInit) => new Response(null, { status: 204 }))
const targets = () => sent.mock.calls.filter(([url]) => url.endsWith('/desk/transfer')).map(([, request]) => (JSON.parse(request.body as string) as { target: string }).target)

enableAutoUnmount(afterEach)
vi.setConfig({ testTimeout: 60_000 })

beforeEach(async () => {
  closePanel()
  vi.stubGlobal('fetch', sent)
  sent.mockClear()
  const { live } = await import('@/core/live')
  Object.assign(live.agents, { a1: agent({ id: 'a1', name: '林晓', extension: '1001' }), a2: agent({ id: 'a2', name: '王芳', extension: '1002' }) })
})

async function opened(): Promise<HTMLInputElement> {
  mount(TargetDialog, { global: { plugins: [i18n, VueQueryPlugin] }, attachTo: document.body })
  openPanel('transfer')
  await flushPromises()
  return document.querySelector<HTMLInputElement>('.query')!
}
const enter = (more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more })

it('hands nobody over while a name is still being spelt', async () => {
  const field = await opened()
  field.dispatchEvent(enter({ isComposing: true }))
  field.dispatchEvent(enter({ keyCode: 229 }))
  await flushPromises()
  expect(targets()).toEqual([])
  field.dispatchEvent(enter())
  await flushPromises()
  expect(targets()).toEqual(['agent:a1'])
})

it('keeps everybody in his place while states change', async () => {
  const field = await opened()
  const { live } = await import('@/core/live')
  Object.assign(live.agents, { a1: agent({ id: 'a1', name: '林晓', extension: '1001', state: 'busy' }) })
  await flushPromises()
  field.dispatchEvent(enter())
  await flushPromises()
  expect(targets()).toEqual(['agent:a1'])
})
