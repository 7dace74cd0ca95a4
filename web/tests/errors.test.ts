import { describe, expect, it } from 'vitest'
import { ApiError } from '@/core/api'
import { errorText } from '@/core/errors'
import { setLocale } from '@/core/i18n'

describe('errors in words', () => {
  it('have the kind of thing that they speak of in the same language', () => {
    const missing = new ApiError(400, 'queue.rules_unknown', 'name a team', { noun: 'team', id: 'x' })
    setLocale('zh')
    expect(errorText(missing)).toContain('班组')
    expect(errorText(missing)).not.toContain('team')
    setLocale('en')
    expect(errorText(missing)).toContain('a team')
  })
})
