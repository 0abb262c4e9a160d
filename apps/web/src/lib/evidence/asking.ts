import { SECOND, type Clock, type Random } from '@visavis/ports'
import type { PictureTrust } from './types.ts'

/** A picture that is looked at: between two and three seconds, so that a sender cannot know which moment is asked for. */
export const ASK_MS_MIN = 2 * SECOND
const ASK_MS_SPREAD = SECOND
/** One that nobody looks at, that is under the veil, or that comes through a poor line. */
export const ASK_SELDOM_MS_MIN = 8 * SECOND
const ASK_SELDOM_MS_SPREAD = 4 * SECOND
/** After so many requests in a row without a key frame that the partner committed to, its picture is doubted. */
export const ASKS_UNANSWERED_MAX = 3

export type Attention = {
  /** Pictures of the partner should be arriving. */
  readonly isFlowing: boolean
  /** They are looked at, and the line bears it. */
  readonly isWatched: boolean
}

export type Asking = {
  trust(): PictureTrust
  /** The partner committed to a key frame that came. */
  matched(): void
  attend(attention: Attention): void
  /** Nothing can be looked at any more. */
  lost(): void
  close(): void
}

/** Asks for key frames, and says what their coming or not coming means. Commitments come through our own socket: while it is away nothing follows from silence. */
export function createAsking(deps: {
  readonly clock: Clock
  readonly random: Random
  readonly ask: () => void
  readonly isOnline: () => boolean
  readonly changed: (trust: PictureTrust) => void
}): Asking {
  const { clock, random } = deps
  let trust: PictureTrust = 'waiting'
  let attention: Attention = { isFlowing: false, isWatched: false }
  let unanswered = 0
  let cancel: (() => void) | undefined
  let isOver = false

  function become(next: PictureTrust): void {
    if (next === trust) return
    trust = next
    deps.changed(trust)
  }

  function askLater(): void {
    cancel?.()
    cancel = undefined
    if (isOver || !attention.isFlowing) return
    const isOften = attention.isWatched || trust !== 'vouched'
    const [min, spread] = isOften ? [ASK_MS_MIN, ASK_MS_SPREAD] : [ASK_SELDOM_MS_MIN, ASK_SELDOM_MS_SPREAD]
    cancel = clock.after(min + random.float() * spread, askNow)
  }

  function askNow(): void {
    if (deps.isOnline()) {
      if (unanswered >= ASKS_UNANSWERED_MAX) become('doubted')
      unanswered += 1
      deps.ask()
    } else unanswered = 0
    askLater()
  }

  function end(): void {
    isOver = true
    cancel?.()
    cancel = undefined
  }

  return {
    trust: () => trust,
    matched() {
      if (isOver) return
      unanswered = 0
      become('vouched')
    },
    attend(next) {
      if (next.isFlowing === attention.isFlowing && next.isWatched === attention.isWatched) return
      attention = next
      if (!next.isFlowing) unanswered = 0
      askLater()
    },
    lost() {
      end()
      become('unchecked')
    },
    close: end,
  }
}
