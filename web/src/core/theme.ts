/** Light, dark, or as the system says. */

import { ref, watchEffect } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'rexian.theme'
const dark = window.matchMedia?.('(prefers-color-scheme: dark)')
const systemDark = ref(dark?.matches ?? false)
dark?.addEventListener('change', (event) => (systemDark.value = event.matches))

export const theme = ref<Theme>((localStorage.getItem(KEY) as Theme | null) ?? 'system')
/** True while the screen is dark; charts draw themselves anew when it changes. */
export const isDark = ref(false)

export function followTheme(): void {
  watchEffect(() => {
    isDark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.value)
    document.documentElement.classList.toggle('dark', isDark.value)
    localStorage.setItem(KEY, theme.value)
  })
}
