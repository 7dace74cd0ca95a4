/** What an agent can ask of the floor, and what he sees of himself. */

import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api } from './api'
import { live } from './live'
import { can, myAgentId } from './session'
import type { CallAgent, CallRow, DeskSetup, Id, Instant, Part } from './wire'

/** `agent:<id>`, `queue:<id>` or `number:<n>`. */
export type Target = `agent:${string}` | `queue:${string}` | `number:${string}`

export const desk = {
  signIn: (queues?: Id[]) => api.post('/desk/sign-in', queues ? { queues } : {}),
  signOut: () => api.post('/desk/sign-out'),
  queues: (queues: Id[]) => api.post('/desk/queues', { queues }),
  ready: () => api.post('/desk/ready'),
  pause: (reason: string) => api.post('/desk/pause', { reason }),
  reject: () => api.post('/desk/reject'),
  dial: (call: Id, target: Target, queue?: Id) => api.post('/desk/dial', { call, target, queue: queue ?? null }),
  hangUp: () => api.post('/desk/hang-up'),
  hold: () => api.post('/desk/hold'),
  resume: () => api.post('/desk/resume'),
  mute: (on: boolean) => api.post('/desk/mute', { on }),
  keys: (digits: string) => api.post('/desk/keys', { digits }),
  /** `prefer`: in a queue, the agent who is to have the customer; he waits for him alone for so long. */
  transfer: (target: Target, prefer: string | null = null, patience = 60) => api.post('/desk/transfer', { target, ...(prefer ? { prefer, patience_s: patience } : {}) }),
  consult: (target: Target) => api.post('/desk/consult', { target }),
  completeConsult: () => api.post('/desk/consult/complete'),
  joinConsult: () => api.post('/desk/consult/join'),
  cancelConsult: () => api.post('/desk/consult/cancel'),
  swapConsult: () => api.post('/desk/consult/swap'),
  invite: (target: Target, part: Part = 'speaker') => api.post('/desk/conference/invite', { target, part }),
  setPart: (leg: string, part: Part) => api.post('/desk/conference/part', { leg, part }),
  muteParty: (leg: string, on: boolean) => api.post('/desk/conference/mute', { leg, on }),
  removeParty: (leg: string) => api.post('/desk/conference/remove', { leg }),
  lockConference: (on: boolean) => api.post('/desk/conference/lock', { on }),
  park: () => api.post('/desk/park'),
  pickUp: (slot: number) => api.post('/desk/pick-up', { slot }),
  sendToFlow: (flow: Id, stays: boolean) => api.post('/desk/flow', { flow, stays }),
  takeBack: () => api.post('/desk/flow/take-back'),
  notes: (call: Id, text: string) => api.post('/desk/notes', { call, text }),
  readMessage: (message: Id) => api.post('/desk/messages/read', { message }),
  customer: (call: Id, customer: Id, name: string) => api.post('/desk/customer', { call, customer, name }),
  rejoin: () => api.post('/desk/rejoin'),
  pauseRecording: (on: boolean) => api.post('/desk/recording/pause', { on }),
  /** `next`: `ready`, `pause:<reason>`, or nothing for what was asked for during the call. */
  wrapUp: (call: Id, words: { disposition: string; notes: string }, next: string) =>
    // oxlint-disable-next-line no-thenable -- the API's own word
    api.post('/desk/wrap-up', { call, ...words, then: next }),
  /** `until`: the deadline that is shown, so that asking twice puts it off once. */
  extendWrapUp: (call: Id, until: Instant) => api.post('/desk/wrap-up/extend', { call, until }),
}

/** The server names all queues (transfers go to any); a desk serves those its agent belongs to. */
function ownQueues(setup: DeskSetup): DeskSetup {
  return { ...setup, queues: setup.queues.filter((queue) => setup.agent.queues.includes(queue.id)) }
}

export function useDeskSetup() {
  return useQuery({
    queryKey: ['desk', 'setup'],
    queryFn: () => api.get<DeskSetup>('/desk/setup').then(ownQueues),
    enabled: computed(() => can('desk.use')),
    staleTime: 5 * 60_000,
  })
}

export const myRow = computed(() => (myAgentId.value ? (live.agents[myAgentId.value] ?? live.me) : live.me))
/** The call this agent is offered, is in, or wraps up. */
export const myCall = computed<CallRow | null>(() => (myRow.value?.call ? ((live.calls[myRow.value.call] as CallRow | undefined) ?? null) : null))
export const myPart = computed<CallAgent | null>(() => myCall.value?.agents.find((part) => part.id === myRow.value?.id) ?? null)
export const amOn = computed(() => !!myRow.value && myRow.value.state !== 'off')

/** The number of the other side, whichever way the call went. */
export function otherNumber(call: CallRow): string {
  return call.direction === 'inbound' ? call.caller : call.called
}

/** UUIDv7 (RFC 9562 §5.7): ids are chosen by the one who asks, so that asking twice does no harm. */
export function uuid7(at = Date.now()): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let index = 0; index < 6; index++) bytes[index] = Math.floor(at / 2 ** (8 * (5 - index))) & 0xff
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
