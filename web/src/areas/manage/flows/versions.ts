/** Flows and their versions, as the server tells them. */

export interface Flow {
  id: string
  name: string
  published_version: number | null
}

export interface VersionListed {
  id: string
  version: number
  note: string
  created_by: string | null
  created_at: string
  created_by_name?: string | null
  published_at?: string | null
  published_by_name?: string | null
}

export interface Version extends VersionListed {
  document: Record<string, unknown>
}

/** What an empty flow begins with: the smallest that can be published. */
export const FIRST_DOCUMENT = {
  start: 'answer',
  language: 'zh',
  nodes: {
    answer: { type: 'answer', exits: { next: 'goodbye' } },
    goodbye: { type: 'hang_up' },
  },
}

export function pretty(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
