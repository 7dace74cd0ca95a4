/** Supervisors' commands and pause reasons of the made-up API. Development only. */

import type { AgentState } from '../../src/core/wire.ts'
import { publish, setAgent, world } from '../floor.ts'
import { crud, on, Refusal } from '../rest.ts'
import { REASONS } from '../world.ts'

const STATES: Record<string, AgentState> = { ready: 'ready', pause: 'paused', signed_out: 'off' }

crud('/pause-reasons', REASONS)
on('POST', '/floor/agents/:id/state', ({ params, body }) => {
  const agent = world.agents[params.id!]
  const state = STATES[String(body.state)]
  if (!agent || !state) throw new Refusal(404, 'agents.unknown')
  setAgent(agent, state, { reason: body.reason ?? null, call: null })
  publish()
  return {}
})
on('POST', '/floor/calls/:id/listen', ({ params }) => {
  const call = world.calls[params.id!]
  if (!call) throw new Refusal(404, 'calls.unknown')
  call.listeners += 1
  publish()
  return {}
})
on('DELETE', '/floor/calls/:id/listen', ({ params }) => {
  const call = world.calls[params.id!]
  if (call) call.listeners = 0
  publish()
  return {}
})
