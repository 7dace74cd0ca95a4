/** The sound of a two-track recording: one element, each track with its own volume, both in both ears. */

import { onScopeDispose, reactive, type Ref, watch } from 'vue'

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2, 3] as const

export interface Sound {
  readonly state: { playing: boolean; time: number; speed: number; left: number; right: number; failed: boolean }
  play: () => Promise<void>
  pause: () => void
  seek: (time: number) => void
}

/** Volumes are 0 to 1. The audio graph is made at the first play: browsers want a click before it. */
export function useSound(element: Ref<HTMLAudioElement | null>): Sound {
  const state = reactive({ playing: false, time: 0, speed: 1, left: 1, right: 1, failed: false })
  let context: AudioContext | null = null
  let gains: [GainNode, GainNode] | null = null
  let frame = 0

  function build(audio: HTMLAudioElement): void {
    context = new AudioContext()
    const source = context.createMediaElementSource(audio)
    const split = context.createChannelSplitter(2)
    const mix = context.createGain()
    mix.channelCount = 1
    mix.channelCountMode = 'explicit'
    source.connect(split)
    gains = [context.createGain(), context.createGain()]
    gains.forEach((gain, track) => split.connect(gain, track).connect(mix))
    mix.connect(context.destination)
    setVolumes()
  }

  function setVolumes(): void {
    if (!gains) return
    gains[0].gain.value = state.left
    gains[1].gain.value = state.right
  }

  function tick(): void {
    state.time = element.value?.currentTime ?? 0
    if (state.playing) frame = requestAnimationFrame(tick)
  }

  watch(() => [state.left, state.right], setVolumes)
  watch(
    () => state.speed,
    (speed) => {
      if (element.value) element.value.playbackRate = speed
    },
  )
  watch(element, (audio) => {
    if (!audio) return
    audio.onplay = () => {
      state.playing = true
      tick()
    }
    audio.onpause = audio.onended = () => {
      state.playing = false
    }
    audio.onseeked = audio.ontimeupdate = () => (state.time = audio.currentTime)
    audio.onerror = () => (state.failed = true)
    audio.onloadeddata = () => (state.failed = false)
  })
  onScopeDispose(() => {
    cancelAnimationFrame(frame)
    element.value?.pause()
    void context?.close()
  })

  return {
    state,
    async play() {
      const audio = element.value
      if (!audio) return
      if (!context) build(audio)
      await context?.resume()
      audio.playbackRate = state.speed
      await audio.play().catch(() => (state.failed = true))
    },
    pause: () => element.value?.pause(),
    seek(time) {
      if (!element.value) return
      element.value.currentTime = time
      state.time = time
    },
  }
}
