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
