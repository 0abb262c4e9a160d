import type { Clock } from '@visavis/ports'

/** Long enough that the start of a voice is no blow, short enough that its first word is heard. */
export const FADE_MS = 160
const STEP_MS = 16

/**
 * Lets a sound in softly: silent at first, and up to full volume with the element's own volume, from the moment in which
 * its track carries sound. The element's volume and not WebAudio, because what the browser's echo cancellation knows of
 * is the sound of elements. Where a page may not set the volume (iOS) it is full from the beginning.
 */
export function fadeIn(deps: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'every'>
  readonly element: { volume: number }
  readonly track: Pick<MediaStreamTrack, 'muted' | 'addEventListener' | 'removeEventListener'> | undefined
}): () => void {
  const { clock, element, track } = deps
  let endRise: (() => void) | undefined

  function rise(): void {
    endRise?.()
    element.volume = 0
    const fromMs = clock.monotonicMs()
    // By the clock and not by steps: a hidden tab's timers are a second apart.
    const end = clock.every(STEP_MS, () => {
      element.volume = volumeAfter(clock.monotonicMs() - fromMs)
      if (element.volume === 1) end()
    })
    endRise = end
  }

  element.volume = 0
  // Before its first packet a track is muted.
  track?.addEventListener('unmute', rise)
  if (!track?.muted) rise()
  return () => {
    track?.removeEventListener('unmute', rise)
    endRise?.()
  }
}

/** Rises with the square, as loudness is heard; 0 to 1. */
export function volumeAfter(ms: number): number {
  const share = Math.min(1, Math.max(0, ms / FADE_MS))
  return share * share
}
