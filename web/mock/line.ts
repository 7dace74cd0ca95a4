/** A line without a switch: it rings when the made-up floor offers. Development only. */

import { watch } from 'vue'
import { api } from '../src/core/api'
import { myCall, myRow } from '../src/core/desk'
import type { Line, LineEvents } from '../src/softphone/line'

export function openMockLine(events: LineEvents): Line {
  setTimeout(() => events.status('registered'), 200)
  watch(
    () => myRow.value?.state,
    (now, before) => {
      if (now === 'offered') events.ringing({ number: myCall.value?.caller ?? '', name: '' }, false)
      if (now === 'busy' && before !== 'offered') {
        events.ringing({ number: '', name: '' }, true)
        events.up()
      }
      if (['wrap_up', 'ready', 'paused', 'off'].includes(now ?? '')) events.down('Terminated')
    },
    { immediate: true },
  )
  return {
    answer: () => void api.post('/mock/answer').then(() => events.up()),
    speak: async () => {},
    call: () => events.up(),
    end: () => events.down('Terminated'),
    mute: () => {},
    keys: () => {},
    leave: () => {},
  }
}
