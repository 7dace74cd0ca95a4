/** Which of the phone's panels is open. One at a time, from any page. */

import { ref } from 'vue'

export type Panel = 'dial' | 'transfer' | 'conference' | 'invite' | 'flow' | 'keypad' | 'devices' | null

export const panel = ref<Panel>(null)

export function openPanel(which: Exclude<Panel, null>): void {
  panel.value = which
}
export function closePanel(): void {
  panel.value = null
}
