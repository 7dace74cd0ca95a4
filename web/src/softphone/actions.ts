/** What can be done with the call right now, and the doing of it. Buttons, keys and the palette all use these. */

import { computed } from 'vue'
import { amOn, desk, myCall, myPart, myRow } from '@/core/desk'
import { attempt } from '@/core/errors'
import { answer, dropLine, muteLine, phone } from './phone'

const talkingStates = ['talking', 'held', 'consulting', 'conference']

export const ringing = computed(() => myRow.value?.state === 'offered' || phone.conversation?.state === 'ringing')
export const inCall = computed(() => myRow.value?.state === 'busy' && !!myCall.value)
export const talking = computed(() => inCall.value && talkingStates.includes(myCall.value!.state))
/** Only the one who consults may end it, one way or the other. */
export const consulting = computed(() => {
  const consult = inCall.value ? myCall.value?.consult : null
  return consult && (!consult.by || consult.by === myRow.value?.id) ? consult : null
})
/** His customer is in a flow, and he waits for him. */
export const apart = computed(() => inCall.value && myPart.value?.state === 'apart')
export const inConference = computed(() => inCall.value && myCall.value?.state === 'conference')
/** Who leads: a moderator, or anybody as long as there is none. */
export const leading = computed(() => {
  const parties = myCall.value?.conference?.parties ?? []
  const own = parties.find((party) => party.agent === myRow.value?.id)
  return !parties.some((party) => party.part === 'moderator') || own?.part === 'moderator'
})
export const isHeld = computed(() => myRow.value?.holding === true)
export const isMuted = computed(() => phone.muted || myPart.value?.muted === true)
export const recordingPaused = computed(() => myCall.value?.recording?.paused === true)

export const may = {
  answer: computed(() => phone.conversation?.state === 'ringing' || (myRow.value?.state === 'offered' && phone.status === 'elsewhere')),
  reject: computed(() => myRow.value?.state === 'offered'),
  hangUp: computed(() => inCall.value || phone.conversation?.state === 'up'),
  hold: computed(() => talking.value && !consulting.value && myCall.value?.state !== 'conference'),
  mute: computed(() => talking.value),
  keys: computed(() => talking.value),
  transfer: computed(() => talking.value && !consulting.value && myCall.value?.state !== 'conference'),
  swap: computed(() => consulting.value?.state === 'talking'),
  invite: computed(() => talking.value && !consulting.value && !isHeld.value && leading.value && myCall.value?.conference?.locked !== true),
  park: computed(() => talking.value && !consulting.value && !inConference.value && !!myCall.value && myCall.value.direction !== 'internal'),
  flow: computed(() => talking.value && !consulting.value && !inConference.value && !!myCall.value && myCall.value.direction !== 'internal'),
  takeBack: computed(() => apart.value),
  complete: computed(() => consulting.value?.state === 'talking'),
  join: computed(() => consulting.value?.state === 'talking'),
  record: computed(() => talking.value && myCall.value?.recording?.on === true),
  dial: computed(() => amOn.value && ['ready', 'paused', 'wrap_up'].includes(myRow.value?.state ?? '')),
}

export const act = {
  answer: () => attempt(answer),
  reject: () => attempt(desk.reject),
  /** The floor ends the leg; when it does not know of the conversation, the line is put down here. */
  hangUp: () => (inCall.value ? attempt(desk.hangUp) : Promise.resolve(dropLine()).then(() => true)),
  hold: () => attempt(isHeld.value ? desk.resume : desk.hold),
  mute: () => {
    const on = !isMuted.value
    muteLine(on)
    return attempt(() => desk.mute(on))
  },
  join: () => attempt(desk.joinConsult),
  swap: () => attempt(desk.swapConsult),
  park: () => attempt(desk.park),
  takeBack: () => attempt(desk.takeBack),
  complete: () => attempt(desk.completeConsult),
  cancelConsult: () => attempt(desk.cancelConsult),
  record: () => attempt(() => desk.pauseRecording(!recordingPaused.value)),
}
