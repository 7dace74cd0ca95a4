/** Every kind of thing that is managed: its columns, its fields with their limits, and what a new one begins with. */

import {
  AlarmClock, AudioLines, Ban, BookOpen, CalendarClock, Cable, Coffee, Database, Hash, Headset, ListTree, LockKeyhole, Printer, Route, Shapes, UserCog, UsersRound, Waypoints,
} from '@lucide/vue'
import { joined } from '@/core/i18n'
import { byText } from '@/core/order'
import DocumentPages from './DocumentPages.vue'
import PromptSound from './PromptSound.vue'
import { freshCallback } from './form/callback'
import type { Category } from './form/categories'
import { type Weekday, WEEKDAYS, type Weekly } from './form/fields'
import type { Resource, Row } from './form/resource'
import { inOrder, isBeingMade, type Making, type Rendering } from './prompts'
import { treeOrder } from './tree'

const WORD = /^[a-z0-9][a-z0-9_-]*$/
const LIST = /^[\w-]{1,64}$/u
const KEYED = /^[1-9][0-9]{0,7}$/
const NUMBER = /^\+?[0-9*#]{2,32}$/
const EXTENSION = /^[0-9]{2,6}$/
const MINUTES_60 = 3600

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const by = (key: string) => (rows: Row[]): Row[] => byText(rows, (row) => String(row[key] ?? ''))
const categoriesOf = (row: Row): Category[] => (row.categories ?? []) as Category[]
const levels = (value: unknown): string => joined(Object.entries((value ?? {}) as Record<string, number>).map(([skill, level]) => `${skill} ${level}`))
const span = (value: unknown, t: (key: string) => string, none = '–'): string => (typeof value !== 'number' ? none : value >= 120 && value % 60 === 0 ? `${value / 60} ${t('unit.min')}` : `${value} ${t('unit.s')}`)

const users: Resource = {
  name: 'users', path: '/users', subject: 'user', permission: 'users.manage', icon: UserCog,
  columns: [
    { key: 'name', width: 'minmax(140px, 1.2fr)' },
    { key: 'username', width: 'minmax(120px, 1fr)', mono: true },
    { key: 'role', width: '120px', show: (row, _, t) => t(`role.${row.role}`) },
    { key: 'locale', width: '90px', show: (row, _, t) => t(`language.${row.locale}`) },
    { key: 'disabled', title: 'state', width: '90px', show: (row, _, t) => t(row.disabled ? 'users.is_disabled' : 'users.is_enabled') },
  ],
  sections: [
    {
      key: 'who',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'text', key: 'username', required: true, longest: 64, mono: true, half: true },
        { kind: 'secret', key: 'password', neededAtFirst: true, shortest: 8 },
      ],
    },
    {
      key: 'may',
      fields: [
        { kind: 'choice', key: 'role', options: ['administrator', 'supervisor', 'agent', 'quality', 'analyst'], required: true, half: true },
        { kind: 'choice', key: 'locale', options: ['zh', 'en'], required: true, half: true },
        { kind: 'switch', key: 'disabled', laterOnly: true },
      ],
    },
  ],
  fresh: () => ({ name: '', username: '', password: '', role: 'agent', locale: 'zh' }),
  arrange: by('username'),
}

const agents: Resource = {
  name: 'agents', path: '/agents', subject: 'agent', permission: 'agents.manage', icon: Headset,
  columns: [
    { key: 'name', width: 'minmax(110px, 1fr)' },
    { key: 'extension', width: '80px', mono: true },
    { key: 'phone', width: '136px', show: (row, _, t) => t(`phone.${(row.phone as { kind: string }).kind}`) },
    { key: 'team_id', width: 'minmax(80px, 0.8fr)', show: (row, look) => look.name('teams', row.team_id) || '–' },
    { key: 'queues', width: 'minmax(140px, 1.5fr)', show: (row, look) => joined(list(row.queues).map((id) => look.name('queues', id)).filter(Boolean)) || '–' },
    { key: 'skills', width: 'minmax(140px, 1.3fr)', show: (row) => levels(row.skills) || '–' },
  ],
  sections: [
    {
      key: 'who',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'text', key: 'extension', required: true, pattern: EXTENSION, mono: true, half: true },
        { kind: 'pick', key: 'user_id', from: 'users', half: true },
        { kind: 'pick', key: 'team_id', from: 'teams', half: true },
      ],
    },
    { key: 'phone', fields: [{ kind: 'phone', key: 'phone', required: true }, { kind: 'switch', key: 'auto_answer' }] },
    {
      key: 'work',
      fields: [
        { kind: 'picks', key: 'queues', from: 'queues' },
        { kind: 'levels', key: 'skills' },
        { kind: 'number', key: 'wrap_up_s', least: 0, most: MINUTES_60 * 24, unit: 's', optional: true, half: true },
        { kind: 'number', key: 'most_contacts', least: 1, most: 10_000, unit: 'times', optional: true, half: true },
        { kind: 'number', key: 'most_talk_s', least: 60, most: MINUTES_60 * 24, unit: 's', optional: true, half: true },
        { kind: 'switch', key: 'callbacks', half: true },
        { kind: 'number', key: 'most_voicemails', least: 0, most: 10, required: true, half: true },
        { kind: 'switch', key: 'interruptible', when: (draft) => Number(draft.most_voicemails) > 0 },
      ],
    },
  ],
  fresh: () => ({ name: '', extension: '', user_id: null, team_id: null, phone: { kind: 'web', address: null }, auto_answer: false, queues: [], skills: {}, wrap_up_s: null, most_contacts: null, most_talk_s: null, callbacks: true, most_voicemails: 1, interruptible: false }),
}

/** Things that are only a name. */
function named(name: 'teams' | 'skills', subject: string, icon: Resource['icon']): Resource {
  return {
    name, path: `/${name}`, subject, permission: 'agents.manage', icon,
    columns: [{ key: 'name', width: '1fr' }],
    sections: [{ key: 'what', fields: [{ kind: 'text', key: 'name', required: true, longest: 100 }] }],
    fresh: () => ({ name: '' }),
    arrange: by('name'),
  }
}

const queues: Resource = {
  name: 'queues', path: '/queues', subject: 'queue', permission: 'queues.manage', icon: Waypoints, page: true,
  columns: [
    { key: 'name', width: 'minmax(140px, 1.2fr)' },
    { key: 'skills', width: 'minmax(140px, 1.2fr)', show: (row) => levels(row.skills) || '–' },
    { key: 'priority', width: '80px', align: 'end' },
    { key: 'ring_timeout_s', width: '100px', align: 'end', show: (row, _, t) => span(row.ring_timeout_s, t) },
    { key: 'sl_threshold_s', width: '120px', align: 'end', show: (row, _, t) => span(row.sl_threshold_s, t) },
    { key: 'max_wait_s', width: '110px', align: 'end', show: (row, _, t) => span(row.max_wait_s, t, t('unlimited')) },
    { key: 'when_no_agents', width: '150px', show: (row, _, t) => t(`queues.when_no_agents_${row.when_no_agents}`) },
  ],
  sections: [
    { key: 'what', fields: [{ kind: 'text', key: 'name', required: true, longest: 100, half: true }, { kind: 'number', key: 'priority', least: -1000, most: 1000, half: true, required: true }] },
    {
      key: 'who',
      fields: [
        { kind: 'levels', key: 'skills' },
        { kind: 'number', key: 'ring_timeout_s', least: 3, most: 300, unit: 's', required: true, half: true },
        { kind: 'number', key: 'max_misses', least: 1, most: 100, unit: 'times', required: true, half: true },
        { kind: 'switch', key: 'auto_answer', half: true },
        { kind: 'number', key: 'wrap_up_s', least: 0, most: 86_400, unit: 's', optional: true, half: true },
        { kind: 'number', key: 'wrap_up_extensions', least: 0, most: 10, unit: 'times', required: true, half: true },
        { kind: 'number', key: 'wrap_up_extension_s', least: 5, most: 600, unit: 's', required: true, half: true },
        { kind: 'pick', key: 'survey_flow', from: 'flows', half: true },
      ],
    },
    {
      key: 'waiting',
      fields: [
        { kind: 'number', key: 'max_wait_s', least: 1, most: 86_400, unit: 's', optional: true, half: true },
        { kind: 'choice', key: 'when_no_agents', options: ['wait', 'exit'], required: true, half: true },
        { kind: 'pick', key: 'music', from: 'music', required: true, half: true },
        { kind: 'number', key: 'announce_every_s', least: 10, most: 3600, unit: 's', optional: true, half: true },
        { kind: 'switch', key: 'announce_position', half: true },
        { kind: 'switch', key: 'announce_wait', half: true },
        { kind: 'words', key: 'announce_prompts' },
        { kind: 'choices', key: 'comfort', options: ['callback', 'voicemail'], half: true },
        { kind: 'number', key: 'keep_place_s', least: 0, most: 86_400, unit: 's', required: true, half: true },
      ],
    },
    { key: 'exits', fields: [{ kind: 'exits', key: 'exits' }] },
    { key: 'callback', fields: [{ kind: 'callback', key: 'callback' }] },
    {
      key: 'measure',
      fields: [
        { kind: 'number', key: 'sl_threshold_s', least: 0, most: 86_400, unit: 's', required: true, half: true },
        { kind: 'number', key: 'short_abandon_s', least: 0, most: 86_400, unit: 's', required: true, half: true },
      ],
    },
  ],
  fresh: () => ({
    name: '', priority: 0, skills: {}, ring_timeout_s: 20, max_misses: 3, auto_answer: false, wrap_up_s: null, wrap_up_extensions: 2, wrap_up_extension_s: 30, max_wait_s: null, when_no_agents: 'wait',
    music: 'default', announce_every_s: null, announce_position: false, announce_wait: false, announce_prompts: [], comfort: [], keep_place_s: 0, exits: [], callback: freshCallback(), sl_threshold_s: 20, short_abandon_s: 5, survey_flow: null,
  }),
  arrange: by('name'),
}

const numbers: Resource = {
  name: 'numbers', path: '/numbers', subject: 'number', permission: 'numbers.manage', icon: Hash,
  columns: [
    { key: 'number', width: 'minmax(140px, 1fr)', mono: true },
    { key: 'name', width: 'minmax(120px, 1fr)' },
    { key: 'flow_id', width: 'minmax(120px, 1fr)', show: (row, look, t) => look.name('flows', row.flow_id) || t('numbers.no_flow') },
    { key: 'runs_draft', width: '120px', show: (row, _, t) => (row.runs_draft ? t('numbers.is_draft') : '') },
    { key: 'caller_name', width: 'minmax(100px, 1fr)' },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'number', required: true, pattern: NUMBER, longest: 32, mono: true, half: true },
        { kind: 'text', key: 'name', longest: 100, half: true },
        { kind: 'pick', key: 'flow_id', from: 'flows' },
        { kind: 'switch', key: 'runs_draft', when: (draft) => Boolean(draft.flow_id) },
        { kind: 'text', key: 'caller_name', longest: 100 },
      ],
    },
  ],
  fresh: () => ({ number: '', name: '', flow_id: null, caller_name: '', runs_draft: false }),
}

const trunks: Resource = {
  name: 'trunks', path: '/trunks', subject: 'trunk', permission: 'trunks.manage', icon: Cable,
  columns: [
    { key: 'name', width: 'minmax(120px, 1fr)' },
    { key: 'host', width: 'minmax(140px, 1.2fr)', mono: true },
    { key: 'register', width: '110px', show: (row, _, t) => t(row.register ? 'trunks.by_registration' : 'trunks.by_address') },
    { key: 'codecs', width: '140px', show: (row) => list(row.codecs).join(', ') },
    { key: 'default', width: '110px', show: (row, _, t) => (row.default ? t('yes') : '') },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'text', key: 'host', longest: 255, mono: true, half: true, required: true },
        { kind: 'switch', key: 'default', half: true },
        { kind: 'switch', key: 'register', half: true },
      ],
    },
    {
      key: 'trust',
      fields: [
        { kind: 'text', key: 'username', longest: 128, mono: true, half: true, required: true, when: (draft) => draft.register === true },
        { kind: 'secret', key: 'secret', half: true, when: (draft) => draft.register === true },
        { kind: 'words', key: 'hosts' },
        { kind: 'words', key: 'codecs', required: true },
      ],
    },
  ],
  fresh: () => ({ name: '', host: '', hosts: [], register: false, username: '', secret: '', codecs: ['alaw', 'ulaw'], default: false }),
}

const prompts: Resource = {
  name: 'prompts', path: '/prompts', subject: 'prompt', permission: 'prompts.manage', icon: AudioLines, staysOpen: true,
  columns: [
    { key: 'name', width: 'minmax(140px, 1fr)' },
    { key: 'key', width: 'minmax(120px, 1fr)', mono: true },
    { key: 'texts', width: 'minmax(160px, 2fr)', show: (row) => inOrder((row.texts ?? {}) as Record<string, string>).map(([, text]) => text).filter(Boolean).join(' / ') },
    { key: 'files', width: '150px', show: (row, _, t) => soundText(row, t) },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'text', key: 'key', required: true, pattern: WORD, longest: 64, mono: true, half: true, onceOnly: true },
        { kind: 'texts', key: 'texts' },
      ],
    },
  ],
  fresh: () => ({ name: '', key: '', texts: { zh: '', en: '' } }),
  below: PromptSound,
}

function soundText(row: Row, t: (key: string) => string): string {
  const files = inOrder((row.files ?? {}) as Record<string, Rendering>)
  if (isBeingMade((row.making ?? {}) as Record<string, Making>)) return t('prompts.making')
  return joined(files.map(([language, { stale }]) => `${t(`language.${language}`)}${stale ? ` (${t('prompts.outdated')})` : ''}`)) || t('prompts.silent')
}

const libraries: Resource = {
  name: 'libraries', path: '/libraries', subject: 'library', permission: 'libraries.manage', icon: BookOpen,
  columns: [
    { key: 'name', width: 'minmax(140px, 1fr)' },
    { key: 'categories', width: 'minmax(200px, 2fr)', show: (row, _, t) => joined(categoriesOf(row).map(({ name, pieces }) => `${name} ${pieces.length}`)) || t('libraries.none') },
  ],
  sections: [
    { key: 'what', fields: [{ kind: 'text', key: 'name', required: true, longest: 100 }] },
    { key: 'inside', fields: [{ kind: 'categories', key: 'categories' }] },
  ],
  fresh: () => ({ name: '', categories: [] }),
  arrange: by('name'),
}

const faxDocuments: Resource = {
  name: 'fax-documents', path: '/fax-documents', subject: 'fax_document', permission: 'fax_documents.manage', icon: Printer, staysOpen: true,
  columns: [
    { key: 'number', width: '120px', mono: true },
    { key: 'name', width: 'minmax(160px, 1.5fr)' },
    { key: 'pages', width: '150px', show: (row, _, t) => (row.pages ? String(row.pages) : t('fax-documents.no_pages')), align: 'end' },
    { key: 'file_name', width: 'minmax(140px, 1fr)' },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'number', required: true, pattern: KEYED, patternName: 'keyed', longest: 8, mono: true, half: true },
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'pick', key: 'prompt', from: 'prompts', optional: true },
      ],
    },
  ],
  fresh: () => ({ number: '', name: '', prompt: null }),
  below: DocumentPages,
}

const flows: Resource = {
  name: 'flows', path: '/flows', subject: 'flow', permission: 'flows.manage', icon: Route, page: true,
  columns: [
    { key: 'name', width: 'minmax(160px, 2fr)' },
    { key: 'published_version', width: '160px', show: (row, _, t) => (row.published_version ? t('flows.version', { n: row.published_version }) : t('flows.unpublished')) },
  ],
  sections: [{ key: 'what', fields: [{ kind: 'text', key: 'name', required: true, longest: 100 }] }],
  fresh: () => ({ name: '' }),
  arrange: by('name'),
}

const calendars: Resource = {
  name: 'calendars', path: '/calendars', subject: 'calendar', permission: 'flows.manage', icon: CalendarClock,
  columns: [
    { key: 'name', width: 'minmax(140px, 1.2fr)' },
    { key: 'timezone', width: '160px' },
    { key: 'weekly', width: 'minmax(160px, 1.5fr)', show: (row, _, t) => weekText(row, t) },
    { key: 'holidays', width: '110px', show: (row, _, t) => (row.holidays ? t(`calendars.holidays_${row.holidays}`) : '–') },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'text', key: 'timezone', required: true, longest: 64, half: true },
      ],
    },
    { key: 'week', fields: [{ kind: 'weekly', key: 'weekly' }] },
    { key: 'days', fields: [{ kind: 'choice', key: 'holidays', options: ['CN'], optional: true }, { kind: 'days', key: 'closed' }, { kind: 'special_days', key: 'open' }] },
  ],
  fresh: () => {
    const day = [['09:00', '18:00']]
    return { name: '', timezone: 'Asia/Shanghai', weekly: { mon: day, tue: day, wed: day, thu: day, fri: day }, holidays: 'CN', closed: [], open: [] }
  },
  arrange: by('name'),
}

/** Days with the same hours after one another as one: "Mon–Fri 09:00–18:00". */
function weekText(row: Row, t: (key: string) => string): string {
  const weekly = (row.weekly ?? {}) as Weekly
  const runs: { days: Weekday[]; hours: string }[] = []
  for (const day of WEEKDAYS) {
    const hours = (weekly[day] ?? []).map((window) => window.join('–')).join(' ')
    const last = runs.at(-1)
    if (last?.hours === hours) last.days.push(day)
    else runs.push({ days: [day], hours })
  }
  const name = (days: Weekday[]) => [days[0], ...(days.length > 1 ? [days.at(-1)] : [])].map((day) => t(`weekday.${day}`)).join('–')
  return joined(runs.filter((run) => run.hours).map((run) => `${name(run.days)} ${run.hours}`))
}

const listed: Resource = {
  name: 'listed-numbers', path: '/listed-numbers', subject: 'listed_number', permission: 'flows.manage', icon: Ban,
  columns: [
    { key: 'number', width: 'minmax(140px, 1fr)', mono: true, show: (row) => `${row.number}${row.prefix ? '…' : ''}` },
    { key: 'list', width: '130px', show: (row, _, t) => (['blocked', 'vip'].includes(String(row.list)) ? t(`listed-numbers.list_${row.list}`) : String(row.list)) },
    { key: 'note', width: 'minmax(160px, 2fr)' },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'number', required: true, pattern: NUMBER, longest: 32, mono: true, half: true },
        { kind: 'text', key: 'list', required: true, pattern: LIST, longest: 64, half: true },
        { kind: 'switch', key: 'prefix' },
        { kind: 'text', key: 'note', longest: 500 },
      ],
    },
  ],
  fresh: () => ({ number: '', list: 'blocked', prefix: false, note: '' }),
}

const secrets: Resource = {
  name: 'flow-secrets', path: '/flow-secrets', subject: 'flow_secret', permission: 'settings.manage', icon: LockKeyhole,
  columns: [
    { key: 'name', width: 'minmax(140px, 1fr)' },
    { key: 'header', width: '160px', mono: true },
    { key: 'hosts', width: 'minmax(160px, 2fr)', mono: true, show: (row) => joined(list(row.hosts)) },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 64, pattern: LIST, half: true },
        { kind: 'text', key: 'header', required: true, longest: 64, mono: true, half: true },
        { kind: 'secret', key: 'value', neededAtFirst: true },
        { kind: 'words', key: 'hosts', required: true },
      ],
    },
  ],
  fresh: () => ({ name: '', header: 'Authorization', value: '', hosts: [] }),
}

const queries: Resource = {
  name: 'safe-queries', path: '/safe-queries', subject: 'safe_query', permission: 'settings.manage', icon: Database,
  columns: [
    { key: 'name', width: 'minmax(140px, 1fr)' },
    { key: 'sql', width: 'minmax(200px, 2fr)', mono: true },
    { key: 'note', width: 'minmax(120px, 1fr)' },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 64, pattern: LIST },
        { kind: 'area', key: 'sql', required: true, longest: 20000 },
        { kind: 'secret', key: 'dsn', neededAtFirst: true },
        { kind: 'number', key: 'timeout_s', least: 0.1, most: 30, unit: 's', required: true, half: true },
        { kind: 'number', key: 'most_rows', least: 1, most: 200, required: true, half: true },
        { kind: 'text', key: 'note', longest: 500 },
      ],
    },
  ],
  fresh: () => ({ name: '', sql: '', dsn: '', timeout_s: 2, most_rows: 20, note: '' }),
}

const reasons: Resource = {
  name: 'pause-reasons', path: '/pause-reasons', subject: 'pause_reason', permission: 'agents.manage', icon: Coffee,
  columns: [
    { key: 'name', width: '1fr' },
    { key: 'productive', width: '140px', show: (row, _, t) => t(row.productive ? 'yes' : 'no') },
    { key: 'limit_s', width: '120px', align: 'end', show: (row, _, t) => span(row.limit_s, t, t('unlimited')) },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100 },
        { kind: 'switch', key: 'productive' },
        { kind: 'number', key: 'limit_s', least: 0, most: 86_400, unit: 's', optional: true },
      ],
    },
  ],
  fresh: () => ({ name: '', productive: false, limit_s: null }),
}

const dispositions: Resource = {
  name: 'dispositions', path: '/dispositions', subject: 'disposition', permission: 'agents.manage', icon: ListTree,
  columns: [
    { key: 'name', width: '1fr', show: (row) => `${'　　'.repeat(Number(row.depth ?? 0))}${row.name}` },
    { key: 'queue_id', width: '200px', show: (row, look, t) => look.name('queues', row.queue_id) || t('dispositions.every_queue') },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100 },
        { kind: 'pick', key: 'parent_id', from: 'dispositions' },
        { kind: 'pick', key: 'queue_id', from: 'queues' },
      ],
    },
  ],
  fresh: () => ({ name: '', parent_id: null, queue_id: null }),
  arrange: treeOrder,
}

const QUEUE_KINDS = ['waiting', 'longest_wait', 'service_level', 'abandon_burst', 'no_agent_ready']
const is = (...kinds: string[]) => (draft: Record<string, unknown>) => kinds.includes(String(draft.kind))

/** What a rule's threshold counts: the same number means callers, seconds or percent. */
function limit(key: 'threshold' | 'clear_at', kinds: string[], unit: 's' | 'percent' | 'callers', optional = false) {
  return { kind: 'number' as const, key, least: 0, most: unit === 'percent' ? 100 : 86_400, unit, required: !optional, optional, half: true, when: is(...kinds) }
}

const alertRules: Resource = {
  name: 'alert-rules', path: '/alert-rules', subject: 'alert_rule', permission: 'alerts.manage', icon: AlarmClock,
  columns: [
    { key: 'name', width: 'minmax(140px, 1.2fr)' },
    { key: 'kind', width: 'minmax(130px, 1fr)', show: (row, _, t) => t(`alert-rules.kind_${row.kind}`) },
    { key: 'threshold', width: '110px', align: 'end', show: (row, _, t) => thresholdText(row, t) },
    { key: 'for_s', width: '100px', align: 'end', show: (row, _, t) => span(row.for_s, t) },
    { key: 'severity', width: '100px', show: (row, _, t) => t(`alert-rules.severity_${row.severity}`) },
    { key: 'queues', width: 'minmax(120px, 1fr)', show: (row, look, t) => joined(list(row.queues).map((id) => look.name('queues', id)).filter(Boolean)) || t('alert-rules.everywhere') },
    { key: 'enabled', width: '80px', show: (row, _, t) => t(row.enabled ? 'yes' : 'no') },
  ],
  sections: [
    {
      key: 'what',
      fields: [
        { kind: 'text', key: 'name', required: true, longest: 100, half: true },
        { kind: 'choice', key: 'kind', options: [...QUEUE_KINDS, 'state_too_long', 'trunk_down'], required: true, half: true },
        { kind: 'choice', key: 'severity', options: ['warning', 'critical'], required: true, half: true },
        { kind: 'switch', key: 'enabled', half: true },
        { kind: 'picks', key: 'queues', from: 'queues', when: is(...QUEUE_KINDS, 'state_too_long') },
        { kind: 'picks', key: 'teams', from: 'teams', when: is('state_too_long') },
        { kind: 'choices', key: 'states', options: ['paused', 'wrap_up', 'busy', 'offered', 'ready'], required: true, when: is('state_too_long') },
      ],
    },
    {
      key: 'when',
      fields: [
        limit('threshold', ['waiting', 'abandon_burst'], 'callers'),
        limit('threshold', ['longest_wait', 'state_too_long'], 's'),
        limit('threshold', ['service_level'], 'percent'),
        limit('clear_at', ['waiting', 'abandon_burst'], 'callers', true),
        limit('clear_at', ['longest_wait'], 's', true),
        limit('clear_at', ['service_level'], 'percent', true),
        { kind: 'number', key: 'window_s', least: 10, most: 3600, unit: 's', required: true, half: true, when: is('abandon_burst') },
        { kind: 'number', key: 'for_s', least: 0, most: 86_400, unit: 's', required: true, half: true },
        { kind: 'number', key: 'rest_s', least: 0, most: 86_400, unit: 's', required: true, half: true },
      ],
    },
    { key: 'tell', fields: [{ kind: 'switch', key: 'sound' }, { kind: 'picks', key: 'webhooks', from: 'webhooks' }] },
  ],
  fresh: () => ({
    name: '', kind: 'waiting', severity: 'warning', enabled: true, queues: [], teams: [], states: [], threshold: 5, clear_at: null, for_s: 0, rest_s: 60, window_s: 300,
    sound: true, webhooks: [],
  }),
}

function thresholdText(row: Row, t: (key: string) => string): string {
  if (is('no_agent_ready', 'trunk_down')(row)) return '–'
  if (is('longest_wait', 'state_too_long')(row)) return span(row.threshold, t)
  const unit = is('service_level')(row) ? 'percent' : 'callers'
  return `${row.threshold} ${t(`unit.${unit}`)}`
}

export const RESOURCES: Resource[] = [
  users, agents, named('teams', 'team', UsersRound), named('skills', 'skill', Shapes),
  queues, flows, calendars, listed, secrets, queries, numbers, trunks, prompts, libraries, faxDocuments, reasons, dispositions, alertRules,
]

/** The order of the side list; the pages that are no lists of things stand among them by name. */
export const GROUPS: { key: string; names: string[] }[] = [
  { key: 'people', names: ['users', 'agents', 'teams', 'skills'] },
  { key: 'routing', names: ['queues', 'flows', 'calendars', 'listed-numbers', 'prompts', 'libraries', 'fax-documents'] },
  { key: 'lines', names: ['numbers', 'trunks'] },
  { key: 'desk', names: ['pause-reasons', 'dispositions'] },
  { key: 'watch', names: ['alert-rules', 'wall-screens', 'webhooks'] },
  { key: 'system', names: ['settings', 'flow-secrets', 'safe-queries', 'api-keys', 'audit'] },
]

