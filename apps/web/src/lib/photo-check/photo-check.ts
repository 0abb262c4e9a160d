import { SECOND, type Clock } from '@visavis/ports'
import type { NudityGuard } from '../nudity/guard.ts'
import { LIKELY_MIN, shareOf } from '../nudity/judgement.ts'
import { createSerial } from '../messenger/core/serial.ts'

/** What a photo shows, as far as this device can tell: `unchecked` when it could not be looked at. */
export type Verdict = 'plain' | 'likely' | 'unchecked'

/** So many verdicts are remembered, the latest first; none is written down anywhere. */
const VERDICTS_MAX = 400
/** The check is kept ready for the next photo for a while: it takes seconds to fetch and start. */
const LINGER_MS = 60 * SECOND

/**
 * Looks at received photos before they are shown [S11], on this device alone, with the check that calls have (ADR 0014) and by
 * the same setting: what is likely to show nudity, and what could not be looked at, is covered until the person wants it. One
 * picture decides here, because a photo has no second one. Nobody is told, and nothing is kept.
 */
export type PhotoCheck = {
  /** `key` names the picture for as long as the app is open. */
  readonly look: (key: string, picture: Blob) => Promise<Verdict>
  /** Whether the person wanted to see what was covered of this message. */
  readonly isWanted: (messageId: string) => boolean
  readonly want: (messageId: string) => void
  /** Forgets verdicts and wishes: another person may sit here next. */
  readonly forget: () => void
}

export function createPhotoCheck(deps: {
  readonly clock: Pick<Clock, 'after'>
  readonly guard: Pick<NudityGuard, 'get' | 'hold' | 'judge'>
  /** Undefined for what no browser can draw. */
  readonly decode: (picture: Blob) => Promise<ImageBitmap | undefined>
}): PhotoCheck {
  const { clock, guard } = deps
  const verdicts = new Map<string, Promise<Verdict>>()
  const wanted = new Set<string>()
  // Decoded pictures are large: one at a time.
  const oneByOne = createSerial()
  let looking = 0
  let release: (() => void) | undefined
  let stopLingering = () => {}

  async function judge(picture: Blob): Promise<Verdict> {
    stopLingering()
    release ??= guard.hold()
    looking += 1
    try {
      return await oneByOne(() => lookAt(picture))
    } finally {
      looking -= 1
      if (looking === 0) stopLingering = clock.after(LINGER_MS, letGo)
    }
  }

  async function lookAt(picture: Blob): Promise<Verdict> {
    const drawn = await deps.decode(picture)
    const scores = drawn && (await guard.judge(drawn))
    const { setting } = guard.get()
    // Switched off meanwhile: the person does not want to be asked.
    if (setting === 'off') return 'plain'
    if (!scores) return 'unchecked'
    return shareOf(scores, setting) >= LIKELY_MIN[setting] ? 'likely' : 'plain'
  }

  function letGo(): void {
    release?.()
    release = undefined
  }

  function keep(key: string, verdict: Promise<Verdict>): Promise<Verdict> {
    verdicts.delete(key)
    verdicts.set(key, verdict)
    const [oldest] = verdicts.keys()
    if (verdicts.size > VERDICTS_MAX && oldest !== undefined) verdicts.delete(oldest)
    return verdict
  }

  return {
    look(key, picture) {
      const { setting } = guard.get()
      if (setting === 'off') return Promise.resolve('plain')
      const named = `${setting} ${key}`
      const known = verdicts.get(named)
      if (known) return keep(named, known)
      const verdict = judge(picture)
      // What could not be looked at now may be another time: the network is back, the worker started.
      void verdict.then((is) => is === 'unchecked' && verdicts.delete(named))
      return keep(named, verdict)
    },
    isWanted: (messageId) => wanted.has(messageId),
    want: (messageId) => void wanted.add(messageId),
    forget() {
      verdicts.clear()
      wanted.clear()
    },
  }
}
