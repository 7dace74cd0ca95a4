import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import WebAnswerForm from '@/areas/manage/flows/panel/WebAnswerForm.vue'
import { i18n } from '@/core/i18n'

it('an answer is made of its status and of a field for each variable that is kept', async () => {
  const form = mount(WebAnswerForm, { props: { keeps: ['state', 'parts', 'paid', 'note'] }, global: { plugins: [i18n], stubs: { ElButton: true } } })
  await form.get('[data-status]').setValue('202')
  await form.get('[data-value=state]').setValue(' sent ')
  await form.get('[data-value=parts]').setValue('["a", 2]')
  await form.get('[data-value=paid]').setValue('true')
  await form.trigger('submit')
  expect(form.emitted('answer')).toEqual([[{ status: 202, values: { state: 'sent', parts: ['a', 2], paid: true, note: null } }]])
})
