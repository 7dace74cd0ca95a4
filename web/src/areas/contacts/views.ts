/** The reader's own views of the list: a name and the address that shows it, kept in this browser. */

import { ref, type Ref } from 'vue'

export interface SavedView {
  name: string
  query: Record<string, string>
}

const PLACE = 'rexian.views.contacts'

function remembered(): SavedView[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]')
    return Array.isArray(value) ? value.filter((one) => typeof one?.name === 'string' && typeof one?.query === 'object') : []
  } catch {
    return []
  }
}

export interface Views {
  views: Ref<SavedView[]>
  /** A view of the same name is replaced. */
  keep: (name: string, query: Record<string, string>) => void
  drop: (name: string) => void
}

export function useViews(): Views {
  const views = ref(remembered())
  function put(next: SavedView[]): void {
    views.value = next
    localStorage.setItem(PLACE, JSON.stringify(next))
  }
  return {
    views,
    keep: (name, query) => put([...views.value.filter((view) => view.name !== name), { name, query }]),
    drop: (name) => put(views.value.filter((view) => view.name !== name)),
  }
}
