// @vitest-environment node
import { expect, it, vi } from 'vitest'
import { ref } from 'vue'
import { canvasKeys } from '@/areas/manage/flows/canvasKeys'
import type { Drawing } from '@/areas/manage/flows/drawing'

function keys() {
  const exits = ['1', '2', 'default'].map((name) => ({ name, label: name, needed: true, to: name === '1' ? 'bye' : '' }))
  const drawing = { scene: ref([{ name: 'menu', exits }]), current: ref('menu'), exit: ref('') } as unknown as Drawing
  const take = canvasKeys(drawing, { show: vi.fn(), pick: vi.fn(), edit: vi.fn(), removeLine: () => false, fitAll: vi.fn() }, () => false)
  return { drawing, press: (key: string) => take({ key, altKey: false, ctrlKey: false, metaKey: false } as KeyboardEvent) }
}

it('chooses the first exit with the first press down, then one after the other and round again', () => {
  const { drawing, press } = keys()
  const chosen = [1, 2, 3, 4].map(() => (press('ArrowDown'), drawing.exit.value))
  expect(chosen).toEqual(['1', '2', 'default', '1'])
})

it('chooses the last exit with the first press up', () => {
  const { drawing, press } = keys()
  const chosen = [1, 2].map(() => (press('ArrowUp'), drawing.exit.value))
  expect(chosen).toEqual(['default', '2'])
})
