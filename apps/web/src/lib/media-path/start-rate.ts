/**
 * How fast the picture of the next call begins. The first one begins sharp, unless the browser says that its network is
 * narrow; from then on it begins with what the last connection was found to carry: on a narrow network a picture that
 * begins as on a wide one drowns the sound of the first seconds. Too low a beginning costs little, because browsers try
 * for more at once.
 */
export type StartRate = {
  kbps(): number
  /** Takes what the browser estimates, while it says so and a picture is being sent: without one it estimates the sound. */
  learn(stats: Iterable<Readonly<Record<string, unknown>>>): void
}

/** Without a hint Chromium starts at 300 kbit/s and shows mush for the first second. */
export const START_KBPS_MAX = 1_200
export const START_KBPS_MIN = 150
/** Of what the network carries: the rest is for sound and for what gets worse. */
const SHARE = 0.8

/** `guessedKbps`: what the browser believes of its network, if it tells. */
export function createStartRate(guessedKbps?: number): StartRate {
  let carriesKbps = guessedKbps !== undefined && positive(guessedKbps) > 0 ? guessedKbps : undefined

  return {
    kbps() {
      if (carriesKbps === undefined) return START_KBPS_MAX
      return Math.max(START_KBPS_MIN, Math.min(START_KBPS_MAX, Math.round(carriesKbps * SHARE)))
    },
    learn(stats) {
      let isSending = false
      let bps = 0
      for (const stat of stats) {
        if (stat['type'] === 'outbound-rtp' && stat['kind'] === 'video')
          isSending ||= positive(stat['framesPerSecond']) > 0
        else if (stat['type'] === 'candidate-pair') bps = Math.max(bps, positive(stat['availableOutgoingBitrate']))
      }
      if (isSending && bps > 0) carriesKbps = bps / 1_000
    },
  }
}

function positive(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0
}
