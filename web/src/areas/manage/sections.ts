/** Which parts of the area somebody may enter, in the order of the side list. */

import { KeyRound, MonitorPlay, ScrollText, SlidersHorizontal, Webhook } from '@lucide/vue'
import type { Component } from 'vue'
import { can } from '@/core/session'
import { GROUPS, RESOURCES } from './resources'

export interface Entry {
  name: string
  icon: Component
}

const PAGES: Record<string, { icon: Component; permission: string }> = {
  settings: { icon: SlidersHorizontal, permission: 'settings.manage' },
  'api-keys': { icon: KeyRound, permission: 'users.manage' },
  'wall-screens': { icon: MonitorPlay, permission: 'walls.manage' },
  webhooks: { icon: Webhook, permission: 'webhooks.manage' },
  audit: { icon: ScrollText, permission: 'audit.view' },
}

function entry(name: string): Entry[] {
  const found = RESOURCES.find((resource) => resource.name === name) ?? PAGES[name]
  return found && can(found.permission) ? [{ name, icon: found.icon }] : []
}

export function openGroups(): { key: string; entries: Entry[] }[] {
  return GROUPS.map(({ key, names }) => ({ key, entries: names.flatMap(entry) })).filter(({ entries }) => entries.length > 0)
}
