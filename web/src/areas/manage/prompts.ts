/** Prompts as the server tells of them: what has been recorded, and what a voice is making. */

export interface Rendering {
  duration_s: number
  source: string
  /** The text has changed since: it is not what is said. */
  stale: boolean
}

export interface Making {
  since: string
  /** Why the voice could not; empty: it is being made. */
  error: string
}

/** What there is by language, in the order in which the form has the languages. */
export function inOrder<Part>(parts: Record<string, Part>): [string, Part][] {
  return Object.entries(parts).sort(([a], [b]) => b.localeCompare(a))
}

export function isBeingMade(making: Record<string, Making | undefined>): boolean {
  return Object.values(making).some((one) => one !== undefined && !one.error)
}

/** What one click may have spoken: a text that somebody can speak, and no sound of a person's own to be lost by it. */
export function speakable(languages: readonly string[], texts: Record<string, string>, voices: Record<string, string[]>, files: Record<string, Rendering | undefined>): string[] {
  return languages.filter((language) => texts[language]?.trim() && voices[language]?.length && (files[language]?.source ?? 'speech') === 'speech')
}

/** A voice as people read it: `kokoro/zf_xiaoyi` is Xiaoyi, and the engine. */
export function engineOf(voice: string): string {
  const [engine, name] = voice.split('/')
  const plain = name?.split('_').pop() ?? ''
  return plain ? `${plain.charAt(0).toUpperCase()}${plain.slice(1)} (${engine})` : voice
}

/** Whether Mandarin has nobody but espeak-ng to speak it. */
export function onlyPlain(voices: Record<string, string[]>): boolean {
  return (voices.zh ?? []).every((voice) => voice === 'espeak-ng')
}
