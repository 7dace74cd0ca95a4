/** Values as they are written in a line of a form. */

/** Digits stay text where they look like a number that has leading noughts: an order number is not a quantity. */
export function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && String(Number(text)) === text ? Number(text) : text
}

/** Several values in one line, between commas. */
export function several(text: string): unknown[] {
  return text.split(/[,，、]/).map((one) => scalar(one.trim())).filter((one) => one !== '')
}

export function listed(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}

/** The keys of a telephone as they are counted: zero comes after nine. */
export const TELEPHONE_KEYS = '1234567890*#'

/** Places of keys among themselves; what is no key stays where it stands. */
export function inKeyOrder<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  const isKey = ({ name }: Named): boolean => name.length === 1 && TELEPHONE_KEYS.includes(name)
  const keys = all.filter(isKey).sort((a, b) => TELEPHONE_KEYS.indexOf(a.name) - TELEPHONE_KEYS.indexOf(b.name))
  return all.map((one) => (isKey(one) ? keys.shift()! : one))
}
