import { describe, expect, it } from 'vitest'
import { inKeyOrder, listed, scalar, several } from '@/areas/manage/flows/graph/values'

describe('values in a line', () => {
  it('reads several between commas of either language', () => {
    expect(several('sent, delivered，waiting、 7')).toEqual(['sent', 'delivered', 'waiting', 7])
    expect(several('')).toEqual([])
  })
  it('keeps leading noughts', () => expect(scalar('0120')).toBe('0120'))
  it('reads true as the value', () => expect(scalar('true')).toBe(true))
  it('shows a list as it would be written', () => expect(several(listed(['sent', 'waiting']))).toEqual(['sent', 'waiting']))
})

describe('keys of a telephone', () => {
  const order = (...names: string[]): string[] => inKeyOrder(names.map((name) => ({ name }))).map(({ name }) => name)
  it('stand as on a telephone, zero after nine', () => expect(order('0', '1', '#', '9', '*')).toEqual(['1', '9', '0', '*', '#']))
  it('leave what is no key where it stands', () => expect(order('0', '1', 'no_input', 'default')).toEqual(['1', '0', 'no_input', 'default']))
})
