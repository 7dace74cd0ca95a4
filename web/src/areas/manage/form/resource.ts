/** What one kind of managed thing tells the list and the form that all kinds share. */

import type { Component } from 'vue'
import type { Draft, Section } from './fields'
import type { Lookup } from './lookup'

export interface Row extends Draft {
  id: string
}

export interface Shown {
  key: string
  /** The word of its heading, where it is not that of the field. */
  title?: string
  width: string
  align?: 'start' | 'end' | 'center'
  mono?: boolean
  /** What stands in the list; without it the field as it is. `t` is of `manage`. */
  show?: (row: Row, look: Lookup, t: (key: string, params?: Record<string, unknown>) => string) => string
}

export interface Resource {
  /** Its place in the address, and its words in the language files. */
  name: string
  /** Its REST path. */
  path: string
  /** How the audit trail calls one of it: `queue:<id>`. */
  subject: string
  permission: string
  icon: Component
  columns: Shown[]
  sections: Section[]
  fresh: () => Draft
  /** A page of its own for one of it, instead of the drawer. */
  page?: boolean
  /** A new one is not whole yet: its form stays open for what lies below the fields. */
  staysOpen?: boolean
  /** Below the fields of what exists. */
  below?: Component
  /** The order of the list, when it is not that of the server. */
  arrange?: (rows: Row[]) => Row[]
}
