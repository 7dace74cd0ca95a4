/** Queues, agents and dispositions by name: for the filters, and for rows that carry only ids. */

import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { api } from '@/core/api'
import { byText } from '@/core/order'
import type { ContactRow, Disposition, Page } from '@/core/wire'

export interface Named {
  id: string
  name: string
}

const PAGE = 500
/** Lists that have an order of their own; all others are sorted by name. */
const TREES = new Set(['/dispositions'])

/** Every row of a list, page by page. */
export async function all<T>(path: string): Promise<T[]> {
  const rows: T[] = []
  for (;;) {
    const page = await api.get<Page<T>>(path, { limit: PAGE, offset: rows.length })
    rows.push(...page.items)
    if (page.items.length === 0 || rows.length >= page.total) return rows
  }
}

export function useNamed<T extends Named>(path: string): ComputedRef<T[]> {
  const { data } = useQuery({
    queryKey: ['named', path],
    queryFn: () => all<T>(path),
    staleTime: 300_000,
    retry: false,
  })
  return computed(() => (TREES.has(path) ? (data.value ?? []) : byText(data.value ?? [], (one) => one.name)))
}

export interface Names {
  queues: ComputedRef<Named[]>
  agents: ComputedRef<Named[]>
  dispositions: ComputedRef<Disposition[]>
  /** The name of what a row carries, whether as an id or as a thing with a name. */
  queue: (one: ContactRow['queue'] | undefined) => string
  agent: (one: ContactRow['agent'] | undefined) => string
  disposition: (one: string | null) => string
}

export function useNames(): Names {
  const queues = useNamed<Named>('/queues')
  const agents = useNamed<Named>('/agents')
  const dispositions = useNamed<Disposition>('/dispositions')
  const nameIn = (list: Named[], one: Named | string | null | undefined): string => {
    if (!one) return ''
    return typeof one === 'object' ? one.name : (list.find((row) => row.id === one)?.name ?? '')
  }
  return {
    queues,
    agents,
    dispositions,
    queue: (one) => nameIn(queues.value, one),
    agent: (one) => nameIn(agents.value, one),
    disposition: (one) => nameIn(dispositions.value, one) || (one ?? ''),
  }
}
