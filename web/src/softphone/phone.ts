/** The phone of this desk: one line, one conversation, in one tab. Pages read `phone` and call these functions. */

import { reactive, readonly } from 'vue'
import { type Account, type Caller, type Line, type LineStatus, openLine } from './line'
import { type Leadership, lead } from './leader'
import { checkMicrophone, microphone, openMicrophone, stopStream } from './microphone'
import { endSound, startRinging, stopRinging } from './sounds'

export type PhoneStatus = 'off' | 'elsewhere' | LineStatus

interface Conversation {
  state: 'ringing' | 'answering' | 'up'
  caller: Caller
}

/** `silent`: the microphone has gone in the middle of a conversation. `taken`: the last one may go on at another phone. */
const state = reactive<{ status: PhoneStatus; conversation: Conversation | null; muted: boolean; silent: boolean; taken: boolean }>({
  status: 'off',
  conversation: null,
  muted: false,
  silent: false,
  taken: false,
})
export const phone = readonly(state)

let leadership: Leadership | null = null
let line: Line | null = null
/** Opens the line anew. */
let open: () => Promise<void> = async () => {}
let voice: MediaStream | null = null
const ear = new Audio()
ear.autoplay = true

const events = {
  status: (status: LineStatus) => (state.status = status),
  ringing(caller: Caller, auto: boolean) {
    state.conversation = { state: 'ringing', caller }
    if (auto) void answer()
    else startRinging()
  },
  progress: () => {},
  up() {
    stopRinging()
    if (state.conversation) state.conversation.state = 'up'
    line?.mute(state.muted)
  },
  down(_cause: string, taken = false) {
    stopRinging()
    state.taken = taken
    if (state.conversation?.state === 'up') void endSound()
    state.conversation = null
    state.muted = false
    state.silent = false
    stopStream(voice)
    voice = null
    ear.srcObject = null
  },
  sound(stream: MediaStream) {
    ear.srcObject = stream
    if (microphone.choice.output) void ear.setSinkId?.(microphone.choice.output).catch(() => undefined)
    void ear.play().catch(() => undefined)
  },
}

/** Registers this tab's phone, unless another tab holds it. */
export function startPhone(account: Account): void {
  if (leadership) return
  void checkMicrophone()
  state.status = 'connecting'
  open = async () => {
    state.status = 'connecting'
    line = await openLine(account, events)
  }
  leadership = lead(`rexian-phone-${account.uri}`, {
    leading: () => void open(),
    following: leavePhone,
    told: (word) => word === 'answer' && void answer(),
  })
}

/** Another window has the phone. */
export function leavePhone(): void {
  line?.leave()
  line = null
  state.conversation = null
  state.taken = false
  stopRinging()
  state.status = 'elsewhere'
}

export function stopPhone(): void {
  line?.end()
  line?.leave()
  line = null
  leadership?.stop()
  leadership = null
  events.down('left')
  state.status = 'off'
}

/** From another tab of this browser, or from another browser. */
export function takePhoneHere(): void {
  if (leadership?.leads()) void open()
  else leadership?.take()
}

/** Takes the call that rings; without a microphone it stays ringing and `microphone.state` says why. */
export async function answer(): Promise<void> {
  if (state.status === 'elsewhere') return leadership?.tell('answer')
  if (state.conversation?.state !== 'ringing' || !line) return
  state.conversation.state = 'answering'
  stopRinging()
  voice = await openMicrophone()
  if (voice) {
    followMicrophone(voice)
    line.answer(voice)
  } else if (state.conversation) state.conversation.state = 'ringing'
}

/** A headset that is pulled out ends its sound: another takes its place, this one again when it is back. */
function followMicrophone(stream: MediaStream): void {
  for (const track of stream.getAudioTracks()) track.addEventListener('ended', () => voice === stream && void speakAgain())
}

async function speakAgain(): Promise<void> {
  const lost = voice
  const found = await openMicrophone()
  if (!state.conversation || voice !== lost) return stopStream(found)
  state.silent = !found
  if (!found) return
  voice = found
  for (const track of found.getAudioTracks()) track.enabled = !state.muted
  followMicrophone(found)
  await line?.speak(found)
}
navigator.mediaDevices?.addEventListener?.('devicechange', () => state.silent && void speakAgain())

/** Ends the conversation on this side; the floor is told by its own command. */
export function dropLine(): void {
  line?.end()
}

export function muteLine(on: boolean): void {
  state.muted = on
  line?.mute(on)
}

export function hasConversation(): boolean {
  return state.conversation !== null
}
