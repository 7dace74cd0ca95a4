import { mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { nextTick } from 'vue'
import { expect, it } from 'vitest'
import MediaField from '@/areas/manage/flows/fields/MediaField.vue'
import { i18n } from '@/core/i18n'

const prompt = (name: string, text: string) => ({ name, label: name, texts: { zh: text, en: text }, aliases: [] })

async function chosen(words: string): Promise<string[]> {
  const made = mount(MediaField, {
    props: { id: 'it', label: 'it', prompts: [prompt('queue-wait-long', 'more than thirty minutes'), prompt('find-more', ''), prompt('more-or-agent', 'For another one')], kinds: [], modelValue: [], 'onUpdate:modelValue': (next: string[]) => made.setProps({ modelValue: next }) },
    global: { plugins: [i18n, ElementPlus] },
    attachTo: document.body,
  })
  const input = made.get('input')
  await input.trigger('click')
  await input.setValue(words)
  for (let n = 0; n < 6; n += 1) await new Promise((done) => setTimeout(done))
  await input.trigger('keydown', { key: 'Enter', code: 'Enter' })
  await nextTick()
  const media = made.props('modelValue')
  made.unmount()
  return media
}

it('takes with Enter the prompt whose name begins with what is typed', async () => {
  expect(await chosen('more')).toEqual(['prompt:more-or-agent'])
  expect(await chosen('thirty')).toEqual(['prompt:queue-wait-long'])
}, 30_000)

it('names a prompt that is still to be made where there is none', async () => {
  expect(await chosen('New one')).toEqual(['prompt:new-one'])
}, 30_000)
