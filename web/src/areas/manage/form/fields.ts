/** A form as data: what a thing's fields are, which values they take, and what is wrong with a draft. */

import { type Category, firstUnfinished } from './categories'
import { firstIncomplete, type WayOut } from './exits'

/** Where a choice's options come from: fixed words, or rows of another list. */
export type Source =
  | 'users'
  | 'agents'
  | 'teams'
  | 'skills'
  | 'queues'
  | 'flows'
  | 'trunks'
  | 'calendars'
  | 'dispositions'
  | 'webhooks'
  | 'music'
  | 'prompts'

interface Common {
  key: string
  required?: boolean
  /** Shown only while this holds of the draft. */
  when?: (draft: Draft) => boolean
  /** Set when the thing is made, and never changed. */
  onceOnly?: boolean
  /** Only for what exists already. */
  laterOnly?: boolean
  /** Empty is a value: it means what the help says. */
  optional?: boolean
  /** Half of the row is enough. */
  half?: boolean
}

export type Field = Common &
  (
    | { kind: 'text'; pattern?: RegExp; /** What it is called in the words for what does not fit it; else the field's key. */ patternName?: string; longest?: number; mono?: boolean }
    | { kind: 'area'; longest?: number }
    | { kind: 'number'; least?: number; most?: number; unit?: Unit; digits?: number }
    | { kind: 'switch' }
    | { kind: 'choice'; options: readonly string[] }
    | { kind: 'choices'; options: readonly string[] }
    | { kind: 'pick'; from: Source }
    | { kind: 'picks'; from: Source }
    | { kind: 'words' }
    | { kind: 'secret'; neededAtFirst?: boolean; shortest?: number }
    | { kind: 'levels' }
    | { kind: 'colour' }
    | { kind: 'phone' }
    | { kind: 'texts' }
    | { kind: 'weekly' }
    | { kind: 'days' }
    | { kind: 'special_days' }
    | { kind: 'requirement' }
    | { kind: 'rules' }
    | { kind: 'exits' }
    | { kind: 'callback' }
    | { kind: 'categories' }
  )

export type Unit = 's' | 'times' | 'percent' | 'callers' | 'phones' | 'levels' | 'agents' | 'customers' | 'days' | 'a_minute'

export interface Section {
  key: string
  fields: Field[]
}

export type Draft = Record<string, unknown>

/** What is wrong, as a term of the language files and its parameters. */
export interface Problem {
  code: string
  params?: Record<string, unknown>
}

export type Problems = Record<string, Problem>

export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

export function shownFields(sections: Section[], draft: Draft): Field[] {
  return sections.flatMap((section) => section.fields).filter((field) => field.when?.(draft) ?? true)
}

/** Every field's first problem. A field that is not shown has none. `fresh`: the thing does not exist yet. */
export function check(sections: Section[], draft: Draft, fresh = false): Problems {
  const problems: Problems = {}
  for (const field of shownFields(sections, draft)) {
    if (fresh ? field.laterOnly : field.onceOnly) continue
    const problem = checkField(field, draft[field.key], fresh)
    if (problem) problems[field.key] = problem
  }
  return problems
}

function checkField(field: Field, value: unknown, fresh: boolean): Problem | null {
  const needed = field.required || (field.kind === 'secret' && field.neededAtFirst && fresh)
  if (isBlank(value)) return needed ? { code: 'required' } : null
  switch (field.kind) {
    case 'number':
      return checkNumber(field.least, field.most, value)
    case 'text':
    case 'area':
      return checkText(field.longest ?? 200, field.kind === 'text' ? field.pattern : undefined, field.kind === 'text' ? (field.patternName ?? field.key) : field.key, value)
    case 'secret':
      return String(value).length < (field.shortest ?? 1) ? { code: 'shortest', params: { shortest: field.shortest } } : null
    case 'phone':
      return checkPhone(value as { kind: string; address?: string | null })
    case 'weekly':
      return checkWeekly(value as Weekly)
    case 'exits':
      return checkExits(value as WayOut[])
    case 'categories':
      return firstUnfinished(value as Category[])
    default:
      return null
  }
}

function checkNumber(least: number | undefined, most: number | undefined, value: unknown): Problem | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { code: 'number' }
  if (least !== undefined && value < least) return { code: 'least', params: { least } }
  if (most !== undefined && value > most) return { code: 'most', params: { most } }
  return null
}

function checkText(longest: number, pattern: RegExp | undefined, key: string, value: unknown): Problem | null {
  const text = String(value)
  if (text.length > longest) return { code: 'longest', params: { longest } }
  if (pattern && !pattern.test(text)) return { code: `pattern_${key}` }
  return null
}

function checkExits(exits: WayOut[]): Problem | null {
  const found = firstIncomplete(exits)
  return found ? { code: `exit_${found.missing}`, params: { number: found.number } } : null
}

function checkPhone(phone: { kind: string; address?: string | null }): Problem | null {
  if (phone.kind === 'address' && isBlank(phone.address)) return { code: 'phone_address' }
  return null
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]
/** Windows of a day: ["09:00", "18:00"]; "24:00" is the day's end. */
export type Window = [string, string]
export type Weekly = Partial<Record<Weekday, Window[]>>

const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/

/** Windows have an end after their start and do not overlap. */
export function checkWindows(windows: Window[]): Problem | null {
  const inOrder = [...windows].sort((a, b) => a[0].localeCompare(b[0]))
  for (const [index, [start, end]] of inOrder.entries()) {
    if (!TIME.test(start) || !TIME.test(end)) return { code: 'time' }
    if (start >= end) return { code: 'window_order', params: { start, end } }
    const before = inOrder[index - 1]
    if (before && before[1] > start) return { code: 'window_overlap', params: { start, end: before[1] } }
  }
  return null
}

function checkWeekly(weekly: Weekly): Problem | null {
  for (const day of WEEKDAYS) {
    const problem = checkWindows(weekly[day] ?? [])
    if (problem) return { code: problem.code, params: { ...problem.params, day } }
  }
  return null
}

/** Equal as data: the order of an object's keys says nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => same(left[key], right[key]))
}

/** All that a new thing is made from. */
export function whole(sections: Section[], draft: Draft): Draft {
  const made: Draft = {}
  for (const field of sections.flatMap((section) => section.fields)) {
    const value = draft[field.key]
    if (field.laterOnly || value === undefined || (field.kind === 'secret' && isBlank(value))) continue
    made[field.key] = value
  }
  return made
}

/** Only what was changed: what a PATCH carries. A secret that was left empty stays as it is. */
export function changes(sections: Section[], before: Draft, draft: Draft): Draft {
  const changed: Draft = {}
  for (const field of sections.flatMap((section) => section.fields)) {
    const value = draft[field.key]
    if (field.onceOnly || (field.kind === 'secret' && isBlank(value))) continue
    if (!same(before[field.key], value)) changed[field.key] = value
  }
  return changed
}
