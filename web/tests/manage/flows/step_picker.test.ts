import { mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { nextTick } from 'vue'
import { expect, it, vi } from 'vitest'
import StepPicker from '@/areas/manage/flows/panel/StepPicker.vue'
import type { Box } from '@/areas/manage/flows/graph/scene'
import type { Library } from '@/areas/manage/flows/graph/schema'
import type { Speaker } from '@/areas/manage/flows/graph/words'
import { i18n } from '@/core/i18n'

const boxes = [{ name: 'menu', title: 'Menu', own: '', summary: '', icon: 'box' }, { name: 'number', title: 'Ask for a number', own: '', summary: '', icon: 'box' }] as Box[]

it('takes what is typed before it has the keyboard for its own', async () => {
  const made = mount(StepPicker, {
    props: { library: { categories: [] } as unknown as Library, speaker: {} as Speaker, boxes, title: 'it', onlyThere: true, modelValue: false, 'onUpdate:modelValue': (open: boolean) => made.setProps({ modelValue: open }) },
    global: { plugins: [i18n, ElementPlus], stubs: { teleport: true, transition: false } },
    attachTo: document.body,
  })
  const heard: string[] = []
  const outside = (event: KeyboardEvent): void => void heard.push(event.key)
  document.body.addEventListener('keydown', outside)
  const press = (key: string): boolean => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  press('a')
  void made.setProps({ modelValue: true })
  await nextTick()
  press('n')
  press('u')
  press('m')
  press('Enter')
  await vi.waitFor(() => expect(made.emitted('there')).toEqual([['number']]), 20_000)
  expect(heard).toEqual(['a'])
  press('x')
  expect(heard).toEqual(['a', 'x'])
  document.body.removeEventListener('keydown', outside)
  made.unmount()
}, 30_000)
