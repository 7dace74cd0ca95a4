/** The customer's own telephone: calls the hotline and nothing else. */

import { onScopeDispose, reactive, readonly } from 'vue'
import { api } from '@/core/api'
import { type Account, type Line, openLine } from '@/softphone/line'
import { microphone, openMicrophone, stopStream } from '@/softphone/microphone'
import { keySound } from '@/softphone/sounds'

export interface DemoPhone extends Account {
  number: string
  caller: string
}

export type CustomerState = 'idle' | 'starting' | 'calling' | 'up' | 'ended' | 'failed'

export function useCustomerPhone() {
  const state = reactive<{ state: CustomerState; since: string | null; pressed: string }>({ state: 'idle', since: null, pressed: '' })
  const ear = new Audio()
  ear.autoplay = true
  let line: Line | null = null
  let voice: MediaStream | null = null

  function become(next: CustomerState): void {
    state.state = next
    state.since = next === 'up' ? new Date().toISOString() : null
  }

  const events = {
    status: () => {},
    ringing: () => {},
    progress: () => {},
    up: () => become('up'),
    down(cause: string) {
      become(state.state === 'up' || cause === 'Terminated' || cause === 'Canceled' ? 'ended' : 'failed')
      stopStream(voice)
      voice = null
    },
    sound(stream: MediaStream) {
      ear.srcObject = stream
      void ear.play().catch(() => undefined)
    },
  }

  async function call(phone: DemoPhone): Promise<void> {
    become('starting')
    state.pressed = ''
    voice = await openMicrophone()
    if (!voice) return become('idle')
    line ??= await openLine(phone, events)
    become('calling')
    line.call(phone.number, voice)
  }

  function press(key: string): void {
    state.pressed = (state.pressed + key).slice(-16)
    void keySound(key)
    if (state.state === 'up') line?.keys(key)
  }

  onScopeDispose(() => line?.end())
  return { state: readonly(state), microphone, call, press, end: () => line?.end(), find: () => api.get<DemoPhone>('/demo/phone') }
}
