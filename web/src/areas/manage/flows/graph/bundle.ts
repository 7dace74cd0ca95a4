/** A flow as a file: the document, and what it names outside, so that another centre can put its own in the place. */

import type { Doc } from './document'

export interface Reference {
  kind: string
  name: string
  /** JSON pointer into the document. */
  path: string
}

export interface Named {
  kind: string
  name: string
  label: string
  texts?: Record<string, string>
}

export interface Bundle {
  rexian: 'flow'
  name: string
  document: Doc
  names: Named[]
}

export interface Offered {
  name: string
  label: string
  texts: Record<string, string>
  aliases: string[]
}

export function bundle(name: string, document: Doc, references: readonly Reference[], choices: Readonly<Record<string, readonly Offered[]>>): Bundle {
  const names = new Map<string, Named>()
  for (const { kind, name: key } of references) {
    if (!key) continue
    const found = (choices[kind] ?? []).find((choice) => choice.name === key || choice.aliases.includes(key))
    const texts = found && Object.values(found.texts).some(Boolean) ? { texts: found.texts } : {}
    names.set(`${kind} ${key}`, { kind, name: key, label: found?.label ?? key, ...texts })
  }
  return { rexian: 'flow', name, document, names: [...names.values()] }
}

/** A bundle, or a bare document; null: neither. */
export function readBundle(text: string): Bundle | null {
  try {
    const found = JSON.parse(text) as Partial<Bundle> & Partial<Doc>
    const document = found.rexian === 'flow' ? found.document : (found as Doc)
    if (typeof document?.start !== 'string' || typeof document.nodes !== 'object' || document.nodes === null) return null
    const sound = Object.values(document.nodes).every((step) => typeof step === 'object' && step !== null && typeof step.type === 'string')
    return sound ? { rexian: 'flow', name: found.rexian === 'flow' ? String(found.name ?? '') : '', document, names: found.rexian === 'flow' && Array.isArray(found.names) ? found.names : [] } : null
  } catch {
    return null
  }
}

/** What stands here for something that another centre named: the same name, else what people call the same. */
export function guess(wanted: Named, offered: readonly Offered[]): string {
  const same = offered.find((one) => one.name === wanted.name || one.aliases.includes(wanted.name))
  return (same ?? offered.find((one) => one.label === wanted.label))?.name ?? ''
}

/** The document with other names in the places of the references. `mapping`: by kind and name; the rest stays. */
export function remap(document: Doc, references: readonly Reference[], mapping: ReadonlyMap<string, string>): Doc {
  const next = JSON.parse(JSON.stringify(document)) as Doc
  for (const { kind, name, path } of references) {
    const other = mapping.get(`${kind} ${name}`)
    if (!other || other === name) continue
    const steps = path.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = steps.pop()!
    const holder = steps.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined), next) as Record<string, unknown> | undefined
    const value = holder?.[last]
    if (holder && typeof value === 'string' && value.endsWith(name)) holder[last] = value.slice(0, value.length - name.length) + other
  }
  return next
}
