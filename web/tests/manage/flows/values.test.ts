import { describe, expect, it } from 'vitest'
import { listed, scalar, several } from '@/areas/manage/flows/graph/values'

describe('values in a line', () => {
  it('reads several between commas of either language', () => {
    expect(several('sent, delivered，waiting、 7')).toEqual(['sent', 'delivered', 'waiting', 7])
    expect(several('')).toEqual([])
  })
  it('keeps leading noughts', () => expect(scalar('0120')).toBe('0120'))
  it('reads true as the value', () => expect(scalar('true')).toBe(true))
  it('shows a list as it would be written', () => expect(several(listed(['sent', 'waiting']))).toEqual(['sent', 'waiting']))
})
