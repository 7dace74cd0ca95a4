/** What is found by typing: the name that was typed comes first, then names that begin with it, then all that have it somewhere. */

export interface Findable {
  /** A plain name that it is found by, too. */
  readonly key?: string
  /** Its name, as it is shown. */
  readonly text: string
  /** What else it is found by. */
  readonly more: string
}

/** The rows that have the words, nearest first; of equal nearness in their own order. No words: all, as they stand. */
export function nearest<Row extends Findable>(rows: readonly Row[], query: string): Row[] {
  const words = query.trim().toLowerCase()
  if (!words) return [...rows]
  const far = ({ key = '', text, more }: Findable): number => {
    const name = text.toLowerCase()
    if (name === words) return 0
    if (name.startsWith(words)) return 1
    if (name.includes(words)) return 2
    return `${key} ${more}`.toLowerCase().includes(words) ? 3 : Infinity
  }
  return rows
    .map((row) => ({ row, far: far(row) }))
    .filter((one) => one.far < Infinity)
    .sort((a, b) => a.far - b.far)
    .map(({ row }) => row)
}
