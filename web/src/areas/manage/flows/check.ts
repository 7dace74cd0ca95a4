/**
 * A flow document against its JSON Schema. Each node is judged by the schema of its own type: no "none of nine fits".
 * The validator interprets: one that compiles to code is refused by the page's content security policy.
 */

import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema'

import type { Problem } from './problems'

type Json = Record<string, unknown>

export interface Checker {
  types: string[]
  check: (document: unknown) => Problem[]
}

/** Keywords that only say that something inside them failed; what failed is told by itself. */
const OUTER = new Set(['$ref', 'properties', 'additionalProperties', 'items', 'prefixItems', 'allOf', 'anyOf', 'oneOf', 'patternProperties'])

function typeOf(definition: unknown): string | undefined {
  const properties = (definition as { properties?: { type?: { const?: unknown } } } | null)?.properties
  return typeof properties?.type?.const === 'string' ? properties.type.const : undefined
}

function escape(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

function validator(schema: Json): Validator {
  return new Validator(schema as Schema, '2020-12', false)
}

/** `frame` is the document with its nodes left open; the definitions of node types stand in `$defs`. */
export function makeChecker(schema: Json): Checker {
  const definitions = (schema.$defs ?? {}) as Record<string, Json>
  const properties = { ...((schema.properties ?? {}) as Record<string, Json>), nodes: { type: 'object', additionalProperties: { type: 'object' } } }
  const frame = validator({ ...schema, properties })
  const nodes = new Map<string, Validator>()
  for (const [name, definition] of Object.entries(definitions)) {
    const type = typeOf(definition)
    if (type) nodes.set(type, validator({ $defs: definitions, $ref: `#/$defs/${escape(name)}` }))
  }
  const types = [...nodes.keys()].sort()

  function checkNode(id: string, node: Json): Problem[] {
    const path = `/nodes/${escape(id)}`
    const own = nodes.get(String(node.type))
    if (!own) {
      return [{ path: 'type' in node ? `${path}/type` : path, node: id, code: 'flow.unknown_type', message: types.join(', '), params: { type: String(node.type ?? '') }, severity: 'error' }]
    }
    return told(own.validate(node).errors, path, id)
  }

  return {
    types,
    check(document) {
      const framed = told(frame.validate(document).errors, '', '')
      const all = (document as { nodes?: Record<string, unknown> } | null)?.nodes
      if (typeof all !== 'object' || all === null) return framed
      const inside = Object.entries(all).flatMap(([id, node]) => (typeof node === 'object' && node !== null ? checkNode(id, node as Json) : []))
      return [...framed, ...inside]
    },
  }
}

/** The rule that is broken, as the server names it: too much, missing, or not as it should be. */
function broken({ keyword, error }: OutputUnit, field: string): Record<string, string> {
  if (keyword === 'false') return { rule: 'surplus', field }
  const missing = keyword === 'required' ? /"([^"]+)"/.exec(error)?.[1] : undefined
  return missing ? { rule: 'missing', field: missing } : { rule: 'pattern' }
}

/** A field that may not be there is judged by the schema `false`: it is marked itself, not the thing it stands in. */
function told(errors: OutputUnit[], base: string, node: string): Problem[] {
  return errors
    .filter((error) => !OUTER.has(error.keyword))
    .map((error) => {
      const path = `${base}${error.instanceLocation.replace(/^#/, '')}`
      const unknown = error.keyword === 'false'
      const field = path.split('/').pop() ?? ''
      return { path, node, code: `schema.${unknown ? 'additionalProperties' : error.keyword}`, message: unknown ? `Unknown field: ${field}` : error.error, params: broken(error, field), severity: 'error' }
    })
}
