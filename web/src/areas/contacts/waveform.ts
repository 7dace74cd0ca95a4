/** The arithmetic of the two-track waveform: no canvas, no audio, so that every edge can be tested. */

/** Loudness per step, `per_s` steps a second; 0 is silence, 1 the loudest that can be. */
export interface Peaks {
  per_s: number
  left: number[]
  right: number[]
}

/** The part of the recording on show, in seconds. */
export interface View {
  from: number
  to: number
}

export function duration(peaks: Peaks): number {
  return peaks.per_s > 0 ? Math.max(peaks.left.length, peaks.right.length) / peaks.per_s : 0
}

/** The loudest peak under each of `width` columns of the view; what lies outside the recording is silence. */
export function columns(track: number[], perS: number, view: View, width: number): number[] {
  const step = ((view.to - view.from) * perS) / width
  return Array.from({ length: width }, (_, column) => {
    const first = Math.floor(view.from * perS + column * step)
    const last = Math.max(first + 1, Math.floor(view.from * perS + (column + 1) * step))
    let loudest = 0
    for (let index = Math.max(0, first); index < Math.min(last, track.length); index++) {
      loudest = Math.max(loudest, track[index] ?? 0)
    }
    return loudest
  })
}

/** What both tracks are divided by, so that a quiet recording still shows; never less than a tenth of full scale. */
export function scale(peaks: Peaks): number {
  let loudest = 0.1
  for (const track of [peaks.left, peaks.right]) for (const peak of track) if (peak > loudest) loudest = peak
  return loudest
}

export function timeAt(x: number, width: number, view: View): number {
  const inside = width > 0 ? Math.min(Math.max(x / width, 0), 1) : 0
  return view.from + inside * (view.to - view.from)
}

export function xAt(time: number, width: number, view: View): number {
  return ((time - view.from) / (view.to - view.from)) * width
}

const SHORTEST_VIEW_S = 5

/** Shows more (`factor` > 1) or less around `around`, and stays inside the recording. */
export function zoom(view: View, factor: number, around: number, total: number): View {
  const length = Math.min(Math.max((view.to - view.from) * factor, Math.min(SHORTEST_VIEW_S, total)), total)
  const share = (around - view.from) / (view.to - view.from)
  const from = Math.min(Math.max(around - share * length, 0), total - length)
  return { from, to: from + length }
}

/** Turns the page when the playing position has left the view. */
export function follow(view: View, time: number, total: number): View {
  if (time >= view.from && time <= view.to) return view
  const length = view.to - view.from
  const from = Math.min(Math.max(time, 0), Math.max(0, total - length))
  return { from, to: from + length }
}

export function clampTime(time: number, total: number): number {
  return Math.min(Math.max(time, 0), total)
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200]

/** Marks of a time axis at round distances, at most `most` of them. */
export function ticks(view: View, most: number): number[] {
  const length = view.to - view.from
  const step = STEPS_S.find((candidate) => length / candidate <= most) ?? 14400
  const first = Math.ceil(view.from / step) * step
  const marks: number[] = []
  for (let mark = first; mark <= view.to; mark += step) marks.push(mark)
  return marks
}
