/** A queue's rules of calling back, as the server has them. */
export interface CallbackRules {
  order: 'agent' | 'customer'
  attempts: number
  gap_s: number
  expires_s: number
  calendar: string
  slot_min: number
  per_slot: number
  days: number
}

export function freshCallback(): CallbackRules {
  return { order: 'agent', attempts: 3, gap_s: 600, expires_s: 86_400, calendar: '', slot_min: 30, per_slot: 0, days: 3 }
}
