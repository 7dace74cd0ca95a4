/** Names as people sort them: Chinese by sound, agent2 before agent10. */

const collator = new Intl.Collator(['zh-CN', 'en'], { numeric: true })

export const natural: (a: string, b: string) => number = collator.compare

/** A sorted copy; rows that are called the same keep their order. */
export function byText<Row>(rows: readonly Row[], text: (row: Row) => string): Row[] {
  return [...rows].sort((a, b) => natural(text(a), text(b)))
}
