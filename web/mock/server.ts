/** The made-up API inside the dev server (`npm run mock`). Never part of a build. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { WebSocketServer } from 'ws'
import './areas/contacts.ts'
import './areas/desk.ts'
import './areas/manage.ts'
import './areas/supervise.ts'
import './areas/twin.ts'
import { snapshot, startFloor, subscribe } from './floor.ts'
import { Refusal, answer } from './rest.ts'
import { ME } from './world.ts'

const userOf = (request: IncomingMessage) => request.headers.cookie?.match(/mock_user=(\w+)/)?.[1] ?? ''

async function bodyOf(request: IncomingMessage): Promise<Record<string, never>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text.startsWith('{') ? JSON.parse(text) : ({} as Record<string, never>)
}

function reply(response: ServerResponse, status: number, content: unknown): void {
  if (content instanceof Buffer) {
    response.writeHead(status, { 'Content-Type': 'audio/wav', 'Content-Length': content.length })
    response.end(content)
    return
  }
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(content ?? {}))
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const path = url.pathname.replace('/api/v1', '')
  const body = await bodyOf(request)
  if (path === '/session' && request.method === 'POST') response.setHeader('Set-Cookie', `mock_user=${body.username}; Path=/`)
  if (path === '/session' && request.method === 'DELETE') response.setHeader('Set-Cookie', 'mock_user=; Path=/; Max-Age=0')
  if (path === '/session' && ['POST', 'DELETE'].includes(request.method!)) return reply(response, 200, {})
  try {
    reply(response, 200, answer(request.method ?? 'GET', path, { query: url.searchParams, body, user: userOf(request) }))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    reply(response, error.status, { error: { code: error.code, message: error.message, params: error.params } })
  }
}

export function mockServer(): Plugin {
  return {
    name: 'rexian-mock',
    configureServer(server) {
      startFloor()
      server.middlewares.use((request, response, next) => (request.url?.startsWith('/api/v1/') ? void serve(request, response) : next()))
      const sockets = new WebSocketServer({ noServer: true })
      server.httpServer?.on('upgrade', (request, socket, head) => {
        if (!request.url?.startsWith('/api/v1/live')) return
        sockets.handleUpgrade(request, socket as never, head, (connection) => {
          connection.send(JSON.stringify(snapshot(userOf(request).startsWith('admin') ? null : ME)))
          const stop = subscribe((message) => connection.send(JSON.stringify(message)))
          connection.on('close', stop)
        })
      })
    },
  }
}
