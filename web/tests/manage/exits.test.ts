import { describe, expect, it } from 'vitest'
import { changed, firstIncomplete, freshExit } from '@/areas/manage/form/exits'

describe('exits of a queue', () => {
  it('takes away what another condition does not need', () => {
    const closing = { ...freshExit(), when: 'closing' as const, calendar: 'office' }
    expect(changed(closing, { when: 'no_agents' })).toMatchObject({ when: 'no_agents', limit: null, calendar: '' })
    expect(changed({ ...freshExit(), to: 'queue', target: 'q1' }, { to: 'number' }).target).toBe('')
  })

  it('names the first that leads nowhere', () => {
    expect(firstIncomplete([freshExit(), { ...freshExit(), to: 'message' }])).toEqual({ number: 2, missing: 'target' })
    expect(firstIncomplete([{ ...freshExit(), when: 'size', limit: null }])).toEqual({ number: 1, missing: 'limit' })
    expect(firstIncomplete([{ ...freshExit(), when: 'closing', limit: null }])).toEqual({ number: 1, missing: 'calendar' })
    expect(firstIncomplete([freshExit()])).toBeNull()
  })
})
