/** What the server publishes of node types, read into what palettes and forms need. Nothing here knows any one type. */

export type Json = Record<string, unknown>
export type Language = 'zh' | 'en'

export interface Way {
  name: string
  needed: boolean
}

export interface Worded {
  label?: string
  help?: string
}

export interface NodeWords {
  title?: string
  help?: string
  fields?: Record<string, Worded>
  exits?: Record<string, string>
  options?: Record<string, Record<string, string>>
  categories?: Record<string, string>
  kinds?: Record<string, string>
}

export interface NodeLook {
  category: string
  icon: string
  order: number
  advanced: string[]
  fields: string[]
  fresh: Json
  ways: Way[]
  help: string
  words: Partial<Record<Language, NodeWords>>
}

export type Kind = 'text' | 'area' | 'number' | 'switch' | 'choice' | 'pick' | 'variable' | 'expression' | 'value' | 'media' | 'list' | 'map' | 'keys' | 'skills' | 'object' | 'any'

/** One field of a form. */
export interface Shape {
  key: string
  /** Its place among the words: `cases.when.variable`. */
  path: string
  kind: Kind
  required: boolean
  /** May be left out: null. */
  optional: boolean
  fallback: unknown
  options: (string | number)[]
  refers: string
  unit: string
  /** Of values that media may speak. */
  kinds: string[]
  least?: number
  most?: number
  whole: boolean
  pattern?: string
  /** Of the keys of a map. */
  keyPattern?: string
  fields: Shape[]
  item?: Shape
}

export interface NodeType {
  name: string
  look: NodeLook
  shapes: Shape[]
}

export interface Library {
  types: Map<string, NodeType>
  /** Categories that have types, in the server's order of names. */
  categories: { name: string; types: NodeType[] }[]
  shared: Partial<Record<Language, NodeWords>>
  schema: Json
}

const ORDER = ['speak', 'listen', 'decide', 'do', 'route', 'media', 'other']

export function readLibrary(schema: Json): Library {
  const definitions = (schema.$defs ?? {}) as Record<string, Json>
  const looks = (schema['x-nodes'] ?? {}) as Record<string, NodeLook>
  const types = new Map<string, NodeType>()
  for (const definition of Object.values(definitions)) {
    const name = typeName(definition)
    if (!name) continue
    const look = { ...BARE, ...looks[name] }
    types.set(name, { name, look, shapes: shapesOf(definition, definitions, look.fields) })
  }
  const categories = ORDER.flatMap((name) => {
    const found = [...types.values()].filter((type) => (ORDER.includes(type.look.category) ? type.look.category : 'other') === name)
    return found.length > 0 ? [{ name, types: found.sort((a, b) => a.look.order - b.look.order || a.name.localeCompare(b.name)) }] : []
  })
  return { types, categories, shared: (schema['x-words'] ?? {}) as Library['shared'], schema }
}

const BARE: NodeLook = { category: 'other', icon: 'box', order: 100, advanced: [], fields: [], fresh: {}, ways: [{ name: 'next', needed: true }], help: '', words: {} }

function typeName(definition: Json): string | undefined {
  const own = (definition.properties as { type?: { const?: unknown } } | undefined)?.type?.const
  return typeof own === 'string' ? own : undefined
}

const OF_ALL = new Set(['type', 'exits', 'title', 'note', 'place'])

function shapesOf(definition: Json, definitions: Record<string, Json>, order: string[] = [], path = '', depth = 0): Shape[] {
  const properties = (definition.properties ?? {}) as Record<string, Json>
  const required = new Set((definition.required ?? []) as string[])
  const keys = order.length > 0 ? order.filter((key) => key in properties) : Object.keys(properties).filter((key) => path !== '' || !OF_ALL.has(key))
  return keys.map((key) => shapeOf(key, path ? `${path}.${key}` : key, properties[key]!, definitions, required.has(key), depth))
}

const DEEPEST = 5

function shapeOf(key: string, path: string, raw: Json, definitions: Record<string, Json>, required: boolean, depth: number): Shape {
  const { schema, optional } = opened(raw, definitions)
  const shape: Shape = {
    key, path, required, optional, fallback: raw.default ?? schema.default,
    kind: 'any', options: (schema.enum ?? schema['x-options'] ?? raw['x-options'] ?? []) as Shape['options'],
    refers: text(schema['x-refers']), unit: text(schema['x-unit']), kinds: Array.isArray(schema['x-kinds']) ? schema['x-kinds'].map(String) : [], whole: schema.type === 'integer', fields: [],
    ...(typeof schema.pattern === 'string' ? { pattern: schema.pattern } : {}),
    ...limits(schema),
  }
  shape.kind = kindOf(schema, shape)
  if (depth >= DEEPEST) return shape
  if (shape.kind === 'object') shape.fields = shapesOf(schema, definitions, [], path, depth + 1)
  if (shape.kind === 'list' && schema.items) shape.item = shapeOf('', path, schema.items as Json, definitions, true, depth + 1)
  if ((shape.kind === 'map' || shape.kind === 'keys') && typeof schema.additionalProperties === 'object') {
    shape.item = shapeOf('', path, schema.additionalProperties as Json, definitions, true, depth + 1)
  }
  const names = schema.propertyNames as { pattern?: string } | undefined
  if (names?.pattern) shape.keyPattern = names.pattern
  return shape
}

/** Follows references and takes `null` out of a choice of schemas; annotations beside either are kept. */
function opened(raw: Json, definitions: Record<string, Json>): { schema: Json; optional: boolean } {
  let schema = raw
  let optional = false
  for (let turn = 0; turn < 8; turn += 1) {
    if (typeof schema.$ref === 'string') {
      const { $ref, ...beside } = schema
      schema = { ...definitions[String($ref).split('/').pop()!], ...beside }
    } else if (Array.isArray(schema.anyOf)) {
      const { anyOf, ...beside } = schema
      const rest = (anyOf as Json[]).filter((one) => one.type !== 'null')
      optional ||= rest.length < (anyOf as Json[]).length
      if (rest.length !== 1) return { schema: beside, optional }
      schema = { ...rest[0], ...beside }
    } else break
  }
  return { schema, optional }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function limits(schema: Json): { least?: number; most?: number } {
  const number = (key: string): number | undefined => (typeof schema[key] === 'number' ? (schema[key] as number) : undefined)
  const least = number('minimum') ?? number('exclusiveMinimum') ?? number('minLength')
  const most = number('maximum') ?? number('exclusiveMaximum') ?? number('maxLength')
  return { ...(least !== undefined ? { least } : {}), ...(most !== undefined ? { most } : {}) }
}

const WIDGETS = new Set<string>(['area', 'variable', 'expression', 'value', 'media', 'keys', 'skills'])

function kindOf(schema: Json, shape: Shape): Kind {
  const widget = text(schema['x-widget'])
  if (WIDGETS.has(widget)) return widget as Kind
  if (shape.options.length > 0) return 'choice'
  if (shape.refers && schema.type === 'string') return 'pick'
  switch (schema.type) {
    case 'string': return 'text'
    case 'integer':
    case 'number': return 'number'
    case 'boolean': return 'switch'
    case 'array': return schema.items ? 'list' : 'any'
    case 'object': return schema.properties ? 'object' : 'map'
    default: return 'any'
  }
}

/** What a new item of a list, or value of a map, begins with. */
export function blank(shape: Shape | undefined): unknown {
  switch (shape?.kind) {
    case undefined:
    case 'text':
    case 'area':
    case 'pick':
    case 'expression':
    case 'variable': return ''
    case 'number': return shape?.least ?? 0
    case 'switch': return false
    case 'choice': return shape?.options[0] ?? ''
    case 'media':
    case 'list': return []
    case 'map':
    case 'keys':
    case 'skills': return {}
    case 'object': return Object.fromEntries((shape?.fields ?? []).filter((field) => field.required).map((field) => [field.key, field.kind === 'list' ? [blank(field.item)] : blank(field)]))
    default: return shape?.optional ? null : ''
  }
}
