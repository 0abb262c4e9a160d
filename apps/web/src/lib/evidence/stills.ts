import { REPORT_STILLS_MAX } from '@visavis/e2ee'
import { SECOND, type Clock } from '@visavis/ports'
import type { StillCamera } from './types.ts'

export const STILL_EVERY_MS = 5 * SECOND

/** Keeps the last few pictures of a stream while it is watched: in memory, and nobody can prove them. */
export function createStills(deps: { readonly clock: Clock; readonly open: (stream: MediaStream) => StillCamera }): {
  /** From now on this stream; undefined: none. */
  watch(stream: MediaStream | undefined): void
  /** Copies, the oldest first. */
  kept(): readonly Uint8Array[]
  end(): void
  wipe(): void
} {
  let stills: Uint8Array[] = []
  let watched: MediaStream | undefined
  let stop = () => {}
  let isEnded = false

  async function take(camera: StillCamera): Promise<void> {
    const still = await camera.take()
    if (still && !isEnded) stills = [...stills, still].slice(-REPORT_STILLS_MAX)
  }

  function watch(stream: MediaStream | undefined): void {
    if (stream === watched || isEnded) return
    stop()
    stop = () => {}
    watched = stream
    if (!stream) return
    const camera = deps.open(stream)
    // A picture that cannot be taken is one less.
    const cancel = deps.clock.every(STILL_EVERY_MS, () => void take(camera).catch(() => undefined))
    stop = () => {
      cancel()
      camera.close()
    }
  }

  return {
    watch,
    kept: () => stills.map((still) => still.slice()),
    end() {
      watch(undefined)
      isEnded = true
    },
    wipe() {
      for (const still of stills) still.fill(0)
      stills = []
    },
  }
}
