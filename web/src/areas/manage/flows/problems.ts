/** Puts what is wrong with a flow document onto its lines: places named by JSON pointer, found in the text. */
import { findNodeAtLocation, type JSONPath, type Node, parseTree, type ParseError, printParseErrorCode } from 'jsonc-parser'

export interface Problem {
  /** Where in the document: `/nodes/greet/next`, or `nodes.greet.next`; empty for the whole. */
  path: string
  node: string
  code: string
  message: string
  /** What `message` is made of, for texts in the reader's language. */
  params?: Record<string, unknown>
  /** With an error it cannot be published; a warning only says so. */
  severity: string
}

export interface Mark {
  from: number
  to: number
  message: string
  code: string
  severity: 'error' | 'warning'
}

/** The steps of a path, whichever way it is written. */
export function steps(path: string): string[] {
  if (path === '' || path === '/' || path === '$') return []
  if (path.startsWith('/')) {
    return path
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  return path.replace(/^\$\.?/, '').replaceAll('[', '.').replaceAll(']', '').split('.').filter(Boolean)
}

/** The node at `path`, or its nearest parent that is there: a missing field is shown on the thing that lacks it. */
function nearest(root: Node, path: string[]): Node {
  let node = root
  for (const step of path) {
    const key: JSONPath[number] = node.type === 'array' ? Number(step) : step
    const next = findNodeAtLocation(node, [key])
    if (!next) break
    node = next
  }
  return node
}

/** What is underlined: a value as it is, of an object or list only the name it stands under. */
function range(node: Node): { from: number; to: number } {
  const isLarge = node.type === 'object' || node.type === 'array'
  const name = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined
  if (isLarge && name) return { from: name.offset, to: name.offset + name.length }
  if (isLarge) return { from: node.offset, to: node.offset + 1 }
  return { from: node.offset, to: node.offset + node.length }
}

export function place(text: string, problems: Problem[]): Mark[] {
  const root = parseTree(text)
  if (!root) return []
  return problems.map((problem) => ({
    ...range(nearest(root, steps(problem.path))),
    message: problem.message,
    code: problem.code,
    severity: problem.severity === 'warning' ? 'warning' : 'error',
  }))
}

/** Faults of the JSON itself, before anything else can be said about it. */
export function faults(text: string): Mark[] {
  const errors: ParseError[] = []
  parseTree(text, errors, { allowTrailingComma: false })
  return errors.map((error) => ({
    from: error.offset,
    to: Math.min(text.length, error.offset + Math.max(1, error.length)),
    message: printParseErrorCode(error.error),
    code: 'json',
    severity: 'error',
  }))
}

/** The line (from 1) that an offset stands on. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1)) line += 1
  return line
}
