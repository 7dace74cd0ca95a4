/** Segments of a contact laid out as bars: one lane for the caller's own way, one for every agent. */

import type { Segment } from '@/core/wire'

export const SEGMENT_KINDS = ['ivr', 'queue', 'ring', 'talk', 'hold', 'consult', 'conference', 'wrap_up'] as const satisfies readonly Segment['kind'][]
export type SegmentKind = Segment['kind']

export interface Bar {
  kind: SegmentKind
  segment: Segment
  /** Seconds after the contact began. */
  from: number
  to: number
}

export interface Lane {
  /** The agent, or null for the caller's way before and between agents. */
  agent: string | null
  bars: Bar[]
}

export interface Layout {
  lanes: Lane[]
  total_s: number
}

function instant(time: string | null, open: number): number {
  return time === null ? open : Date.parse(time)
}

/** `now` ends what still goes on. Lanes stand in the order in which they first did something. */
export function layOut(segments: Segment[], now: Date): Layout {
  if (segments.length === 0) return { lanes: [], total_s: 0 }
  const begin = Math.min(...segments.map((segment) => Date.parse(segment.start)))
  const finish = Math.max(...segments.map((segment) => instant(segment.end, now.getTime())))
  const lanes = new Map<string | null, Lane>()
  const inOrder = [...segments].sort((a, b) => Date.parse(a.start) - Date.parse(b.start))
  for (const segment of inOrder) {
    const lane = lanes.get(segment.agent) ?? { agent: segment.agent, bars: [] }
    lanes.set(segment.agent, lane)
    lane.bars.push({
      kind: segment.kind,
      segment,
      from: (Date.parse(segment.start) - begin) / 1000,
      to: (instant(segment.end, now.getTime()) - begin) / 1000,
    })
  }
  return { lanes: [...lanes.values()], total_s: (finish - begin) / 1000 }
}

/** The kinds that occur, in their fixed order: the legend. */
export function kindsIn(layout: Layout): SegmentKind[] {
  const seen = new Set(layout.lanes.flatMap((lane) => lane.bars.map((bar) => bar.kind)))
  return SEGMENT_KINDS.filter((kind) => seen.has(kind))
}

/** Seconds spent in each kind, all lanes together. */
export function totals(layout: Layout): Partial<Record<SegmentKind, number>> {
  const sums: Partial<Record<SegmentKind, number>> = {}
  for (const bar of layout.lanes.flatMap((lane) => lane.bars)) {
    sums[bar.kind] = (sums[bar.kind] ?? 0) + bar.to - bar.from
  }
  return sums
}
