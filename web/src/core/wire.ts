/** What the server says, as it says it (snake_case). One place; pages import from here. */

export type Id = string
/** ISO-8601 in UTC. */
export type Instant = string

export interface Page<T> {
  items: T[]
  total: number
}

export type Role = 'administrator' | 'supervisor' | 'agent' | 'quality' | 'analyst'

export interface Session {
  user: { id: Id; name: string; username: string; role: Role; locale: string; permissions: string[]; theme?: string }
  tenant: { id: Id; slug: string; name: string; timezone: string }
  agent: { id: Id; extension: string; name: string } | null
  csrf: string
}

export type AgentState = 'off' | 'paused' | 'ready' | 'offered' | 'busy' | 'wrap_up'
export type CallState =
  | 'ivr'
  | 'waiting'
  | 'offering'
  | 'ringing_out'
  | 'talking'
  | 'held'
  | 'consulting'
  | 'conference'
  | 'parked'
  | 'wrap_up'
  | 'ended'
export type Direction = 'inbound' | 'outbound' | 'internal'

export interface AgentRow {
  id: Id
  name: string
  extension: string
  team: string | null
  state: AgentState
  since: Instant
  reason: string | null
  call: Id | null
  queues: Id[]
  phone: boolean
  desk: boolean
  next_pause: string | null
  until: Instant | null
  holding: boolean
  muted: boolean
  /** A supervisor's words that he has not read yet. */
  messages: DeskMessage[]
  /** Is signed out as soon as he has finished. */
  going: boolean
  /** The call that he attends as a supervisor. */
  attends: Id | null
  failed?: CallFailure | null
}

/** Whom an agent called and did not reach. `why`: the switch's cause, or missed | rejected | unreachable of a colleague. */
export interface CallFailure {
  at: Instant
  target: string
  why: string
}

export interface DeskMessage {
  id: Id
  at: Instant
  name: string
  text: string
  urgent: boolean
}

export type Part = 'moderator' | 'speaker' | 'listener'

export interface Conference {
  locked: boolean
  parties: { leg: string; agent: Id | null; role: string; address: string; part: Part; muted: boolean }[]
  invited: { leg: string; target: string; part: Part; by: Id }[]
}

export interface QueueRow {
  id: Id
  name: string
  waiting: number
  longest_since: Instant | null
  expected_wait_s: number | null
  agents: { ready: number; offered: number; busy: number; wrap_up: number; paused: number }
  sl_threshold_s: number
  /** Since when a supervisor has closed it. */
  closed: Instant | null
  /** Since when its reserve has been called, and why. */
  reserve: { since: Instant; because: 'nobody' | 'waiting' | 'wait' | 'service_level' } | null
}

export interface CallAgent {
  id: Id
  leg: string
  state: 'offered' | 'ringing' | 'talking' | 'held' | 'consulting' | 'apart' | 'wrap_up'
  until: Instant | null
  muted: boolean
  /** So often he may ask for more time to wrap up, by how much each time, and how often he has. */
  extensions?: number
  extension_s?: number
  extended?: number
}

export interface CallRow {
  id: Id
  direction: Direction
  caller: string
  called: string
  caller_name: string
  state: CallState
  since: Instant
  started: Instant
  queue: Id | null
  priority: number
  waiting_since: Instant | null
  answered_at: Instant | null
  agents: CallAgent[]
  customer: { id: Id; name: string; sure: boolean } | null
  answers: Record<string, unknown>
  consult: { target: string; by?: Id; state: 'ringing' | 'talking'; leg: string | null; with?: 'customer' | 'party' } | null
  conference: Conference | null
  parked: { slot: number; by: Id; since: Instant; until: Instant } | null
  /** The customer is in a flow in the middle of the call. */
  detour: { by: Id; stays: boolean; node: string } | null
  /** What the agents have written so far. */
  notes: { agent: Id; text: string }[]
  others: { leg: string; role?: 'customer' | 'outside'; address: string; state: string }[]
  recording: { id: string; on: boolean; paused: boolean } | null
  why: Record<string, unknown> | null
  listeners: number
  attendants: { supervisor: Id; name: string; agent: Id; mode: 'listen' | 'whisper' | 'barge' | 'take_over' }[]
  /** The customer has asked to be called back, and waits since then. */
  /** The ordered call of which it is an attempt. */
  outcall?: Id | null
  callback?: { id: Id; since: Instant | null; attempt: number | null; origin: Id | null } | null
}

export interface Figures {
  offered: number
  answered: number
  abandoned: number
  short_abandoned: number
  /** Left the queue by its own rules: time-out, nobody there. */
  flow_out: number
  answered_in_sl: number
  service_level: number | null
  /** Abandoned, of all offered. */
  abandon_rate: number | null
  asa_s: number | null
  aht_s: number | null
  longest_wait_s: number | null
  /** Answered after a wait that had been foretold; waited − foretold on average, and how far off it was. */
  foretold: number
  wait_bias_s: number | null
  wait_error_s: number | null
}

export type Severity = 'warning' | 'critical'
export type AlertKind = 'waiting' | 'longest_wait' | 'service_level' | 'abandon_burst' | 'no_agent_ready' | 'state_too_long' | 'trunk_down'

/** An alert that is raised and not cleared. `subject` is `queue:<id>`, `agent:<id>` or `trunk:<id>`. */
export interface AlertRow {
  id: Id
  rule: Id
  rule_name: string
  kind: AlertKind
  severity: Severity
  subject: string
  subject_name: string
  value: number
  threshold: number
  raised_at: Instant
  sound: boolean
  acknowledged_at: Instant | null
  acknowledged_by: string
}

export interface TrunkRow {
  id: Id
  name: string
  host: string
  default: boolean
  /** Lines in use. */
  calls: number
  /** `unknown`: it only brings calls in, so that nobody can be asked. */
  state: 'up' | 'down' | 'unknown'
  since: Instant | null
}

export interface Snapshot {
  type: 'snapshot'
  seq: number
  at: Instant
  me: AgentRow | null
  agents: Record<Id, AgentRow>
  queues: Record<Id, QueueRow>
  calls: Record<Id, CallRow>
  figures: Record<Id, Figures>
  alerts?: Record<Id, AlertRow>
  trunks?: Record<Id, TrunkRow>
}

export interface Patch {
  type: 'patch'
  seq: number
  at: Instant
  me?: AgentRow | null
  agents?: Record<Id, AgentRow | null>
  queues?: Record<Id, QueueRow | null>
  calls?: Record<Id, CallRow | null>
  figures?: Record<Id, Figures | null>
  alerts?: Record<Id, AlertRow | null>
  trunks?: Record<Id, TrunkRow | null>
}

export interface Beat {
  type: 'beat'
  seq: number
  at: Instant
}

export type LiveMessage = Snapshot | Patch | Beat

export interface PauseReason {
  id: Id
  name: string
  productive: boolean
  limit_s: number | null
}

export interface Disposition {
  id: Id
  name: string
  queue_id: Id | null
  parent_id: Id | null
}

export interface DeskSetup {
  agent: { id: Id; name: string; extension: string; queues: Id[] }
  /** None: the agent's phone is not this browser. */
  phone: { uri: string; password: string; ws_path: string; ice: { urls: string | string[]; username?: string; credential?: string }[]; web?: boolean } | null
  queues: { id: Id; name: string }[]
  pause_reasons: PauseReason[]
  dispositions: Disposition[]
  colleagues: { id: Id; name: string; extension: string }[]
  flows: { id: Id; name: string }[]
}

export interface Identity {
  kind: 'phone' | 'mail'
  value: string
  label: string
}

export interface Customer {
  id: Id
  name: string
  identities: Identity[]
  tags: string[]
  notes: string
  attributes: Record<string, unknown>
  vip: boolean
  /** The agent who looks after him. */
  manager?: Id | null
}

export type Outcome = 'answered' | 'abandoned' | 'short_abandon' | 'flow_out' | 'ivr_only' | 'failed'
/** What contacts are asked for by: also all that were given up, as the figures count them. */
export type OutcomeAsked = Outcome | 'any_abandon'

export interface ContactRow {
  id: Id
  at: Instant
  direction: Direction
  caller: string
  called: string
  customer: { id: Id; name: string } | null
  queue: { id: Id; name: string } | Id | null
  agent: { id: Id; name: string } | Id | null
  /** None while it goes on. */
  outcome: Outcome | null
  wait_s: number | null
  talk_s: number | null
  hold_s: number | null
  wrap_up_s: number | null
  recorded: boolean
  disposition: string | null
}

export interface Segment {
  kind: 'ivr' | 'queue' | 'ring' | 'talk' | 'hold' | 'consult' | 'conference' | 'wrap_up'
  agent: Id | null
  queue: Id | null
  leg: string | null
  start: Instant
  end: Instant | null
}

/** `state`: open | closed (being stored) | stored | removed (kept long enough) | missing (then `reason`). */
export interface Recording {
  id: Id
  duration_s: number
  channels: number
  started_at: Instant
  state: 'open' | 'closed' | 'stored' | 'removed' | 'missing'
  reason: string
}

/** `state`: open | closed (being stored) | stored | removed (kept long enough) | missing (then `reason`) | sent | failed (no page went over). */
export interface Fax {
  id: string
  way: 'received' | 'sent'
  /** What was sent, and how it was called then. */
  document: string
  document_name: string
  started_at: Instant
  ended_at: Instant | null
  state: 'open' | 'closed' | 'stored' | 'removed' | 'missing' | 'sent' | 'failed'
  complete: boolean
  pages: number
  /** What the other machine calls itself. */
  station: string
  t38: boolean
  reason: string
}

export interface Contact extends ContactRow {
  /** The contact in which this call was asked for, and the calls that were asked for in this one. */
  follows?: Id | null
  followed_by?: Id[]
  segments: Segment[]
  legs: Record<string, unknown>[]
  facts: { seq: number; at: Instant; kind: string; data: Record<string, unknown> }[]
  /** What the steps of flows are called that the facts name, by version and id. */
  steps?: Record<string, Record<string, { title: string; type: string; kind: Partial<Record<'zh' | 'en', string>> }>>
  notes: string
  /** What the customer answered after the agent had hung up, by variable. */
  survey: Record<string, unknown>
  recordings: Recording[]
  faxes?: Fax[]
}
