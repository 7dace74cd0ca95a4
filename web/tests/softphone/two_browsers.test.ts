import { expect, it, vi } from 'vitest'
import type { LineEvents } from '@/softphone/line'

vi.hoisted(() => {
  Object.defineProperty(navigator, 'mediaDevices', { value: Object.assign(new EventTarget(), { enumerateDevices: async () => [] }), configurable: true })
  vi.stubGlobal('BroadcastChannel', class {
    postMessage() {}
    close() {}
  })
})
const made = vi.hoisted(() => ({ lines: 0, left: 0, events: null as LineEvents | null }))
vi.mock('@/softphone/line', () => ({
  openLine: async (_account: unknown, events: LineEvents) => {
    made.lines++
    made.events = events
    return { answer() {}, speak: async () => {}, mute() {}, end() {}, leave: () => made.left++, call() {}, keys() {} }
  },
}))
vi.mock('@/softphone/sounds', () => ({ startRinging() {}, stopRinging() {}, endSound() {} }))
const { leavePhone, phone, startPhone, takePhoneHere } = await import('@/softphone/phone')

it('lets go of the phone when another browser has taken the conversation, and takes it back when asked', async () => {
  startPhone({ uri: 'sip:a', password: '', ws_path: '/sip', ice: [] })
  await vi.waitUntil(() => made.events, { timeout: 15_000 })
  made.events!.ringing({ number: '1', name: '' }, false)
  made.events!.up()
  made.events!.down('Terminated')
  expect(phone.taken).toBe(false)
  made.events!.ringing({ number: '1', name: '' }, false)
  made.events!.up()
  made.events!.down('Terminated', true)
  expect(phone.taken).toBe(true)

  leavePhone()
  expect([phone.status, phone.taken, made.left]).toEqual(['elsewhere', false, 1])

  takePhoneHere()
  await vi.waitUntil(() => made.lines === 2, { timeout: 15_000 })
  expect(phone.status).toBe('connecting')
}, 60_000)
