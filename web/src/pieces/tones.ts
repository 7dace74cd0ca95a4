/** One look for each state, the same on every page: a tone (colour), an icon, and a word by message key. */

import {
  Ban,
  CircleCheck,
  CircleOff,
  CircleParking,
  Coffee,
  CornerUpRight,
  GitBranch,
  Headphones,
  Hourglass,
  PencilLine,
  Phone,
  PhoneIncoming,
  PhoneMissed,
  PhoneOff,
  PhoneOutgoing,
  Pause,
  TriangleAlert,
  UsersRound,
} from '@lucide/vue'
import type { Component } from 'vue'

export type Tone = 'ready' | 'ringing' | 'talking' | 'hold' | 'wrap-up' | 'paused' | 'offline' | 'alarm'

export interface Look {
  tone: Tone
  icon: Component
}

export const LOOKS: Record<string, Look> = {
  off: { tone: 'offline', icon: CircleOff },
  paused: { tone: 'paused', icon: Coffee },
  ready: { tone: 'ready', icon: CircleCheck },
  offered: { tone: 'ringing', icon: PhoneIncoming },
  busy: { tone: 'talking', icon: Phone },
  wrap_up: { tone: 'wrap-up', icon: PencilLine },
  ivr: { tone: 'paused', icon: GitBranch },
  waiting: { tone: 'ringing', icon: Hourglass },
  offering: { tone: 'ringing', icon: PhoneIncoming },
  ringing: { tone: 'ringing', icon: PhoneIncoming },
  ringing_out: { tone: 'ringing', icon: PhoneOutgoing },
  talking: { tone: 'talking', icon: Phone },
  held: { tone: 'hold', icon: Pause },
  consulting: { tone: 'hold', icon: UsersRound },
  conference: { tone: 'talking', icon: UsersRound },
  parked: { tone: 'hold', icon: CircleParking },
  apart: { tone: 'hold', icon: GitBranch },
  ended: { tone: 'offline', icon: PhoneOff },
  answered: { tone: 'ready', icon: CircleCheck },
  abandoned: { tone: 'alarm', icon: PhoneMissed },
  short_abandon: { tone: 'paused', icon: PhoneMissed },
  flow_out: { tone: 'ringing', icon: CornerUpRight },
  ivr_only: { tone: 'paused', icon: GitBranch },
  failed: { tone: 'alarm', icon: Ban },
  alarm: { tone: 'alarm', icon: TriangleAlert },
  listening: { tone: 'hold', icon: Headphones },
}

export function lookOf(state: string): Look {
  return LOOKS[state] ?? LOOKS.off!
}
