import { useVueFlow } from '@vue-flow/core'
import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import FlowCanvas from '@/areas/manage/flows/canvas/FlowCanvas.vue'
import type { Box } from '@/areas/manage/flows/graph/scene'
import { i18n } from '@/core/i18n'

const box = (name: string, x: number): Box => ({ name, type: 'play', title: name, own: '', summary: '', icon: 'box', start: false, exits: [], place: [x, 0] }) as unknown as Box

it('draws the line to a step, even where the canvas has the line before the step', async () => {
  vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} })
  const canvas = mount(FlowCanvas, { props: { id: 'drawn', boxes: [] as Box[], lines: [], selected: [] as string[] }, global: { plugins: [i18n] }, attachTo: document.body })
  const { getNodes, getEdges } = useVueFlow('drawn')
  await canvas.setProps({ boxes: [box('a', 0)], selected: ['a'] })
  await vi.waitFor(() => expect(getNodes.value.map((node) => node.id)).toEqual(['a']))
  await canvas.setProps({ lines: [{ id: 'a next', from: 'a', exit: 'next', to: 'b' }] })
  await canvas.setProps({ boxes: [box('a', 0), box('b', 300)], selected: ['b'] })
  await vi.waitFor(() => expect(getEdges.value.map((edge) => edge.id)).toEqual(['a next']))
  canvas.unmount()
  vi.unstubAllGlobals()
})
