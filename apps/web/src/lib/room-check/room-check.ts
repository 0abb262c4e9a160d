import { SECOND, type Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'
import type { ColouredFind, FromRoomWorker, Step } from './protocol.ts'

/** A check that says nothing for so long is given up. */
export const SILENCE_MS_MAX = 60 * SECOND

export type RoomCheckState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly step: Step; readonly share: number }
  /** The picture that was looked at was of this size. Without finds nothing was found, which is not that nothing is there. */
  | { readonly kind: 'done'; readonly finds: readonly ColouredFind[]; readonly width: number; readonly height: number }
  | { readonly kind: 'failed' }

export type RoomWorker = {
  look(picture: ImageBitmap): void
  onMessage(listener: (message: FromRoomWorker) => void): void
  /** Its file could not be had, or it threw where nobody catches. */
  onDeath(listener: () => void): void
  terminate(): void
}

/** Looks once at what others would see [M11], on this device, when somebody presses for it. */
export type RoomCheck = Readable<RoomCheckState> & {
  /** Looks at one picture; it is closed in any case. `undefined`: there was none to be had. */
  look(taken: Promise<ImageBitmap | undefined>): Promise<void>
  /** Stops looking, and forgets what was found. */
  leave(): void
}

export function createRoomCheck(deps: {
  readonly clock: Clock
  readonly openWorker: () => Promise<RoomWorker>
}): RoomCheck {
  const state = createObservable<RoomCheckState>({ kind: 'idle' })
  let turn = 0
  let worker: RoomWorker | undefined
  let stopWaiting = () => {}

  function end(next: RoomCheckState): void {
    turn += 1
    stopWaiting()
    // Engines and all that they have read go with it.
    worker?.terminate()
    worker = undefined
    state.set(next)
  }

  function wait(): void {
    stopWaiting()
    stopWaiting = deps.clock.after(SILENCE_MS_MAX, () => end({ kind: 'failed' }))
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    async look(taken) {
      end({ kind: 'working', step: 'fetching', share: 0 })
      const own = turn
      wait()
      const [picture, opened] = await Promise.all([
        taken.catch(() => undefined),
        deps.openWorker().catch(() => undefined),
      ])
      if (own !== turn || !picture || !opened) {
        picture?.close()
        opened?.terminate()
        if (own === turn) end({ kind: 'failed' })
        return
      }
      worker = opened
      const { width, height } = picture
      opened.onDeath(() => own === turn && end({ kind: 'failed' }))
      opened.onMessage((message) => {
        if (own !== turn) return
        if (message.kind === 'failed') end({ kind: 'failed' })
        else if (message.kind === 'found') end({ kind: 'done', finds: message.finds, width, height })
        else {
          wait()
          state.set({ kind: 'working', step: message.step, share: message.share })
        }
      })
      opened.look(picture)
    },
    leave: () => end({ kind: 'idle' }),
  }
}
