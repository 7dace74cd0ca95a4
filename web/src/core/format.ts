/** Numbers, times and telephone numbers as people of each language read them. */

import { zone } from './zone'

/** `03:27`, `1:02:03`; never negative. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const rest = [Math.floor((whole % 3600) / 60), whole % 60].map((part) => String(part).padStart(2, '0')).join(':')
  return hours ? `${hours}:${rest}` : rest
}

/** Chinese mobiles 138 0013 8000, land lines 010 8888 6666, service numbers 400 800 1234; short codes as they are. */
export function phoneNumber(raw: string): string {
  const text = raw.trim()
  const plus = text.match(/^(?:\+|00)86(\d{10,11})$/)
  const digits = plus ? plus[1]! : text
  if (/^1[3-9]\d{9}$/.test(digits)) return group(digits, [3, 4, 4])
  if (/^(400|800)\d{7}$/.test(digits)) return group(digits, [3, 3, 4])
  if (/^0(10|2\d)\d{8}$/.test(digits)) return group(digits, [3, 4, 4])
  if (/^0[3-9]\d{2}\d{7,8}$/.test(digits)) return group(digits, [4, 4, 4])
  if (/^\+\d{7,15}$/.test(digits)) return `${digits.slice(0, -8)} ${group(digits.slice(-8), [4, 4])}`
  return digits
}

function group(digits: string, sizes: number[]): string {
  const parts: string[] = []
  let at = 0
  for (const size of sizes) {
    parts.push(digits.slice(at, at + size))
    at += size
  }
  return parts.filter(Boolean).join(' ')
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
]

/** "3 minutes ago", "昨天"; older than a week it is the date. */
export function relative(at: number, now: number, locale: string): string {
  const seconds = Math.round((at - now) / 1000)
  if (Math.abs(seconds) > 7 * 86400) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone.value }).format(at)
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return format.format(0, 'second')
}

/** Figures only, so that a column of moments is narrow and lines up: 2026/11/22 08:05:09, 22/11/2026 08:05:09. */
export function absolute(at: number, locale: string): string {
  const [day, clock] = [{ year: 'numeric', month: '2-digit', day: '2-digit' }, { hour: '2-digit', minute: '2-digit', second: '2-digit' }] as const
  const region = locale.startsWith('en') ? 'en-GB' : locale
  const words = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(region, { ...parts, hourCycle: 'h23', timeZone: zone.value }).format(at)
  return `${words(day)} ${words(clock)}`
}

export function percent(share: number | null | undefined, locale: string): string {
  if (share === null || share === undefined) return '–'
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share)
}

/** A length that may be below nothing. */
export function signed(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 0 ? `−${duration(-whole)}` : duration(whole)
}

/** How near a queue's expected waits come: by how much people wait for longer (+) or less (−), and how far off it is. */
export function calibration(figures: { wait_bias_s: number | null; wait_error_s: number | null } | undefined): string {
  if (!figures || figures.wait_bias_s == null || figures.wait_error_s == null) return '–'
  const bias = Math.round(figures.wait_bias_s)
  return `${bias > 0 ? '+' : ''}${signed(bias)} ±${duration(Math.round(figures.wait_error_s))}`
}
