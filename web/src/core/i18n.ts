/** Two languages; messages lie in one file per area and are found by file name. */

import { createI18n } from 'vue-i18n'

export type Locale = 'zh-CN' | 'en'

const KEY = 'rexian.locale'
const files = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', { eager: true, import: 'default' })

function messages(folder: string): Record<string, never> {
  const found = Object.entries(files).filter(([file]) => file.includes(`/${folder}/`))
  return Object.fromEntries(found.map(([file, content]) => [file.split('/').pop()!.replace('.json', ''), content as never]))
}

export function localeOf(text: string | null | undefined): Locale {
  return text?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

function firstLocale(): Locale {
  return localeOf(localStorage.getItem(KEY) ?? navigator.language)
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLocale(),
  fallbackLocale: 'en',
  messages: { 'zh-CN': messages('zh'), en: messages('en') },
  datetimeFormats: {},
  missingWarn: import.meta.env.DEV,
  fallbackWarn: import.meta.env.DEV,
})

/** The parts used outside components, with plain types: the derived ones are too deep for the compiler. */
export const words = i18n.global as unknown as {
  locale: { value: Locale }
  t: (key: string, params?: Record<string, unknown>) => string
  te: (key: string, locale?: Locale) => boolean
}

export function currentLocale(): Locale {
  return words.locale.value
}

/** The language as the server names it. */
export function language(): 'zh' | 'en' {
  return currentLocale() === 'en' ? 'en' : 'zh'
}

/** Words in a row, as the language sets them apart. */
export function joined(parts: string[]): string {
  return parts.join(currentLocale() === 'en' ? ', ' : '、')
}

export function setLocale(text: string | null | undefined): void {
  if (!text) return
  const locale = localeOf(text)
  words.locale.value = locale
  localStorage.setItem(KEY, locale)
  document.documentElement.lang = locale
}
