/** How a queue has been set, as the server tells it. */

import { pretty } from '../flows/versions'
import type { Draft } from '../form/fields'

export interface QueueVersion {
  id: string
  version: number
  note: string
  created_by: string | null
  created_at: string
}

export interface WholeVersion extends QueueVersion {
  document: Draft
}

/** A queue's settings as text that can be compared line by line. */
export function compared(values: Draft): string {
  const known = Object.entries(values).filter(([key]) => key !== 'id')
  return pretty(Object.fromEntries(known.sort(([a], [b]) => a.localeCompare(b))))
}
