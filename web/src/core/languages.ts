/** Languages by their codes of two letters (ISO 639-1), named in the reader's language. */

export interface Named {
  code: string
  label: string
}

/** Such a code, as JSON Schemas ask for it. */
export const LANGUAGE_CODE = '^[a-z]{2}$'
/** Chinese and English first; then those that many callers speak. */
const OFFERED = 'zh en ar bn cs da de el es fa fi fr he hi hu id it ja kk km ko mn ms my ne nl no pl pt ro ru sv ta th tr uk ur uz vi'.split(' ')

/** The languages that are offered, and those of `used` that are not among them. */
export function languages(locale: string, used: readonly unknown[] = []): Named[] {
  const names = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' })
  const others = used.filter((code): code is string => typeof code === 'string' && new RegExp(LANGUAGE_CODE).test(code))
  return [...new Set([...OFFERED, ...others])].map((code) => ({ code, label: names.of(code) ?? code }))
}
