/** May we listen, with which device, and is there any sound? */

import { reactive, readonly } from 'vue'

export type MicrophoneState = 'unknown' | 'ask' | 'ok' | 'refused' | 'none' | 'busy' | 'insecure'

const KEY = 'rexian.sound'
interface Choice {
  input: string
  output: string
  ringer: string
  volume: number
}
const state = reactive<{ state: MicrophoneState; inputs: MediaDeviceInfo[]; outputs: MediaDeviceInfo[]; choice: Choice }>({
  state: 'unknown',
  inputs: [],
  outputs: [],
  choice: { input: '', output: '', ringer: '', volume: 0.6, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choice>) },
})
export const microphone = readonly(state)

export function choose(change: Partial<Choice>): void {
  Object.assign(state.choice, change)
  localStorage.setItem(KEY, JSON.stringify(state.choice))
}

const REASONS: Record<string, MicrophoneState> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

/** The microphone's sound, or a state that says why not. A chosen device that is unplugged falls back to any. */
export async function openMicrophone(): Promise<MediaStream | null> {
  if (!navigator.mediaDevices) {
    state.state = 'insecure'
    return null
  }
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  const chosen = state.choice.input ? { deviceId: { exact: state.choice.input } } : {}
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...wanted, ...chosen } }).catch((error: DOMException) => {
      if (error.name !== 'OverconstrainedError') throw error
      return navigator.mediaDevices.getUserMedia({ audio: wanted })
    })
    state.state = 'ok'
    await listDevices()
    return stream
  } catch (error) {
    state.state = REASONS[(error as DOMException).name] ?? 'busy'
    return null
  }
}

async function listDevices(): Promise<void> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  state.inputs = devices.filter((device) => device.kind === 'audioinput')
  state.outputs = devices.filter((device) => device.kind === 'audiooutput')
}

/** Looks without asking: the browser's question should come when the person expects it. */
export async function checkMicrophone(): Promise<void> {
  if (!navigator.mediaDevices) {
    state.state = 'insecure'
    return
  }
  const permission = await navigator.permissions?.query({ name: 'microphone' as PermissionName }).catch(() => null)
  if (permission) permission.onchange = () => void checkMicrophone()
  await listDevices()
  if (permission?.state === 'denied') state.state = 'refused'
  else if (state.inputs.length === 0) state.state = 'none'
  else state.state = permission?.state === 'granted' ? 'ok' : 'ask'
}

navigator.mediaDevices?.addEventListener?.('devicechange', () => void checkMicrophone())

/** Calls back with the loudness (0 to 1) until stopped. */
export function measure(stream: MediaStream, heard: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
    heard(Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-10)) / 60)))
  }, 60)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}

export function stopStream(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
