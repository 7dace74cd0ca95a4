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
