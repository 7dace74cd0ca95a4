/** The server's time on this machine, so that timers are right whatever the local clock says. */

import { ref } from 'vue'

const WINDOW = 60

/** The best estimate of (server - local) is the largest seen: delay on the way only makes it smaller. */
export class ClockOffset {
  private seen: number[] = []

  take(serverMs: number, localMs: number): void {
    this.seen.push(serverMs - localMs)
    if (this.seen.length > WINDOW) this.seen.shift()
  }

  get value(): number {
    return this.seen.length ? Math.max(...this.seen) : 0
  }
}

export const offset = new ClockOffset()

export function serverNow(): number {
  return Date.now() + offset.value
}

/** The server's time in ms, renewed on each of its whole seconds: all timers on the page turn together. */
export const now = ref(serverNow())

function turn(): void {
  now.value = serverNow()
  setTimeout(turn, 1000 - (now.value % 1000) + 5)
}

export function startClock(): void {
  turn()
}
