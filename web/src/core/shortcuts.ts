/** One registry of keys for all pages: what is registered is what `?` shows and what tooltips name. */

import { type MaybeRefOrGetter, onScopeDispose, shallowReactive, toValue } from 'vue'

export interface Shortcut {
  /** `Enter`, `F2`, `Ctrl+K`, `Alt+H`, `?`, or a letter. */
  keys: string
  /** Message key of what it does. */
  label: string
  /** Message key of the group it stands under in the help. */
  group: string
  run: () => void
  enabled?: MaybeRefOrGetter<boolean>
  /** Works also while typing (only sensible with Ctrl, Alt or a function key). */
  typing?: boolean
}

const registered = shallowReactive<Shortcut[]>([])
export const shortcuts = registered as readonly Shortcut[]

const NAMES: Record<string, string> = { ' ': 'Space', Esc: 'Escape' }

/** The name of the keys of an event, as `Shortcut.keys` writes them. */
export function keysOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  let key = NAMES[event.key] ?? event.key
  if (event.altKey && /^(Key|Digit)/.test(event.code)) key = event.code.replace(/^(Key|Digit)/, '')
  if (key.length === 1 && /[a-z]/i.test(key)) key = key.toUpperCase()
  const shift = event.shiftKey && (key.length > 1 || /[A-Z]/.test(key))
  const parts = [(event.ctrlKey || event.metaKey) && 'Ctrl', event.altKey && 'Alt', shift && 'Shift', key]
  return parts.filter(Boolean).join('+')
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** The key belongs to an input method: Enter takes what is spelt, arrows choose among its words. */
export function isSpelling(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229
}

export function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (['BUTTON', 'A'].includes(target.tagName) || target.getAttribute('role') === 'menuitem')
}

/** Later registrations win: a dialog's keys stand above its page's. */
export function findShortcut(event: KeyboardEvent): Shortcut | undefined {
  const keys = keysOf(event)
  const typing = isTyping(event.target)
  if ((keys === 'Enter' || keys === 'Space') && isControl(event.target)) return undefined
  return [...registered]
    .reverse()
    .find((one) => one.keys === keys && toValue(one.enabled ?? true) && (!typing || one.typing === true))
}

export function listenToKeys(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isSpelling(event) || event.repeat) return
    const found = findShortcut(event)
    if (!found) return
    event.preventDefault()
    found.run()
  })
}

/** Registers for as long as the calling component lives. */
export function useShortcuts(list: Shortcut[]): void {
  registered.push(...list)
  onScopeDispose(() => {
    for (const one of list) registered.splice(registered.indexOf(one), 1)
  })
}
