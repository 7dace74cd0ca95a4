/** The only way to the REST API: CSRF, JSON, and errors that carry the server's stable code. */

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly params: Record<string, unknown>

  constructor(status: number, code: string, message: string, params: Record<string, unknown> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.params = params
  }
}

let csrf = ''
let signedOut: () => void = () => {}

export function setCsrf(token: string): void {
  csrf = token
}

let key = ''

/** For a page that has a key of its own and no session: a screen on the wall. */
export function setKey(given: string): void {
  key = given
}

/** Called when the server no longer knows the session. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener
}

type Query = Record<string, string | number | boolean | null | undefined>

export function path(template: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return `/api/v1${template}${text ? `?${text}` : ''}`
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as {
    error?: { code: string; message: string; params?: Record<string, unknown> }
    detail?: unknown
  }
  if (body.error) return new ApiError(response.status, body.error.code, body.error.message, body.error.params)
  return new ApiError(response.status, `http.${response.status}`, response.statusText)
}

async function send<T>(method: string, url: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  if (key) headers.Authorization = `Bearer ${key}`
  const form = body instanceof FormData
  if (body !== undefined && !form) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
    })
  } catch {
    throw new ApiError(0, 'net.unreachable', 'The server cannot be reached.')
  }
  if (!response.ok) {
    const error = await errorOf(response)
    if (response.status === 401 && !url.endsWith('/session')) signedOut()
    throw error
  }
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const api = {
  get: <T>(template: string, query?: Query) => send<T>('GET', path(template, query)),
  post: <T = void>(template: string, body?: unknown, query?: Query) => send<T>('POST', path(template, query), body ?? {}),
  put: <T = void>(template: string, body: unknown) => send<T>('PUT', path(template), body),
  patch: <T = void>(template: string, body: unknown) => send<T>('PATCH', path(template), body),
  delete: <T = void>(template: string, query?: Query) => send<T>('DELETE', path(template, query)),
  /** Multipart: the field name is up to the route. */
  upload: <T = void>(template: string, form: FormData, query?: Query) => send<T>('POST', path(template, query), form),
}
