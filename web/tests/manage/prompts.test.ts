import { describe, expect, it } from 'vitest'
import { engineOf, isBeingMade, onlyPlain } from '@/areas/manage/prompts'

describe('prompts and their voices', () => {
  it('knows what is still to come from what has failed', () => {
    expect(isBeingMade({})).toBe(false)
    expect(isBeingMade({ zh: { since: '', error: 'speech.failed' } })).toBe(false)
    expect(isBeingMade({ zh: { since: '', error: 'speech.failed' }, en: { since: '', error: '' } })).toBe(true)
  })

  it('calls a voice by its name, and an engine of one voice by its own', () => {
    expect(engineOf('kokoro/zf_xiaoyi')).toBe('Xiaoyi (kokoro)')
    expect(engineOf('espeak-ng')).toBe('espeak-ng')
  })

  it('says where Mandarin sounds poor', () => {
    expect(onlyPlain({ zh: ['espeak-ng'], en: ['espeak-ng'] })).toBe(true)
    expect(onlyPlain({ zh: ['kokoro/zf_xiaobei', 'espeak-ng'], en: [] })).toBe(false)
  })
})
