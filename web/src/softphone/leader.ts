/** One tab holds the phone; the others know it, may press its buttons, and take over when it closes. */

/** The page that was here before this one lets go within so long; who has it longer is another tab. */
const RELEASED_MS = 500

export interface Leadership {
  /** Whether this tab has it. */
  leads(): boolean
  /** Take the phone over from the tab that has it. */
  take(): void
  /** Ask the tab that has it to do something. */
  tell(word: string): void
  stop(): void
}

interface Listener {
  leading(): void
  following(): void
  told(word: string): void
}

export function lead(name: string, listener: Listener): Leadership {
  const channel = new BroadcastChannel(name)
  channel.onmessage = (event) => listener.told(event.data as string)
  const stopping = new AbortController()
  let release: () => void = () => {}
  let leads = false

  function hold(): Promise<void> {
    leads = true
    listener.leading()
    return new Promise<void>((done) => (release = done))
  }
  /** Waits in line behind the tab that leads now. */
  function queue(): void {
    navigator.locks.request(name, { signal: stopping.signal }, hold).catch(lost)
  }
  function lost(): void {
    if (stopping.signal.aborted) return
    leads = false
    listener.following()
    queue()
  }

  if (navigator.locks) {
    queue()
    setTimeout(() => !leads && !stopping.signal.aborted && listener.following(), RELEASED_MS)
  } else void hold() // an insecure page has no locks, and no microphone either
  return {
    leads: () => leads,
    take: () => void navigator.locks.request(name, { steal: true }, hold).catch(lost),
    tell: (word) => channel.postMessage(word),
    stop: () => {
      stopping.abort()
      release()
      channel.close()
    },
  }
}
