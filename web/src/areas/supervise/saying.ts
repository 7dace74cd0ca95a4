/** Which of the board's dialogues of words is open: one at a time, opened from wherever its subject is shown. */

import { ref } from 'vue'
import type { Id } from '@/core/wire'

export type Saying = { kind: 'message'; id?: Id } | { kind: 'close'; id: Id } | { kind: 'emergency' }

export const saying = ref<Saying | null>(null)
