import { VueQueryPlugin } from '@tanstack/vue-query'
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import ElementPlus from 'element-plus'
import { afterEach, expect, it, vi } from 'vitest'
import CustomerForm from '@/areas/desk/CustomerForm.vue'
import { i18n, setLocale } from '@/core/i18n'
import type { Customer } from '@/core/wire'

enableAutoUnmount(afterEach)
const BEFORE: Customer = { id: 'u1', name: '王芳', identities: [], tags: ['老客户'], notes: '', attributes: {}, vip: false, manager: null }
type Sent = Record<string, unknown> & { was: Record<string, unknown> }

/** The form, with what it has sent; the server refuses once, for what is given. */
function opened(now: Partial<Customer>) {
  setLocale('zh-CN')
  const sent: Sent[] = []
  const refused = { error: { code: 'customer.changed_meanwhile', message: '', params: { fields: Object.keys(now), now } } }
  vi.stubGlobal('fetch', vi.fn(async (_: string, init: { body: string }) => {
    sent.push(JSON.parse(init.body))
    return sent.length === 1 ? new Response(JSON.stringify(refused), { status: 409 }) : new Response(JSON.stringify(BEFORE))
  }))
  const form = mount(CustomerForm, { props: { customer: BEFORE, number: '' }, global: { plugins: [i18n, VueQueryPlugin, ElementPlus] }, attachTo: document.body })
  const save = async () => {
    await form.trigger('submit')
    await flushPromises()
  }
  return { form, sent, save, button: () => form.find('button[type=submit]').element as HTMLButtonElement }
}

it('shows both values, keeps what was typed, and asks before anything is overwritten', async () => {
  const { form, sent, save, button } = opened({ notes: '已改约' })
  await form.find('textarea').setValue('要发票')
  await save()
  expect(sent[0]).toEqual({ notes: '要发票', was: { notes: '' } })
  expect(form.emitted('saved')).toBeUndefined()
  expect(form.find('.clashes').text()).toContain('要发票')
  expect(form.find('.clashes').text()).toContain('已改约')
  expect((form.find('textarea').element as HTMLTextAreaElement).value).toBe('要发票')
  expect(button().disabled).toBe(true)

  await form.find('.clashes input[value=theirs]').setValue(true)
  expect((form.find('textarea').element as HTMLTextAreaElement).value).toBe('已改约')
  await form.find('.clashes input[value=mine]').setValue(true)
  expect(button().disabled).toBe(false)
  await save()
  expect(sent[1]).toEqual({ notes: '要发票', was: { notes: '已改约' } })
  expect(form.emitted('saved')).toHaveLength(1)
})

it('leaves what was taken from the other as it is, and saves the rest', async () => {
  const { form, sent, save } = opened({ name: '王芳芳' })
  await form.find('input').setValue('王方')
  await form.find('textarea').setValue('要发票')
  await save()
  expect(sent[0]).toEqual({ name: '王方', notes: '要发票', was: { name: '王芳', notes: '' } })
  await form.find('.clashes input[value=theirs]').setValue(true)
  await save()
  expect(sent[1]).toEqual({ notes: '要发票', was: { notes: '' } })
})
