/** A flow document against its JSON Schema. Each node is judged by the schema of its own type: no "none of nine fits". */

import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020'

import type { Problem } from './problems'

type Json = Record<string, unknown>

export interface Checker {
  types: string[]
  check: (document: unknown) => Problem[]
}

function typeOf(definition: unknown): string | undefined {
  const properties = (definition as { properties?: { type?: { const?: unknown } } } | null)?.properties
  return typeof properties?.type?.const === 'string' ? properties.type.const : undefined
}

function escape(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** `frame` is the document with its nodes left open; the definitions of node types stand in `$defs`. */
export function makeChecker(schema: Json): Checker {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  const definitions = (schema.$defs ?? {}) as Record<string, Json>
  const properties = { ...((schema.properties ?? {}) as Record<string, Json>), nodes: { type: 'object', additionalProperties: { type: 'object' } } }
  const frame = ajv.compile({ ...schema, $id: undefined, properties })
  const nodes = new Map<string, ValidateFunction>()
  for (const [name, definition] of Object.entries(definitions)) {
    const type = typeOf(definition)
    if (type) nodes.set(type, ajv.compile({ $defs: definitions, $ref: `#/$defs/${escape(name)}` }))
  }
  const types = [...nodes.keys()].sort()

  function checkNode(id: string, node: Json): Problem[] {
    const path = `/nodes/${escape(id)}`
    const validate = nodes.get(String(node.type))
    if (!validate) {
      return [{ path: 'type' in node ? `${path}/type` : path, node: id, code: 'flow.unknown_type', message: types.join(', '), severity: 'error' }]
    }
    return validate(node) ? [] : (validate.errors ?? []).map((error) => told(error, path, id))
  }

  return {
    types,
    check(document) {
      const framed = frame(document) ? [] : (frame.errors ?? []).map((error) => told(error, '', ''))
      const all = (document as { nodes?: Record<string, unknown> } | null)?.nodes
      if (typeof all !== 'object' || all === null) return framed
      const inside = Object.entries(all).flatMap(([id, node]) => (typeof node === 'object' && node !== null ? checkNode(id, node as Json) : []))
      return [...framed, ...inside]
    },
  }
}

/** An unknown field is marked itself, not the thing it stands in. */
function told(error: ErrorObject, base: string, node: string): Problem {
  const extra = error.params.additionalProperty as string | undefined
  const path = `${base}${error.instancePath}${extra === undefined ? '' : `/${escape(extra)}`}`
  const detail = extra ?? (error.params.missingProperty as string | undefined) ?? ''
  return { path, node, code: `schema.${error.keyword}`, message: detail ? `${error.message}: ${detail}` : (error.message ?? ''), severity: 'error' }
}
