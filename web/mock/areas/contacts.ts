/** Contacts and figures of the made-up API. Development only. */

import { world } from '../floor.ts'
import { crud, on } from '../rest.ts'
import { at } from '../world.ts'

on('GET', '/figures/today', () => ({ at: at(), queues: world.figures, formulas: {} }))
crud('/contacts', world.contacts)
