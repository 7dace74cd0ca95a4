/** What is managed, in the made-up API. Development only. */

import { world } from '../floor.ts'
import { crud } from '../rest.ts'
import { DISPOSITIONS, QUEUES } from '../world.ts'

crud('/queues', QUEUES.map((queue, n) => ({
  ...queue, skills: n === 1 ? { repair: 3 } : {}, priority: n, strategy: 'longest_idle', ring_timeout_s: 15, wrap_up_s: null, max_wait_s: null, music: 'default',
  sl_threshold_s: 20, short_abandon_s: 5, max_misses: 3, announce_every_s: null, announce_position: true, announce_wait: false, when_no_agents: 'wait',
})))
crud('/agents', Object.values(world.agents).map((agent) => ({
  id: agent.id, user_id: null, name: agent.name, extension: agent.extension, phone: { kind: 'web' }, team_id: null, skills: {}, queues: agent.queues, wrap_up_s: null, auto_answer: false,
})))
crud('/dispositions', DISPOSITIONS)
