/** What a screen on the wall shows in turn. */

import type { Id } from '@/core/wire'

export type WallKind = 'totals' | 'queues' | 'agents' | 'alerts' | 'trend'

export interface WallPage {
  kind: WallKind
  queues: Id[]
  teams: Id[]
}

export const WALL_KINDS: readonly WallKind[] = ['totals', 'queues', 'agents', 'alerts', 'trend']

export function wallPage(kind: WallKind): WallPage {
  return { kind, queues: [], teams: [] }
}

export const HOUSE_PAGES: readonly WallPage[] = [wallPage('totals'), wallPage('queues'), wallPage('agents'), wallPage('trend')]

/** Large lists are shown in parts, so that each can be read from four metres: how many parts, and which rows of one. */
export function parts(count: number, most: number): number {
  return Math.max(1, Math.ceil(count / most))
}

export function part<Row>(rows: readonly Row[], most: number, n: number): Row[] {
  const from = (n % parts(rows.length, most)) * most
  return rows.slice(from, from + most)
}
