/** The clock of the house: its days begin and its times are told by it, wherever the reader sits. */

import { ref } from 'vue'

/** Its time zone; the reader's own as long as nobody is signed in. */
export const zone = ref<string | undefined>(undefined)

const DATE = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
const MOMENT = { ...DATE, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const

/** A zone that this browser does not know leaves the reader's own. */
export function setZone(name: string | undefined): void {
  try {
    zone.value = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    zone.value = undefined
  }
}

/** The day of a moment: `2026-11-26`. */
export function dayOf(at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { ...DATE, timeZone: zone.value }).format(at)
}

/** The moment at which a day begins, or the day so many days after it. */
export function dayStart(day: string, after = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const wall = Date.UTC(year, month - 1, date + after)
  return new Date(wall - ahead(wall - ahead(wall)))
}

/** The moment at which the clock of the house shows this: `2026-11-27T09:00`. */
export function atWall(text: string): Date {
  const wall = Date.parse(`${text}Z`)
  return new Date(wall - ahead(wall - ahead(wall)))
}

/** A moment by the clock of the house, with that clock's offset: `2026-11-27T09:00:00+08:00`. */
export function stamp(at: Date): string {
  const before = ahead(at.getTime())
  const minutes = Math.abs(before / 60_000)
  const two = (n: number) => String(Math.trunc(n)).padStart(2, '0')
  return `${new Date(at.getTime() + before).toISOString().slice(0, 19)}${before < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}

/** By how many milliseconds the wall clock is ahead of UTC at a moment. */
function ahead(at: number): number {
  const parts = new Intl.DateTimeFormat('en', { ...MOMENT, timeZone: zone.value }).formatToParts(at)
  const [year = 0, month = 1, ...rest] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((type) => Number(parts.find((part) => part.type === type)?.value))
  return Date.UTC(year, month - 1, ...rest) - Math.floor(at / 1000) * 1000
}
