/** Routes of the made-up API: a template, a handler. Areas add theirs in `mock/areas/`. Development only. */

export interface Asked {
  params: Record<string, string>
  query: URLSearchParams
  body: Record<string, never>
  user: string
}
type Handler = (asked: Asked) => unknown
interface Route {
  method: string
  pattern: RegExp
  names: string[]
  handler: Handler
}

export class Refusal extends Error {
  status: number
  code: string
  params: Record<string, unknown>
  constructor(status: number, code: string, message = code, params: Record<string, unknown> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.params = params
  }
}

const routes: Route[] = []

export function on(method: string, template: string, handler: Handler): void {
  const names = [...template.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  routes.push({ method, names, handler, pattern: new RegExp(`^${template.replace(/:\w+/g, '([^/]+)')}$`) })
}

/** List, one, create, change, delete over an array. */
export function crud<T extends { id: string }>(template: string, rows: T[]): void {
  const one = (key: string) => {
    const found = rows.find((row) => row.id === key)
    if (!found) throw new Refusal(404, 'not_found')
    return found
  }
  on('GET', template, ({ query }) => {
    const wanted = query.get('q')?.toLowerCase()
    const fitting = rows.filter((row) => !wanted || JSON.stringify(row).toLowerCase().includes(wanted))
    const from = Number(query.get('offset') ?? 0)
    return { items: fitting.slice(from, from + Number(query.get('limit') ?? 50)), total: fitting.length }
  })
  on('GET', `${template}/:id`, ({ params }) => one(params.id!))
  on('POST', template, ({ body }) => {
    const made = { ...(body as object), id: (body as { id?: string }).id ?? crypto.randomUUID() } as T
    rows.unshift(made)
    return made
  })
  on('PATCH', `${template}/:id`, ({ params, body }) => Object.assign(one(params.id!), body))
  on('PUT', `${template}/:id`, ({ params, body }) => Object.assign(one(params.id!), body))
  on('DELETE', `${template}/:id`, ({ params }) => void rows.splice(rows.indexOf(one(params.id!)), 1))
}

export function answer(method: string, path: string, asked: Omit<Asked, 'params'>): unknown {
  for (const route of routes) {
    const match = route.method === method ? path.match(route.pattern) : null
    if (match) return route.handler({ ...asked, params: Object.fromEntries(route.names.map((name, n) => [name, match[n + 1]!])) })
  }
  throw new Refusal(404, 'mock.no_route', `${method} ${path}`)
}
