import { expect, it } from 'vitest'
import { tunes } from '@/areas/manage/form/lookup'

const prompt = (key: string, texts: Record<string, string>, ...languages: string[]): Parameters<typeof tunes>[0][number] => ({ id: key, key, name: key.toUpperCase(), texts, files: Object.fromEntries(languages.map((one) => [one, {}])) })

it('offers as music what sounds, and what says no text first', () => {
  const offered = tunes([prompt('advert', { zh: '您好' }, 'zh'), prompt('waltz', { zh: '' }, 'zh'), prompt('silent', {}), prompt('march', {}, 'en')])
  expect(offered.map(({ value }) => value)).toEqual(['waltz', 'march', 'advert'])
  expect(offered[0]?.label).toBe('WALTZ')
})
