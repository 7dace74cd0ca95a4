/** The columns of the contact list, as shown and as exported. */

import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { absolute, duration, phoneNumber } from '@/core/format'
import type { ContactRow } from '@/core/wire'
import type { Column } from '@/table'
import type { Names } from './names'

/** What did not happen is left blank: zeros all over a list hide the numbers that say something. */
function length(seconds: number | null): string {
  return seconds ? duration(seconds) : ''
}

export function useContactColumns(names: Names): ComputedRef<Column<ContactRow>[]> {
  const { t, locale } = useI18n()
  const title = (key: string) => t(`contacts.column.${key}`)
  return computed<Column<ContactRow>[]>(() => [
    { key: 'at', title: title('at'), width: '160px', text: (row) => absolute(Date.parse(row.at), locale.value), fixed: true },
    { key: 'direction', title: title('direction'), width: '92px', text: (row) => t(`contacts.direction.${row.direction}`) },
    { key: 'customer', title: title('customer'), width: 'minmax(110px, 1.3fr)', text: (row) => row.customer?.name ?? '' },
    { key: 'caller', title: title('caller'), width: '130px', text: (row) => phoneNumber(row.caller) },
    { key: 'called', title: title('called'), width: '124px', text: (row) => phoneNumber(row.called), spare: true },
    { key: 'queue', title: title('queue'), width: 'minmax(90px, 1fr)', text: (row) => names.queue(row.queue) },
    { key: 'agent', title: title('agent'), width: 'minmax(80px, 0.9fr)', text: (row) => names.agent(row.agent) },
    { key: 'outcome', title: title('outcome'), width: '124px', text: (row) => t(`contacts.outcome.${row.outcome ?? 'open'}`) },
    { key: 'wait_s', title: title('wait_s'), width: '74px', align: 'end', text: (row) => length(row.wait_s) },
    { key: 'talk_s', title: title('talk_s'), width: '74px', align: 'end', text: (row) => length(row.talk_s) },
    { key: 'hold_s', title: title('hold_s'), width: '74px', align: 'end', text: (row) => length(row.hold_s), spare: true },
    { key: 'wrap_up_s', title: title('wrap_up_s'), width: '74px', align: 'end', text: (row) => length(row.wrap_up_s), spare: true },
    { key: 'disposition', title: title('disposition'), width: 'minmax(90px, 1fr)', text: (row) => names.disposition(row.disposition) },
    { key: 'recorded', title: title('recorded'), width: '60px', align: 'center', text: (row) => (row.recorded ? t('common.yes') : '') },
  ])
}
