/** Draws the waveform: two tracks that grow from a middle line each, what is played in full colour. */

import { columns, type Peaks, scale, ticks, type View, xAt } from './waveform'

export interface Colours {
  left: string
  right: string
  ink: string
  line: string
  head: string
  hold: string
}

export interface Span {
  from: number
  to: number
}

export interface Picture {
  peaks: Peaks
  view: View
  time: number
  hover: number | null
  /** Times when the customer was on hold. */
  holds: Span[]
  muted: { left: boolean; right: boolean }
}

const AXIS = 18
const BAR = 3
const GAP = 1

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const of = (name: string) => style.getPropertyValue(name).trim()
  return { left: of('--talking'), right: of('--accent-ink'), ink: of('--ink-3'), line: of('--line'), head: of('--ink'), hold: of('--hold') }
}

export function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}

export function draw(pen: CanvasRenderingContext2D, width: number, height: number, picture: Picture, colours: Colours): void {
  pen.clearRect(0, 0, width, height)
  const track = (height - AXIS) / 2
  drawHolds(pen, width, height - AXIS, picture, colours)
  drawTrack(pen, picture.peaks.left, width, track / 2, track, picture, colours.left, picture.muted.left)
  drawTrack(pen, picture.peaks.right, width, track * 1.5, track, picture, colours.right, picture.muted.right)
  pen.fillStyle = colours.line
  pen.fillRect(0, Math.round(track), width, 1)
  drawAxis(pen, width, height, picture.view, colours)
  drawHead(pen, width, height - AXIS, picture, colours)
}

function drawHolds(pen: CanvasRenderingContext2D, width: number, height: number, picture: Picture, colours: Colours): void {
  pen.globalAlpha = 0.14
  pen.fillStyle = colours.hold
  for (const { from, to } of picture.holds) {
    const x = xAt(from, width, picture.view)
    pen.fillRect(x, 0, Math.max(1, xAt(to, width, picture.view) - x), height)
  }
  pen.globalAlpha = 1
}

function drawTrack(
  pen: CanvasRenderingContext2D, track: number[], width: number, middle: number, height: number, picture: Picture, colour: string, muted: boolean,
): void {
  const { peaks, view, time } = picture
  const count = Math.max(1, Math.floor(width / (BAR + GAP)))
  const most = scale(peaks)
  const played = xAt(time, width, view)
  pen.fillStyle = colour
  columns(track, peaks.per_s, view, count).forEach((peak, index) => {
    const x = index * (BAR + GAP)
    const half = Math.max(0.5, (peak / most) * (height / 2 - 3))
    pen.globalAlpha = muted ? 0.15 : x < played ? 1 : 0.42
    pen.fillRect(x, middle - half, BAR, half * 2)
  })
  pen.globalAlpha = 1
}

function drawAxis(pen: CanvasRenderingContext2D, width: number, height: number, view: View, colours: Colours): void {
  pen.fillStyle = colours.ink
  pen.font = '11px system-ui'
  pen.textBaseline = 'middle'
  for (const mark of ticks(view, Math.max(2, Math.floor(width / 90)))) {
    const x = xAt(mark, width, view)
    pen.fillRect(Math.round(x), height - AXIS, 1, 4)
    if (x < width - 34) pen.fillText(clock(mark), x + 3, height - AXIS / 2 + 2)
  }
}

function drawHead(pen: CanvasRenderingContext2D, width: number, height: number, picture: Picture, colours: Colours): void {
  pen.fillStyle = colours.head
  pen.fillRect(Math.round(xAt(picture.time, width, picture.view)) - 0.75, 0, 1.5, height)
  if (picture.hover === null) return
  const x = xAt(picture.hover, width, picture.view)
  pen.globalAlpha = 0.4
  pen.fillRect(x, 0, 1, height)
  pen.globalAlpha = 1
  pen.font = '11px system-ui'
  pen.fillText(clock(picture.hover), Math.min(x + 4, width - 34), 8)
}
