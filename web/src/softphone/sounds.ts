/** The sounds of the phone, made on the spot: ringing, keys, the end of a call. */

import { microphone } from './microphone'

let context: AudioContext | null = null
let ringing: ReturnType<typeof setInterval> | undefined

async function ready(): Promise<AudioContext | null> {
  context ??= new AudioContext()
  if (context.state === 'suspended') await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))])
  const device = microphone.choice.ringer
  if (device && 'setSinkId' in context) await (context.setSinkId as (id: string) => Promise<void>)(device).catch(() => undefined)
  return context.state === 'running' ? context : null
}

function tone(on: AudioContext, frequencies: number[], from: number, seconds: number, loud: number): void {
  const gain = on.createGain()
  gain.connect(on.destination)
  gain.gain.setValueAtTime(0, from)
  gain.gain.linearRampToValueAtTime((loud * microphone.choice.volume) / frequencies.length, from + 0.02)
  gain.gain.setValueAtTime((loud * microphone.choice.volume) / frequencies.length, from + seconds - 0.06)
  gain.gain.linearRampToValueAtTime(0, from + seconds)
  for (const frequency of frequencies) {
    const oscillator = on.createOscillator()
    oscillator.frequency.value = frequency
    oscillator.connect(gain)
    oscillator.start(from)
    oscillator.stop(from + seconds)
  }
}

async function ringOnce(): Promise<void> {
  const on = await ready()
  if (!on || ringing === undefined) return
  const from = on.currentTime
  for (const [step, frequency] of [659.3, 784, 987.8, 784].entries()) tone(on, [frequency, frequency * 2], from + step * 0.16, 0.2, 0.5)
}

export function startRinging(): void {
  if (ringing !== undefined) return
  ringing = setInterval(() => void ringOnce(), 2200)
  void ringOnce()
}

export function stopRinging(): void {
  clearInterval(ringing)
  ringing = undefined
}

const ROWS = [697, 770, 852, 941]
const COLUMNS = [1209, 1336, 1477]
const PAD = ['123', '456', '789', '*0#']

/** The key's own two tones (ITU-T Q.23), softly, for the one who presses it. */
export async function keySound(key: string): Promise<void> {
  const row = PAD.findIndex((keys) => keys.includes(key))
  const on = row < 0 ? null : await ready()
  if (on) tone(on, [ROWS[row]!, COLUMNS[PAD[row]!.indexOf(key)]!], on.currentTime, 0.12, 0.25)
}

export async function endSound(): Promise<void> {
  const on = await ready()
  if (on) tone(on, [450], on.currentTime, 0.25, 0.2)
}

/** An alert on the board: two falling tones; a critical one three times, and lower. */
export async function alarmSound(severity: 'warning' | 'critical'): Promise<void> {
  const on = await ready()
  if (!on) return
  const [high, low, times] = severity === 'critical' ? [660, 440, 3] : [880, 698, 1]
  for (let n = 0; n < times; n++) {
    tone(on, [high], on.currentTime + n * 0.5, 0.2, 0.5)
    tone(on, [low], on.currentTime + n * 0.5 + 0.22, 0.24, 0.5)
  }
}
