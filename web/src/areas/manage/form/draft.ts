/** A draft beside what is kept: what differs, what is wrong, and a guard against losing it. */

import { ElMessageBox } from 'element-plus'
import { computed, type ComputedRef, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { ApiError } from '@/core/api'
import { errorText } from '@/core/errors'
import { words } from '@/core/i18n'
import { changes, check, type Draft, type Problems, same, type Section } from './fields'

export interface Drafting {
  draft: Ref<Draft>
  fresh: Ref<boolean>
  dirty: ComputedRef<boolean>
  problems: ComputedRef<Problems>
  changed: ComputedRef<Draft>
  begin: (kept: Draft, fresh: boolean) => void
  /** True when there is nothing to lose, or the person lets it go. */
  mayLose: () => Promise<boolean>
  /** Shows all problems from now on; false when there are some. */
  sound: () => boolean
  /** Puts what the server said about fields under them; false when it named none. */
  refuse: (error: unknown) => boolean
}

function copy(value: Draft): Draft {
  return JSON.parse(JSON.stringify(value)) as Draft
}

export function useDraft(sections: () => Section[]): Drafting {
  const draft = ref<Draft>({})
  const kept = ref<Draft>({})
  const fresh = ref(false)
  const tried = ref(false)
  const refused = ref<Problems>({})
  const touched = computed(() => changes(sections(), kept.value, draft.value))
  const dirty = computed(() => Object.keys(touched.value).length > 0)

  /** Before the first try only what was touched is judged, so that an empty form does not shout. */
  const problems = computed(() => {
    const all = check(sections(), draft.value, fresh.value)
    const shown = Object.entries(all).filter(([key]) => tried.value || !same(draft.value[key], kept.value[key]))
    const said = Object.entries(refused.value).filter(([key]) => !(key in all))
    return Object.fromEntries([...said, ...shown])
  })

  function begin(value: Draft, isFresh: boolean): void {
    kept.value = copy(value)
    draft.value = copy(value)
    fresh.value = isFresh
    tried.value = false
    refused.value = {}
  }

  async function mayLose(): Promise<boolean> {
    if (!dirty.value) return true
    const answer = await ElMessageBox.confirm(words.t('manage.unsaved_text'), words.t('manage.unsaved_title'), {
      confirmButtonText: words.t('manage.discard'),
      cancelButtonText: words.t('manage.keep_editing'),
      type: 'warning',
    }).catch(() => null)
    return answer !== null
  }

  function refuse(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false
    const named = (error.params.fields as { field: string; message: string }[] | undefined) ?? []
    const keys = new Set(sections().flatMap((section) => section.fields.map((field) => field.key)))
    const malformed = named.map(({ field, message }) => ({ field, message: `${words.t('errors.any.invalid')} (${message})` }))
    const own = typeof error.params.field === 'string' ? [{ field: error.params.field, message: errorText(error) }] : []
    const placed = [...malformed, ...own].map(({ field, message }) => ({ key: field.split('.').find((part) => keys.has(part)), message }))
    refused.value = Object.fromEntries(placed.filter(({ key }) => key).map(({ key, message }) => [key!, { code: 'server', params: { message } }]))
    return Object.keys(refused.value).length > 0
  }

  function warn(event: BeforeUnloadEvent): void {
    if (dirty.value) event.preventDefault()
  }
  onMounted(() => window.addEventListener('beforeunload', warn))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn))
  onBeforeRouteLeave(mayLose)
  onBeforeRouteUpdate((to, from) => to.path === from.path || mayLose())

  return {
    draft, fresh, dirty, problems, changed: touched, begin, mayLose, refuse,
    sound: () => {
      tried.value = true
      return Object.keys(check(sections(), draft.value, fresh.value)).length === 0
    },
  }
}
