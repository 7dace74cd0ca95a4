import { afterEach, expect, it } from 'vitest'
import { makeChecker } from '@/areas/manage/flows/check'
import type { Library } from '@/areas/manage/flows/graph/schema'
import { speaker } from '@/areas/manage/flows/graph/words'
import { faultText, problemText } from '@/areas/manage/flows/problemText'
import { faults } from '@/areas/manage/flows/problems'
import { words } from '@/core/i18n'
import { languages } from '@/core/languages'

const shape = { key: 'choices', path: 'choices' }
const LIBRARY = { types: new Map([['choose_language', { name: 'choose_language', look: { words: { zh: { fields: { choices: { label: '按键' } } }, en: { fields: { choices: { label: 'Keys' } } } } }, shapes: [shape] }]]), categories: [], shared: {}, schema: {} } as unknown as Library
const BOX = { name: 'a', type: 'choose_language', exits: [] } as never

afterEach(() => (words.locale.value = 'zh-CN'))

function told(path: string, params: Record<string, unknown>, locale: 'zh-CN' | 'en'): string {
  words.locale.value = locale
  const problem = { path, node: path ? 'a' : '', code: 'flow.malformed', message: 'Expected …', severity: 'error' as const, params }
  return problemText(problem, speaker(LIBRARY, locale === 'en' ? 'en' : 'zh'), LIBRARY, BOX)
}

it('says what does not fit in a sentence, by the rule and the name of the field', () => {
  const language = { detail: "Expected `str` matching regex '^[a-z]{2}$'", rule: 'pattern', pattern: '^[a-z]{2}$' }
  expect(told('/nodes/a/choices', language, 'zh-CN')).toBe('“按键”里有不存在的语言，请从列表中选择')
  expect(told('/nodes/a/choices', language, 'en')).toBe('"Keys" has a language that is none; choose one from the list')
  expect(told('/nodes/a/choices', { detail: 'Expected `array`, got `str`', rule: 'kind', kind: 'array' }, 'en')).toBe('"Keys" should be a list; enter it anew')
  expect(told('/nodes/a', { detail: '…', rule: 'missing', field: 'choices' }, 'en')).toBe('"Keys" is missing; fill it in')
  expect(told('', { detail: '…', rule: 'kind', kind: 'object' }, 'en')).toBe('"The whole flow" should be a set of named values; enter it anew')
})

it('shows no pattern that has no words of its own, and keeps a text that it does not know', () => {
  const strange = told('/nodes/a/choices', { detail: '…', rule: 'pattern', pattern: '^x+$' }, 'en')
  expect(strange).toContain('Keys')
  expect(strange).not.toContain('^x')
  expect(told('/nodes/a/choices', { detail: 'Something new' }, 'en')).toBe('Not in the right form: Something new')
})

it('names languages by their codes of two letters, the house’s first', () => {
  const [first, second, ...others] = languages('en')
  expect([first, second]).toEqual([{ code: 'zh', label: 'Chinese' }, { code: 'en', label: 'English' }])
  expect(others.find(({ code }) => code === 'ja')?.label).toBe('Japanese')
  expect(languages('en', ['sw', 'nonsense']).at(-1)).toEqual({ code: 'sw', label: 'Swahili' })
  expect(languages('zh-CN').find(({ code }) => code === 'ja')?.label).toBe('日语')
})

it('tells what is wrong with an expression in the language of the page, not in the server\'s', () => {
  words.locale.value = 'zh-CN'
  const wrong = (code: string, params: Record<string, unknown>): string =>
    problemText({ path: '/nodes/a/on', node: 'a', code, message: 'At character …', severity: 'error', params } as never, speaker(LIBRARY, 'zh'), LIBRARY, BOX)
  expect(wrong('expression.empty', {})).toBe('这里还没有写内容，请写变量或表达式。')
  expect(wrong('expression.syntax', { at: 4 })).toBe('表达式写得不对：第 4 个字符处。')
})

it('tells in the text editor, too, what is wrong in the language of the page', () => {
  words.locale.value = 'zh-CN'
  const checker = makeChecker({ $defs: { A: { type: 'object', required: ['choices'], additionalProperties: false, properties: { type: { const: 'choose_language' }, choices: { type: 'object' } } } } })
  const wrong = (node: Record<string, unknown>) => checker.check({ nodes: { a: { type: 'choose_language', ...node } } }).map((problem) => problemText(problem, speaker(LIBRARY, 'zh'), LIBRARY, BOX))
  expect(wrong({})).toEqual(['缺少“按键”，请填写'])
  expect(wrong({ choices: 3 })).toEqual(['“按键”的写法不对，请按步骤的说明重新填写'])
  expect(wrong({ choices: {}, foo: 1 })).toEqual(['这里没有“foo”这一项，请在文本（JSON）中删去'])
  expect(faults('{"a": }').map((mark) => faultText(mark.message))[0]).toBe('这里少了一个值；最后一项后面不要逗号')
  words.locale.value = 'en'
  expect(faultText(faults('{"a" 1}')[0]!.message)).toBe('A colon is missing after the name')
  expect(faultText('InvalidCharacter')).toBe('This text has a character that must be written otherwise, such as \\n for a new line')
  expect(faultText('Something new')).toBe('This is not correct JSON')
})
