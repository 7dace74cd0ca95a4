import { expect, it } from 'vitest'

const files = import.meta.glob<Record<string, unknown>>('../src/locales/*/*.json', { eager: true, import: 'default' })

function keysOf(content: Record<string, unknown>, before = ''): string[] {
  return Object.entries(content).flatMap(([key, value]) =>
    typeof value === 'object' && value ? keysOf(value as Record<string, unknown>, `${before}${key}.`) : [`${before}${key}`],
  )
}

const areas = Object.keys(files).filter((file) => file.includes('/zh/'))

it.each(areas)('%s has every message in both languages', (zh) => {
  const en = files[zh.replace('/zh/', '/en/')]
  expect(keysOf(en ?? {}).sort()).toEqual(keysOf(files[zh]!).sort())
})

it('quotes in English by marks that are as narrow in a Chinese font', () => {
  const wide = Object.entries(files).filter(([file, content]) => file.includes('/en/') && /[“”‘’]/.test(JSON.stringify(content)))
  expect(wide.map(([file]) => file)).toEqual([])
})
