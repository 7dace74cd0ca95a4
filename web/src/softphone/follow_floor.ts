/** Keeps the phone and the floor of one mind: registers, takes up a call after a reload, lets go of ended ones. */

import { ElMessage } from 'element-plus'
import { computed, onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { desk, myCall, myPart, myRow, otherNumber, useDeskSetup } from '@/core/desk'
import { attempt } from '@/core/errors'
import { phoneNumber } from '@/core/format'
import { live, liveStatus, serverNow } from '@/core/live'
import { callForAttention, calmDown } from './attention'
import { failureText } from './failure'
import { dropLine, leavePhone, muteLine, phone, startPhone, stopPhone } from './phone'

/** An invitation may be on its way already; only when none came, the call is asked for anew. */
const REJOIN_AFTER_MS = 1500
const REJOIN_AGAIN_MS = 8000
/** The end of a call reaches the phone and the floor by different ways. */
const ORPHAN_MS = 3000
/** What happened longer ago is no news. */
const FRESH_MS = 15_000

export function followFloor(): void {
  const setup = useDeskSetup()
  watch(
    () => setup.data.value?.phone,
    (account) => account && account.web !== false && startPhone(account),
    { immediate: true },
  )
  takeUpCall()
  dropOrphan()
  followMute()
  announceOffer()
  tellFailure()
  tellSilence()
  onScopeDispose(stopPhone)
}

/** Does something once a condition has held for a while, and again after `again` if it still does. */
function whileHolding(holds: () => boolean, afterMs: number, run: () => void, again = 0): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = watch(
    holds,
    (yes) => {
      clearTimeout(timer)
      if (yes) timer = setTimeout(fire, afterMs)
    },
    { immediate: true },
  )
  function fire(): void {
    run()
    if (again) timer = setTimeout(fire, again)
  }
  onScopeDispose(() => {
    stop()
    clearTimeout(timer)
  })
}

/** The page was loaded anew while it rang: the phone that was called is gone. */
const isRung = () => myRow.value?.state === 'offered' && ['offered', 'ringing'].includes(myPart.value?.state ?? '')

function takeUpCall(): void {
  const lacking = () =>
    phone.status === 'registered' &&
    liveStatus.value === 'open' &&
    phone.conversation === null &&
    (isRung() || (myRow.value?.state === 'busy' && ['talking', 'held', 'consulting', 'apart'].includes(myPart.value?.state ?? '')))
  whileHolding(lacking, REJOIN_AFTER_MS, () => (phone.taken ? leavePhone() : void attempt(desk.rejoin)), REJOIN_AGAIN_MS)
}

function dropOrphan(): void {
  const orphan = () =>
    phone.conversation !== null && liveStatus.value === 'open' && !!myRow.value && !myRow.value.call && myRow.value.state !== 'offered' && !phone.conversation.caller.listen
  whileHolding(orphan, ORPHAN_MS, dropLine)
}

function followMute(): void {
  watch(
    () => [myPart.value?.muted, phone.conversation?.state] as const,
    ([muted]) => muted !== undefined && muted !== phone.muted && muteLine(muted),
  )
}

/** Nobody came whom he called: why, once, and not again by a page that is loaded later. */
function tellFailure(): void {
  watch(
    () => myRow.value?.failed?.at,
    (at) => {
      const failed = myRow.value?.failed
      if (at && failed && serverNow() - Date.parse(at) < FRESH_MS) ElMessage({ type: 'warning', message: failureText(failed), duration: 8000, showClose: true })
    },
  )
}

/** The customer does not hear him any more, until there is a microphone again. */
function tellSilence(): void {
  const { t } = useI18n()
  let shown: ReturnType<typeof ElMessage> | undefined
  watch(
    () => phone.silent,
    (silent) => {
      shown?.close()
      shown = silent ? ElMessage({ type: 'error', message: t('phone.silent'), duration: 0, showClose: true }) : undefined
    },
  )
}

function announceOffer(): void {
  const { t } = useI18n()
  const offer = computed(() => (myRow.value?.state === 'offered' ? myCall.value : null))
  watch(
    () => offer.value?.id,
    (id) => {
      if (!id || !offer.value) return calmDown()
      const who = offer.value.customer?.name || offer.value.caller_name || phoneNumber(otherNumber(offer.value))
      const queue = offer.value.queue ? live.queues[offer.value.queue]?.name : ''
      callForAttention(t('phone.incoming', { who }), [queue, phoneNumber(otherNumber(offer.value))].filter(Boolean).join(' · '))
    },
    { immediate: true },
  )
}
