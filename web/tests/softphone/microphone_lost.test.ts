import { expect, it, vi } from 'vitest'
import type { LineEvents } from '@/softphone/line'

/** A microphone as the browser gives it, with its one track. */
function microphone() {
  const track = Object.assign(new EventTarget(), { kind: 'audio', enabled: true, stop: vi.fn() })
  return { track, stream: { getTracks: () => [track], getAudioTracks: () => [track] } as unknown as MediaStream }
}
const devices = vi.hoisted(() => Object.assign(new EventTarget(), { getUserMedia: vi.fn(), enumerateDevices: async () => [] }))
vi.hoisted(() => {
  Object.defineProperty(navigator, 'mediaDevices', { value: devices, configurable: true })
  vi.stubGlobal('BroadcastChannel', class {
    postMessage() {}
    close() {}
  })
})

const made = vi.hoisted(() => ({ events: null as LineEvents | null, speak: vi.fn(async () => {}) }))
vi.mock('@/softphone/line', () => ({
  openLine: async (_account: unknown, events: LineEvents) => {
    made.events = events
    return { answer() {}, speak: made.speak, mute() {}, end() {}, leave() {}, call() {}, keys() {} }
  },
}))
vi.mock('@/softphone/sounds', () => ({ startRinging() {}, stopRinging() {}, endSound() {} }))
const { answer, muteLine, phone, startPhone } = await import('@/softphone/phone')

it('goes on with another microphone when the headset is pulled out, as muted as he was', async () => {
  const [first, second] = [microphone(), microphone()]
  devices.getUserMedia.mockResolvedValueOnce(first.stream)
  startPhone({ uri: 'sip:a', password: '', ws_path: '/sip', ice: [] })
  await vi.waitUntil(() => made.events, { timeout: 15_000 })
  made.events!.ringing({ number: '1', name: '' }, false)
  await answer()
  made.events!.up()
  muteLine(true)

  devices.getUserMedia.mockRejectedValueOnce(Object.assign(new Error(), { name: 'NotFoundError' }))
  first.track.dispatchEvent(new Event('ended'))
  await vi.waitUntil(() => phone.silent, { timeout: 15_000 })

  devices.getUserMedia.mockResolvedValueOnce(second.stream)
  devices.dispatchEvent(new Event('devicechange'))
  await vi.waitUntil(() => made.speak.mock.calls.length, { timeout: 15_000 })
  expect(made.speak).toHaveBeenCalledWith(second.stream)
  expect(phone.silent).toBe(false)
  expect(second.track.enabled).toBe(false)
}, 60_000)
