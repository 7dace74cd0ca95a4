/** The floor as a map: agents as seats, by team, in lines of as many as fit. Pure; only the lines in sight are drawn. */

import { natural } from '@/core/order'
import type { AgentRow, AgentState, AlertRow, PauseReason } from '@/core/wire'
import { AGENT_STATES, countStates, type Heat } from './board'

export const SEAT_WIDTH = 176
export const SEAT_HEIGHT = 54
export const TEAM_HEIGHT = 34

export interface TeamLine {
  kind: 'team'
  key: string
  name: string
  agents: number
  counts: Record<AgentState, number>
  top: number
}

export interface SeatLine {
  kind: 'seats'
  key: string
  agents: AgentRow[]
  top: number
}

export type Line = TeamLine | SeatLine

export interface FloorMap {
  lines: Line[]
  height: number
  /** The agents in the order they are seen, for walking with the keyboard. */
  order: AgentRow[]
}

/** Made once: a comparison that names its language makes a collator each time, and half of a large board's work was that. */

/** `agents` stand in their team in the order they come; teams by name, those without one last. */
export function floorMap(agents: AgentRow[], teamName: (id: string | null) => string, columns: number): FloorMap {
  const teams = new Map<string, AgentRow[]>()
  for (const agent of agents) {
    const name = teamName(agent.team)
    const members = teams.get(name)
    if (members) members.push(agent)
    else teams.set(name, [agent])
  }
  const names = [...teams.keys()].sort((a, b) => Number(a === '') - Number(b === '') || natural(a, b))
  const map: FloorMap = { lines: [], height: 0, order: [] }
  for (const name of names) {
    const members = teams.get(name)!
    map.lines.push({ kind: 'team', key: `team:${name}`, name, agents: members.length, counts: countStates(members), top: map.height })
    map.height += TEAM_HEIGHT
    for (let from = 0; from < members.length; from += columns) {
      map.lines.push({ kind: 'seats', key: `seats:${name}:${from}`, agents: members.slice(from, from + columns), top: map.height })
      map.height += SEAT_HEIGHT
    }
    map.order.push(...members)
  }
  return map
}

/** The lines between two heights, and a little more on both sides. */
export function inSight(lines: Line[], top: number, bottom: number): Line[] {
  const spare = 2 * SEAT_HEIGHT
  let first = 0
  let last = lines.length
  while (first < last) {
    const middle = (first + last) >> 1
    if (lines[middle]!.top + SEAT_HEIGHT < top - spare) first = middle + 1
    else last = middle
  }
  let end = first
  while (end < lines.length && lines[end]!.top <= bottom + spare) end++
  return lines.slice(first, end)
}

/** Where a key leads from the seat at `at`, in a map of `columns`; null: the key is none of ours. */
export function walk(key: string, map: FloorMap, at: string | null, columns: number): AgentRow | null {
  const index = map.order.findIndex((agent) => agent.id === at)
  const last = map.order.length - 1
  if (last < 0) return null
  switch (key) {
    case 'ArrowRight':
    case 'j':
      return map.order[Math.min(index + 1, last)]!
    case 'ArrowLeft':
    case 'k':
      return map.order[Math.max(index - 1, 0)]!
    case 'Home':
      return map.order[0]!
    case 'End':
      return map.order[last]!
    case 'ArrowDown':
      return nextLine(map, at, columns, 1)
    case 'ArrowUp':
      return nextLine(map, at, columns, -1)
    default:
      return null
  }
}

function nextLine(map: FloorMap, at: string | null, columns: number, step: 1 | -1): AgentRow {
  const seats = map.lines.filter((line): line is SeatLine => line.kind === 'seats')
  const line = seats.findIndex((one) => one.agents.some((agent) => agent.id === at))
  if (line < 0) return map.order[0]!
  const column = Math.min(seats[line]!.agents.findIndex((agent) => agent.id === at), columns - 1)
  const to = seats[Math.min(Math.max(line + step, 0), seats.length - 1)]!
  return to.agents[Math.min(column, to.agents.length - 1)]!
}

/** How far an agent's state has gone beyond what is allowed: by an open alert, or by the limit of his pause. */
export function stateHeat(agent: AgentRow, since_s: number, reasons: PauseReason[], alert: AlertRow | undefined): Heat {
  if (alert) return alert.severity === 'critical' ? 'hot' : 'warm'
  const limit = agent.state === 'paused' ? (reasons.find((one) => one.id === agent.reason)?.limit_s ?? null) : null
  if (limit === null) return 'calm'
  if (since_s >= limit) return 'hot'
  return since_s >= 0.8 * limit ? 'warm' : 'calm'
}

export type Order = 'state' | 'since' | 'name'

/** The order of the seats in a team. Equal ones by name, so that seats do not jump about. */
export function ordered(agents: AgentRow[], by: Order): AgentRow[] {
  const byName = (a: AgentRow, b: AgentRow) => natural(a.extension, b.extension)
  const byState = (a: AgentRow, b: AgentRow) => AGENT_STATES.indexOf(a.state) - AGENT_STATES.indexOf(b.state)
  const bySince = (a: AgentRow, b: AgentRow) => {
    const [before, after] = [a.since ?? '9', b.since ?? '9']
    return before < after ? -1 : Number(before > after)
  }
  return [...agents].sort((a, b) => (by === 'state' ? byState(a, b) : by === 'since' ? bySince(a, b) : 0) || byName(a, b))
}
