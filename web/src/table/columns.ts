/** The columns of a list: which there are, which are on show, and how wide. */
import { computed, type ComputedRef, ref } from 'vue'
import { natural } from '@/core/order'

export interface Column<Row> {
  key: string
  title: string
  /** A CSS grid track: `120px`, `minmax(140px, 2fr)` … */
  width: string
  align?: 'start' | 'end' | 'center'
  /** What is shown when the list gives no slot for this column; also what is exported. */
  text?: (row: Row) => string
  /** What the list sorts by here, when it sorts in the browser. */
  order?: (row: Row) => string | number
  /** The name the server sorts by, when the server sorts. */
  sort?: string
  /** Not on show until chosen. */
  spare?: boolean
  /** The title is only heard, not seen. */
  quiet?: boolean
  /** Always on show. */
  fixed?: boolean
}

/** The narrowest the columns can be together, by the first length each names; below it the list scrolls sideways. */
export function leastWidth(columns: { width: string }[]): number {
  return columns.reduce((sum, column) => sum + Number(/(\d+)px/.exec(column.width)?.[1] ?? 60), 0)
}

export interface Sort {
  key: string
  down: boolean
}

/** Reads what was chosen before; what is broken or unknown counts as nothing chosen. */
function remembered(storage: Storage, key: string): string[] | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? 'null')
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : null
  } catch {
    return null
  }
}

export function visible<Row>(columns: Column<Row>[], chosen: string[] | null): Column<Row>[] {
  const isShown = (column: Column<Row>) => (chosen === null ? !column.spare : chosen.includes(column.key))
  return columns.filter((column) => column.fixed || isShown(column))
}

export interface ColumnChoice<Row> {
  shown: ComputedRef<Column<Row>[]>
  choose: (keys: string[]) => void
  reset: () => void
}

/** The reader's own choice of columns, kept in this browser under `name`. */
export function useColumns<Row>(name: string, columns: () => Column<Row>[]): ColumnChoice<Row> {
  const place = `rexian.columns.${name}`
  const chosen = ref(remembered(localStorage, place))
  return {
    shown: computed(() => visible(columns(), chosen.value)),
    choose(keys) {
      chosen.value = keys
      localStorage.setItem(place, JSON.stringify(keys))
    },
    reset() {
      chosen.value = null
      localStorage.removeItem(place)
    },
  }
}

/** Sorts a copy; rows that are equal keep their order, so that a live list never shuffles by itself. */
export function sorted<Row>(rows: Row[], columns: Column<Row>[], sort: Sort | null): Row[] {
  const order = columns.find((column) => column.key === sort?.key)?.order
  if (!order || !sort) return rows
  const sign = sort.down ? -1 : 1
  const keyed = rows.map((row) => ({ row, key: order(row) }))
  keyed.sort((a, b) => sign * compare(a.key, b.key))
  return keyed.map(({ row }) => row)
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return natural(String(a), String(b))
}

/** The next step when a heading is clicked: up, down, and back to the list's own order. */
export function turned(sort: Sort | null, key: string): Sort | null {
  if (sort?.key !== key) return { key, down: false }
  return sort.down ? null : { key, down: true }
}
