/** What is on show, as a file that spreadsheets open. */

import type { Column } from './columns'

/** RFC 4180; a leading `=`, `+`, `-` or `@` gets an apostrophe, since a spreadsheet would run it as a formula. */
export function cell(value: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+([.,]\d+)?$)/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csv<Row>(rows: Row[], columns: Column<Row>[]): string {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.text?.(row) ?? ''))]
  return lines.map((line) => line.map(cell).join(',')).join('\r\n')
}

/** Hands a text to the browser as a download. The mark in front tells Excel that it is UTF-8. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
