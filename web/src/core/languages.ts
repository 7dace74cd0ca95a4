/** Languages by their codes of two letters (ISO 639-1), named in the reader's language. */

export interface Named {
  code: string
  label: string
}

/** Such a code, as JSON Schemas ask for it. */
export const LANGUAGE_CODE = '^[a-z]{2}$'
const FIRST = ['zh', 'en']
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']

/** All that have a name: Chinese and English first, the others by their names. */
export function languages(locale: string): Named[] {
  const names = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })
  const codes = LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).filter((code) => Intl.getCanonicalLocales(code)[0] === code)
  const all = codes.flatMap((code) => {
    const label = names.of(code)
    return label ? [{ code, label }] : []
  })
  const place = ({ code }: Named) => (FIRST.includes(code) ? FIRST.indexOf(code) : FIRST.length)
  return all.sort((a, b) => place(a) - place(b) || a.label.localeCompare(b.label, locale))
}
