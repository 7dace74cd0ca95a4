import { describe, expect, it } from 'vitest'
import { apply, concerns, nothing } from '@/core/live/merge'
import type { AgentRow, CallRow, LiveMessage, Patch } from '@/core/wire'
import { AT, agent, call, snapshot } from './make'

function after(...messages: LiveMessage[]) {
  const data = nothing()
  for (const message of messages) apply(data, structuredClone(message))
  return data
}

describe('a snapshot and the patches after it', () => {
  it('replaces changed rows, keeps the others and takes away those that are gone', () => {
    const data = after(
      snapshot({ agents: { a1: agent(), a2: agent({ id: 'a2' }) }, calls: { c1: call(), c2: call({ id: 'c2' }) } }),
      { type: 'patch', seq: 2, at: AT, agents: { a1: agent({ state: 'busy', call: 'c1' }) }, calls: { c2: null } },
    )
    expect(data.agents.a1!.state).toBe('busy')
    expect(data.agents.a2!.state).toBe('ready')
    expect(Object.keys(data.calls)).toEqual(['c1'])
    expect(data.seq).toBe(2)
  })

  it("keeps the agent's own row in step with the agents", () => {
    const data = after(snapshot({ me: agent(), agents: { a1: agent() } }), { type: 'patch', seq: 2, at: AT, agents: { a1: agent({ state: 'paused' }) } })
    expect(data.me!.state).toBe('paused')
  })

  it('forgets everything of before at a new snapshot', () => {
    const data = after(snapshot({ calls: { c1: call() } }), snapshot({ seq: 9, calls: { c9: call({ id: 'c9' }) } }))
    expect(Object.keys(data.calls)).toEqual(['c9'])
  })

  it('equals a new snapshot, whatever the changes were', () => {
    let seed = 7
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n
    const agents: Record<string, AgentRow> = {}
    const calls: Record<string, CallRow> = {}
    const messages: LiveMessage[] = [snapshot()]
    for (let seq = 2; seq < 300; seq++) {
      const patch: Patch = { type: 'patch', seq, at: AT }
      const id = `x${random(8)}`
      if (random(2)) patch.agents = { [id]: (agents[id] = agent({ id, muted: random(2) === 1, since: String(seq) })) }
      else if (calls[id]) {
        delete calls[id]
        patch.calls = { [id]: null }
      } else patch.calls = { [id]: (calls[id] = call({ id, priority: seq })) }
      messages.push(patch)
    }
    const merged = after(...messages)
    const fresh = after(snapshot({ seq: 299, agents, calls }))
    expect(merged).toEqual(fresh)
  })
})

describe('a message that concerns the one who looks', () => {
  const mine = call({ id: 'c1', agents: [{ id: 'a1', leg: 'l', state: 'talking', until: null, muted: false }] })
  const data = after(snapshot({ me: agent(), agents: { a1: agent() }, calls: { c1: mine } }))
  const patch = (change: Partial<Patch>): Patch => ({ type: 'patch', seq: 2, at: AT, ...change })

  it('is about his row, or a call that he comes into or was in', () => {
    expect(concerns(data, patch({ agents: { a1: agent({ state: 'offered' }) } }))).toBe(true)
    expect(concerns(data, patch({ calls: { c2: { ...mine, id: 'c2' } } }))).toBe(true)
    expect(concerns(data, patch({ calls: { c1: null } }))).toBe(true)
  })

  it('is not about others', () => {
    expect(concerns(data, patch({ agents: { a2: agent({ id: 'a2' }) }, calls: { c9: call({ id: 'c9' }) } }))).toBe(false)
    expect(concerns(after(snapshot()), patch({ agents: { a1: agent() } }))).toBe(false)
    expect(concerns(data, { type: 'beat', seq: 3, at: AT })).toBe(false)
  })
})
