import { mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { nextTick } from 'vue'
import { expect, it } from 'vitest'
import KeyedField from '@/areas/manage/flows/fields/KeyedField.vue'
import type { Shape } from '@/areas/manage/flows/graph/schema'
import { i18n } from '@/core/i18n'

const shape = (item: Shape['kind']): Shape => ({ key: 'cases', path: 'cases', kind: 'map', required: true, optional: false, fallback: {}, options: [], refers: '', unit: '', kinds: [], whole: false, fields: [], item: { kind: item } as Shape })

function field(map: Record<string, unknown>, item: Shape['kind']) {
  const made = mount(KeyedField, {
    props: { id: 'it', label: 'it', shape: shape(item), hints: [], modelValue: map, 'onUpdate:modelValue': (next: Record<string, unknown>) => made.setProps({ modelValue: next }) },
    global: { plugins: [i18n, ElementPlus] },
  })
  return made
}

/** As a person types: every letter is one input, and the page is drawn between them. */
async function type(input: HTMLInputElement, text: string): Promise<void> {
  input.value = ''
  for (const letter of text) {
    input.value += letter
    input.dispatchEvent(new Event('input', { bubbles: true }))
    await nextTick()
    await nextTick()
  }
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await nextTick()
  await nextTick()
}

it('takes a name that is typed letter by letter', async () => {
  const made = field({ variable1: 'answer.state' }, 'text')
  await type(made.findAll('input')[0]!.element, 'state')
  expect(made.props('modelValue')).toEqual({ state: 'answer.state' })
  expect(made.emitted('renamed')).toEqual([['variable1', 'state']])
})

it('goes back to the name that counts where one is taken already', async () => {
  const made = field({ a: 'x', b: 'y' }, 'text')
  const name = made.findAll('input')[0]!.element
  await type(name, 'b')
  expect(made.props('modelValue')).toEqual({ a: 'x', b: 'y' })
  expect(name.value).toBe('a')
})

it('reads several values between commas', async () => {
  const made = field({ a: [] }, 'list')
  await type(made.findAll('input')[1]!.element, 'sent, waiting')
  expect(made.props('modelValue')).toEqual({ a: ['sent', 'waiting'] })
})

it('lets languages be chosen: of a key by what it means, of a text by its name', async () => {
  const made = (map: Record<string, unknown>, more: Partial<Shape>) => {
    const it = mount(KeyedField, {
      props: { id: 'it', label: 'it', shape: { ...shape('text'), ...more }, hints: [], modelValue: map, 'onUpdate:modelValue': (next: Record<string, unknown>) => it.setProps({ modelValue: next }) },
      global: { plugins: [i18n, ElementPlus], stubs: { ElSelect: { template: '<div class="el-select" />' } } },
    })
    return it
  }
  const keys = made({ 1: 'zh' }, { kind: 'keys', item: { kind: 'text', pattern: '^[a-z]{2}$' } as Shape })
  expect(keys.findAll('.el-select')).toHaveLength(2)
  await keys.get('.el-button').trigger('click')
  expect(keys.props('modelValue')).toEqual({ 1: 'zh', 2: 'en' })
  const texts = made({ zh: '您好' }, { keyPattern: '^[a-z]{2}$' })
  expect(texts.findAll('.el-select')).toHaveLength(1)
  await texts.get('.el-button').trigger('click')
  expect(texts.props('modelValue')).toEqual({ zh: '您好', en: '' })
})

it('adds an exit under a name that is selected, so that it is typed over', async () => {
  const made = mount(KeyedField, {
    props: { id: 'it', label: 'it', shape: shape('list'), hints: [], modelValue: { sent: ['sent'] }, 'onUpdate:modelValue': (next: Record<string, unknown>) => made.setProps({ modelValue: next }) },
    global: { plugins: [i18n, ElementPlus] },
    attachTo: document.body,
  })
  await made.get('.el-button').trigger('click')
  await nextTick()
  await nextTick()
  const name = document.activeElement as HTMLInputElement
  expect(name.value).toMatch(/^(出口|exit)1$/)
  expect([name.selectionStart, name.selectionEnd]).toEqual([0, name.value.length])
  expect(made.props('modelValue')).toEqual({ sent: ['sent'], [name.value]: [] })
  made.unmount()
})

it('gives a new exit the value that it is named by, to be written over, and begins the next one with Enter', async () => {
  const made = mount(KeyedField, {
    props: { id: 'it', label: 'it', shape: shape('list'), hints: [], modelValue: { exit1: [] }, 'onUpdate:modelValue': (next: Record<string, unknown>) => made.setProps({ modelValue: next }) },
    global: { plugins: [i18n, ElementPlus] },
    attachTo: document.body,
  })
  await type(made.findAll('input')[0]!.element, 'sent')
  expect(made.props('modelValue')).toEqual({ sent: ['sent'] })
  const values = made.findAll('input')[1]!.element
  values.focus()
  await type(values, 'sent, left')
  values.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  for (let n = 0; n < 4; n += 1) await nextTick()
  const next = document.activeElement as HTMLInputElement
  expect(made.props('modelValue')).toEqual({ sent: ['sent', 'left'], [next.value]: [] })

  next.value = '在途'
  next.dispatchEvent(new Event('input'))
  next.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true }))
  for (let n = 0; n < 4; n += 1) await nextTick()
  expect(document.activeElement).toBe(next)
  next.addEventListener('blur', () => next.dispatchEvent(new Event('change')), { once: true }) // as browsers do
  next.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  for (let n = 0; n < 4; n += 1) await nextTick()
  const third = document.activeElement as HTMLInputElement
  expect(third).not.toBe(next)
  expect(made.props('modelValue')).toEqual({ sent: ['sent', 'left'], 在途: ['在途'], [third.value]: [] })
  made.unmount()
})

it('takes a key of the telephone by its being pressed', async () => {
  const made = mount(KeyedField, {
    props: { id: 'it', label: 'it', shape: { ...shape('text'), kind: 'keys' } as Shape, hints: [], modelValue: { 1: 'more' }, 'onUpdate:modelValue': (next: Record<string, unknown>) => made.setProps({ modelValue: next }) },
    global: { plugins: [i18n, ElementPlus] },
    attachTo: document.body,
  })
  await made.get('.el-button').trigger('click')
  for (let n = 0; n < 3; n += 1) await nextTick()
  expect(document.activeElement).toBe(made.findAll('.key input')[1]!.element)
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }))
  await nextTick()
  expect(made.props('modelValue')).toEqual({ 1: 'more', 0: '' })
  expect(made.emitted('renamed')).toEqual([['2', '0']])
  made.unmount()
}, 30_000)
