/** A line over SIP in a WebSocket of the same origin, by JsSIP. */

import { UA, WebSocketInterface } from 'jssip'
import type { EndEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRequest } from 'jssip/lib/SIPMessage'
import type { IncomingRTCSessionEvent, RTCSessionEvent } from 'jssip/lib/UA'
import type { Account, Line, LineEvents, LineStatus } from './line'

/** A slow candidate (an unreachable STUN server) must not hold up an answer. */
const GATHERING_MS = 2000
const REGISTER_S = 60

/** RFC 5373 and the two headers that desk phones know. */
export function asksAutoAnswer(header: (name: string) => string | undefined): boolean {
  if (/answer-after\s*=\s*0/i.test(header('Call-Info') ?? '')) return true
  if (/auto/i.test(header('Alert-Info') ?? '')) return true
  if (/auto/i.test(header('Answer-Mode') ?? '')) return true
  return /^(1|yes|true|auto)/i.test(header('X-Rexian-Auto-Answer') ?? '')
}

/** RFC 3326: the other side says that the call goes on at another phone, in SIP's words or in Q.850's. */
function isElsewhere({ originator, message }: EndEvent): boolean {
  const reasons: string[] = originator === 'remote' ? ((message as IncomingRequest | null)?.getHeaders('Reason') ?? []) : []
  return reasons.some((reason) => /^\s*(SIP\s*;\s*cause\s*=\s*200|Q\.850\s*;\s*cause\s*=\s*26)\b/i.test(reason))
}

function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`
}

class SipLine implements Line {
  private readonly agent: UA
  private session: RTCSession | null = null
  /** What happens from now on is no business of this page any more. */
  private left = false

  constructor(
    private readonly account: Account,
    private readonly events: LineEvents,
  ) {
    this.agent = new UA({
      sockets: [new WebSocketInterface(socketUrl(account.ws_path))],
      uri: account.uri,
      password: account.password,
      register: account.register ?? true,
      register_expires: REGISTER_S,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      user_agent: 'Rexian',
    })
    const tell = (status: LineStatus) => !this.left && events.status(status)
    this.agent.on('connecting', () => tell('connecting'))
    this.agent.on('registered', () => tell('registered'))
    this.agent.on('disconnected', () => tell('lost'))
    this.agent.on('registrationFailed', () => tell('refused'))
    this.agent.on('newRTCSession', (event: RTCSessionEvent) => this.take(event))
    this.agent.start()
  }

  answer(microphone: MediaStream): void {
    this.session?.answer({ mediaStream: microphone, pcConfig: { iceServers: this.account.ice } })
  }

  call(number: string, microphone: MediaStream): void {
    const call = () => void this.agent.call(number, { mediaStream: microphone, pcConfig: { iceServers: this.account.ice } })
    if (this.agent.isConnected()) call()
    else this.agent.once('connected', call)
  }

  async speak(microphone: MediaStream): Promise<void> {
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === 'audio')
    await sender?.replaceTrack(microphone.getAudioTracks()[0] ?? null)
  }

  end(): void {
    if (this.session && !this.session.isEnded()) this.session.terminate()
  }

  mute(on: boolean): void {
    if (on) this.session?.mute({ audio: true })
    else this.session?.unmute({ audio: true })
  }

  keys(digits: string): void {
    this.session?.sendDTMF(digits, { transportType: 'RFC2833' as never })
  }

  leave(): void {
    this.left = true
    if (!this.session) this.agent.stop()
  }

  private take(event: RTCSessionEvent): void {
    const session = event.session
    if (this.session && !this.session.isEnded()) {
      const auto = event.originator === 'remote' && asksAutoAnswer((name) => (event.request as IncomingRequest).getHeader(name))
      if (!auto) return session.terminate({ status_code: 486 })
      this.replace()
    }
    this.session = session
    this.follow(session)
    if (event.originator === 'remote') this.ring(event as IncomingRTCSessionEvent)
  }

  /** A leg that is to be answered at once stands for the one we have (it was lost on the way). */
  private replace(): void {
    const old = this.session
    this.session = null
    old?.terminate()
  }

  private ring(event: IncomingRTCSessionEvent): void {
    const identity = event.session.remote_identity
    const listen = event.request.getHeader('X-Rexian-Listen')
    const caller = { number: identity.uri.user ?? '', name: identity.display_name ?? '', listen }
    this.events.ringing(caller, asksAutoAnswer((name) => event.request.getHeader(name)))
  }

  private follow(session: RTCSession): void {
    const current = () => this.session === session
    const over = (event: EndEvent) => {
      if (!current()) return
      this.session = null
      if (this.left) this.agent.stop()
      else this.events.down(event.cause, isElsewhere(event))
    }
    session.on('progress', () => current() && this.events.progress())
    session.on('confirmed', () => current() && this.events.up())
    session.on('ended', over)
    session.on('failed', over)
    let gathering: ReturnType<typeof setTimeout> | undefined
    session.on('icecandidate', ({ ready }) => {
      gathering ??= setTimeout(ready, GATHERING_MS)
    })
    const heard = (connection: RTCPeerConnection) => {
      this.hear(connection)
      connection.addEventListener('iceconnectionstatechange', () => {
        if (connection.iceConnectionState === 'failed' && current()) this.loseSound()
      })
    }
    if (session.connection) heard(session.connection)
    else session.on('peerconnection', ({ peerconnection }) => heard(peerconnection))
  }

  /** The way of the voice has broken (another network, a lost candidate). The switch still has our leg: by letting
   *  go of ours without a word, we are called into the same conversation again. */
  private loseSound(): void {
    this.session = null
    this.events.down('sound lost')
  }

  private hear(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ streams, track }) => this.events.sound(streams[0] ?? new MediaStream([track])))
  }
}

export function openSipLine(account: Account, events: LineEvents): Line {
  return new SipLine(account, events)
}
