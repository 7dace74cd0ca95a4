import { describe, expect, it } from 'vitest'
import { engineOf, inOrder, isBeingMade, onlyPlain, speakable } from '@/areas/manage/prompts'

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

  it('shows the languages in the order of the form, however they came', () => {
    expect(inOrder({ en: 'Hello', zh: '您好' })).toEqual([['zh', '您好'], ['en', 'Hello']])
  })

  it('has spoken together what has words and a voice, and no recording of a person', () => {
    const texts = { zh: '您好', en: 'Hello' }
    const voices = { zh: ['espeak-ng'], en: ['espeak-ng'] }
    const sound = (source: string) => ({ duration_s: 1, source, stale: false })
    expect(speakable(['zh', 'en'], texts, voices, {})).toEqual(['zh', 'en'])
    expect(speakable(['zh', 'en'], texts, voices, { zh: sound('speech') })).toEqual(['zh', 'en'])
    expect(speakable(['zh', 'en'], texts, voices, { zh: sound('upload'), en: sound('phone') })).toEqual([])
    expect(speakable(['zh', 'en'], { zh: ' ', en: 'Hello' }, { zh: ['espeak-ng'] }, {})).toEqual([])
  })

  it('says where Mandarin sounds poor', () => {
    expect(onlyPlain({ zh: ['espeak-ng'], en: ['espeak-ng'] })).toBe(true)
    expect(onlyPlain({ zh: ['kokoro/zf_xiaobei', 'espeak-ng'], en: [] })).toBe(false)
  })
})
