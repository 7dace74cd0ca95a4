/** The live picture: snapshot, patches, age, and getting back after a lost connection. */

import { computed, readonly, ref, shallowReactive, shallowReadonly } from 'vue'
import type { LiveMessage } from '../wire'
import { now, offset } from './clock'
import { apply, concerns, nothing } from './merge'

export type LiveStatus = 'off' | 'connecting' | 'open' | 'lost'

const SILENCE_MS = 5000
const WAITS_MS = [250, 500, 1000, 2000, 4000]
/** What concerns others is drawn at most so often; what concerns the one who looks, at once. */
const DRAW_MS = 200

const data = shallowReactive(nothing())
const status = ref<LiveStatus>('off')
const heardAt = ref(0)
const lostAt = ref(0)

export const live = shallowReadonly(data)
export const liveStatus = readonly(status)
/** Seconds since the server was last heard. The board greys at 3. */
export const liveAge = computed(() => (heardAt.value ? Math.max(0, (now.value - offset.value - heardAt.value) / 1000) : null))
export const liveLostAt = readonly(lostAt)

let socket: WebSocket | null = null
let wanted: string[] = []
let key = ''
let failures = 0
let retry: ReturnType<typeof setTimeout> | undefined
let watch: ReturnType<typeof setInterval> | undefined
let undrawn: LiveMessage[] = []
let drawnAt = 0
let drawing: ReturnType<typeof setTimeout> | undefined

function draw(): void {
  clearTimeout(drawing)
  drawing = undefined
  drawnAt = Date.now()
  for (const message of undrawn) apply(data, message)
  undrawn = []
}

function take(message: LiveMessage): void {
  heardAt.value = Date.now()
  offset.take(Date.parse(message.at), heardAt.value)
  undrawn.push(message)
  const early = DRAW_MS - (heardAt.value - drawnAt)
  if (early <= 0 || concerns(data, message)) draw()
  else drawing ??= setTimeout(draw, early)
  if (message.type === 'snapshot') {
    status.value = 'open'
    lostAt.value = 0
    failures = 0
  }
}

function lose(): void {
  if (status.value === 'off') return
  if (!lostAt.value) lostAt.value = Date.now()
  status.value = 'lost'
  clearTimeout(retry)
  retry = setTimeout(open, WAITS_MS[Math.min(failures++, WAITS_MS.length - 1)])
}

function open(): void {
  close()
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const opened = new WebSocket(`${scheme}://${location.host}/api/v1/live?topics=${wanted.join(',')}`, key ? ['rexian', `key.${key}`] : [])
  socket = opened
  opened.onmessage = (event) => socket === opened && take(JSON.parse(event.data as string) as LiveMessage)
  opened.onclose = () => socket === opened && lose()
}

function close(): void {
  const old = socket
  socket = null
  old?.close()
}

/** A connection that says nothing is dead, even if nobody closed it. */
function listenForSilence(): void {
  if (status.value === 'open' && Date.now() - heardAt.value > SILENCE_MS) lose()
}

/** Begins (or goes on with other topics). Safe to repeat. `withKey`: for a page that has a key and no session. */
export function startLive(topics: string[], withKey = ''): void {
  if (status.value !== 'off' && topics.join() === wanted.join()) return
  wanted = topics
  key = withKey
  status.value = 'connecting'
  clearInterval(watch)
  watch = setInterval(listenForSilence, 1000)
  open()
}

export function stopLive(): void {
  status.value = 'off'
  clearTimeout(retry)
  clearInterval(watch)
  close()
  draw()
  Object.assign(data, nothing())
  heardAt.value = 0
  lostAt.value = 0
}

window.addEventListener('online', () => status.value === 'lost' && open())
