/** What the softphone needs of a telephone line. `sip_line.ts` is the real one. */

export interface Account {
  uri: string
  password: string
  ws_path: string
  ice: RTCIceServer[]
  /** False: the line only calls, and cannot be called. */
  register?: boolean
}

export type LineStatus = 'connecting' | 'registered' | 'lost' | 'refused'

export interface Caller {
  number: string
  name: string
  /** A supervisor's phone is called to attend somebody else's call, in this mode. */
  listen?: string
}

/** What a line tells. A line holds one conversation at a time. */
export interface LineEvents {
  status(status: LineStatus): void
  /** Somebody calls. `auto`: we are asked to answer by ourselves. */
  ringing(caller: Caller, auto: boolean): void
  /** An outgoing call rings at the other end. */
  progress(): void
  up(): void
  /** `cause` is JsSIP's word for the end; `taken`: another phone of ours may have taken this one's place. */
  down(cause: string, taken?: boolean): void
  /** The other side's voice. */
  sound(stream: MediaStream): void
}

export interface Line {
  answer(microphone: MediaStream): void
  call(number: string, microphone: MediaStream): void
  /** Goes on with another microphone. */
  speak(microphone: MediaStream): Promise<void>
  /** Ends whatever there is: refuses while ringing, hangs up while talking. */
  end(): void
  mute(on: boolean): void
  keys(digits: string): void
  /** Lets go of the line without ending a conversation: the switch keeps it, and the next page takes it up. */
  leave(): void
}

/** JsSIP and the made-up line are loaded when they are needed. */
export async function openLine(account: Account, events: LineEvents): Promise<Line> {
  if (import.meta.env.MODE === 'mock') return (await import('../../mock/line')).openMockLine(events)
  return (await import('./sip_line')).openSipLine(account, events)
}
