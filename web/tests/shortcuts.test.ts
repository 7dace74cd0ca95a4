import { effectScope } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findShortcut, keysOf, listenToKeys, shortcuts, useShortcuts } from '@/core/shortcuts'

const key = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
let scope = effectScope()
const register = (...list: Parameters<typeof useShortcuts>[0]) => scope.run(() => useShortcuts(list))
const one = (keys: string, more = {}) => ({ keys, label: keys, group: 'g', run: vi.fn(), ...more })

afterEach(() => {
  scope.stop()
  scope = effectScope()
  document.body.innerHTML = ''
})

function pressIn(tag: string, event: KeyboardEvent): void {
  const element = document.createElement(tag)
  document.body.append(element)
  element.dispatchEvent(event)
}

describe('shortcuts', () => {
  listenToKeys()

  it.each([
    [key('k', { ctrlKey: true }), 'Ctrl+K'],
    [key('˙', { altKey: true, code: 'KeyH' }), 'Alt+H'],
    [key('Enter', { ctrlKey: true }), 'Ctrl+Enter'],
    [key('?', { shiftKey: true }), '?'],
    [key('F8'), 'F8'],
  ])('names %o as %s', (event, name) => expect(keysOf(event)).toBe(name))

  it('runs what is registered, until its component is gone', () => {
    const answer = one('Alt+A')
    register(answer)
    pressIn('div', key('a', { altKey: true, code: 'KeyA' }))
    expect(answer.run).toHaveBeenCalledTimes(1)
    scope.stop()
    expect(shortcuts).toHaveLength(0)
    pressIn('div', key('a', { altKey: true, code: 'KeyA' }))
    expect(answer.run).toHaveBeenCalledTimes(1)
  })

  it('leaves letters to the one who types, but not Alt keys', () => {
    const help = one('?')
    const hold = one('Alt+H', { typing: true })
    register(help, hold)
    pressIn('textarea', key('?'))
    pressIn('textarea', key('h', { altKey: true, code: 'KeyH' }))
    expect(help.run).not.toHaveBeenCalled()
    expect(hold.run).toHaveBeenCalledTimes(1)
  })

  it('leaves all keys to an input method that spells', () => {
    const answer = one('Alt+A', { typing: true })
    register(answer)
    pressIn('textarea', key('a', { altKey: true, code: 'KeyA', isComposing: true }))
    pressIn('textarea', key('a', { altKey: true, code: 'KeyA', keyCode: 229 }))
    expect(answer.run).not.toHaveBeenCalled()
  })

  it('lets a focused button keep its Enter', () => {
    const answer = one('Enter')
    register(answer)
    pressIn('button', key('Enter'))
    expect(answer.run).not.toHaveBeenCalled()
  })

  it('gives the key to the one registered last that is enabled', () => {
    const page = one('Enter')
    const dialog = one('Enter', { enabled: () => false })
    register(page)
    register(dialog)
    expect(findShortcut(key('Enter'))).toBe(page)
  })
})
