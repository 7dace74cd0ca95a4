/** What would happen if a customer came into a queue now, as the server works it out. */

export interface Excluded {
  agent: string
  code: string
  text: string
}

export interface Step {
  after_s: number
  /** offered | ended | widened (to the ring `reason`) | reserve (is called, because `reason`) | left */
  what: string
  agent: string | null
  reason: string
  why: Record<string, unknown> | null
}

export interface DryRun {
  customer: { id: string; name: string } | null
  preferred: string[]
  position: number
  expected_wait_s: number | null
  steps: Step[]
  excluded: Excluded[]
}

export interface Group {
  code: string
  text: string
  agents: string[]
}

/** Those who are left out for one reason stand together; the reason that concerns the most comes first. */
export function byReason(excluded: Excluded[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { agent, code, text } of excluded) {
    const key = `${code}:${text}`
    const group = groups.get(key) ?? { code, text, agents: [] }
    group.agents.push(agent)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => b.agents.length - a.agents.length)
}
