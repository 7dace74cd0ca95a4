/** What node types, fields, exits and options are called: by the type's own words, those of all, or their plain names. */

import { TELEPHONE_KEYS } from './values'
import type { Library, NodeType, NodeWords, Shape, Language } from './schema'

export interface Speaker {
  title: (type: string) => string
  help: (type: string) => string
  category: (name: string) => string
  /** A kind of value that media speak. */
  kind: (name: string) => string
  label: (type: string, shape: Pick<Shape, 'key' | 'path'>) => string
  fieldHelp: (type: string, shape: Pick<Shape, 'key' | 'path'>) => string
  exit: (type: string, name: string, step?: Record<string, unknown>) => string
  option: (type: string, shape: Pick<Shape, 'key' | 'path'>, value: string | number) => string
  /** Its place among the options that are worded; the others come last. */
  optionOrder: (type: string, shape: Pick<Shape, 'key' | 'path'>, value: string | number) => number
}

function plain(name: string): string {
  const words = name.replaceAll('_', ' ').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function speaker(library: Library | null, language: Language): Speaker {
  const shared: NodeWords = library?.shared[language] ?? {}
  const type = (name: string): NodeType | undefined => library?.types.get(name)
  const own = (name: string): NodeWords => type(name)?.look.words[language] ?? {}
  const worded = (name: string, shape: Pick<Shape, 'key' | 'path'>) => {
    const words = own(name)
    return words.fields?.[shape.path] ?? (shape.path.includes('.') ? (shared.fields?.[shape.path] ?? words.fields?.[shape.key]) : undefined) ?? shared.fields?.[shape.key]
  }
  const optionsOf = (name: string, shape: Pick<Shape, 'key' | 'path'>) =>
    own(name).options?.[shape.path] ?? own(name).options?.[shape.key] ?? shared.options?.[shape.key] ?? {}
  return {
    title: (name) => own(name).title ?? plain(name),
    help: (name) => own(name).help ?? type(name)?.look.help ?? '',
    kind: (name) => shared.kinds?.[name] ?? plain(name),
    category: (name) => shared.categories?.[name] ?? plain(name),
    label: (name, shape) => worded(name, shape)?.label ?? plain(shape.key),
    fieldHelp: (name, shape) => worded(name, shape)?.help ?? '',
    exit: (name, exit, step) => own(name).exits?.[exit] ?? keyed(exit, step) ?? shared.exits?.[exit] ?? exit,
    option: (name, shape, value) => optionsOf(name, shape)[String(value)] ?? String(value),
    optionOrder: (name, shape, value) => {
      const place = Object.keys(optionsOf(name, shape)).indexOf(String(value))
      return place === -1 ? Number.MAX_SAFE_INTEGER : place
    },
  }
}

/** An exit that the step itself names is called so, be there a word for it or not; one named by a key bears what that key means: `1 销售`. */
function keyed(exit: string, step: Record<string, unknown> | undefined): string | undefined {
  for (const [name, value] of Object.entries(step ?? {})) {
    if (name === 'exits' || typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      if (value.some((one: unknown) => (one as { exit?: unknown } | null)?.exit === exit)) return exit
      continue
    }
    const meaning = (value as Record<string, unknown>)[exit]
    if (Array.isArray(meaning) || typeof meaning === 'number') return exit
    if (typeof meaning === 'string' && TELEPHONE_KEYS.includes(exit)) return meaning ? `${exit} ${meaning}` : exit
  }
  return undefined
}
