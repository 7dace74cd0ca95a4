/** Walking a list with the keyboard: j/k, arrows, page and end keys. */

/** Where `key` leads from `at` (-1: nowhere yet) in a list of `count`; null when the key is not for walking. */
export function step(key: string, at: number, count: number, page: number): number | null {
  const to = target(key, at, count, page)
  return to === null ? null : Math.min(Math.max(to, 0), count - 1)
}

function target(key: string, at: number, count: number, page: number): number | null {
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return at + 1
    case 'k':
    case 'ArrowUp':
      return at < 0 ? 0 : at - 1
    case 'PageDown':
      return at + page
    case 'PageUp':
      return at - page
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

/** The rows worth drawing: those in sight, and a few on each side so that scrolling shows no gaps. */
export function span(scrollTop: number, height: number, rowHeight: number, count: number, margin = 6): [number, number] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin)
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + margin)
  return [Math.min(first, last), last]
}

/** Where to scroll so that row `index` is in sight; null when it is already. */
export function reveal(index: number, scrollTop: number, height: number, rowHeight: number): number | null {
  const top = index * rowHeight
  if (top < scrollTop) return top
  if (top + rowHeight > scrollTop + height) return top + rowHeight - height
  return null
}
