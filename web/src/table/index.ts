export { default as ColumnMenu } from './ColumnMenu.vue'
export { default as DataTable } from './DataTable.vue'
export { csv, download } from './csv'
export { type Column, type Sort, sorted, useColumns } from './columns'
