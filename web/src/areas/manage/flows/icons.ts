/** The drawings that node types may name. */

import {
  AudioLines, Ban, BookOpen, Box, Bot, Braces, CalendarClock, CircleDot, Clock, Cloud, CornerUpLeft, Database, Dice5, Ear, FileText, Flag, Gauge, GitBranch, Globe, Hash, Headset,
  IdCard, Info, KeyRound, Languages, Library, ListChecks, ListOrdered, Lock, Mail, MapPin, Megaphone, MessageSquare, Mic, Music, Percent, Phone, PhoneCall,
  PhoneForwarded, PhoneIncoming, PhoneOff, PhoneOutgoing, Printer, Radio, Repeat, Search, Send, Shuffle, Sigma, Speech, Split, Star, Tag, Timer, User, UserCheck, UserPlus, Users,
  Variable, Video, Voicemail, Volume2, Waypoints, Webhook, Workflow,
} from '@lucide/vue'
import type { Component } from 'vue'

const ICONS: Record<string, Component> = {
  'audio-lines': AudioLines, ban: Ban, 'book-open': BookOpen, box: Box, bot: Bot, braces: Braces, 'calendar-clock': CalendarClock, 'circle-dot': CircleDot, clock: Clock,
  cloud: Cloud, 'corner-up-left': CornerUpLeft, database: Database, dice: Dice5, ear: Ear, 'file-text': FileText, flag: Flag, gauge: Gauge, 'git-branch': GitBranch, globe: Globe, hash: Hash, headset: Headset,
  'id-card': IdCard, info: Info, key: KeyRound, languages: Languages, library: Library, 'list-checks': ListChecks, 'list-ordered': ListOrdered, lock: Lock, mail: Mail,
  'map-pin': MapPin, megaphone: Megaphone, message: MessageSquare, mic: Mic, music: Music, percent: Percent, phone: Phone, 'phone-call': PhoneCall,
  'phone-forwarded': PhoneForwarded, 'phone-incoming': PhoneIncoming, 'phone-off': PhoneOff, 'phone-outgoing': PhoneOutgoing, printer: Printer, radio: Radio, repeat: Repeat, search: Search, send: Send,
  shuffle: Shuffle, sigma: Sigma, speech: Speech, split: Split, star: Star, tag: Tag, timer: Timer, user: User, 'user-check': UserCheck, 'user-plus': UserPlus,
  users: Users, variable: Variable, video: Video, voicemail: Voicemail, 'volume-2': Volume2, waypoints: Waypoints, webhook: Webhook, workflow: Workflow,
}

export function iconOf(name: string): Component {
  return ICONS[name] ?? Box
}
