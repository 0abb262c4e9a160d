import type { Clock } from '@visavis/ports'
import type { Code } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Messenger } from '../messenger/types.ts'

export type UnlockState = {
  readonly work: 'none' | 'unlocking' | 'forgetting'
  readonly isWrong: boolean
  /** How long every further attempt is refused; counts down. */
  readonly waitS: number
  readonly code?: Code
}
export type UnlockModel = Readable<UnlockState> & {
  unlock(passphrase: string): Promise<void>
  /** Deletes what is kept on this device; `forgotten` is called when it is gone. */
  forget(): Promise<void>
  close(): void
}

/** The door of a locked device [K11]. What waits is counted in the vault; here it is only shown. */
export function createUnlockModel(deps: {
  readonly messenger: Pick<Messenger, 'unlock' | 'wipe'>
  readonly clock: Clock
  readonly forgotten: () => void
}): UnlockModel {
  const { clock, messenger } = deps
  const state = createObservable<UnlockState>({ work: 'none', isWrong: false, waitS: 0 })
  const patch = (change: Partial<UnlockState>) => state.update((now) => ({ ...now, ...change }))
  let stopTick = () => {}

  function wait(ms: number): void {
    const untilMs = clock.monotonicMs() + ms
    stopTick()
    const tick = () => {
      const leftMs = untilMs - clock.monotonicMs()
      patch({ waitS: Math.max(0, Math.ceil(leftMs / 1_000)) })
      if (leftMs <= 0) stopTick()
    }
    stopTick = clock.every(1_000, tick)
    tick()
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    async unlock(passphrase) {
      if (state.get().work !== 'none' || state.get().waitS > 0) return
      state.set({ work: 'unlocking', isWrong: false, waitS: 0 })
      const answer = await messenger.unlock(passphrase)
      if (answer.ok) return state.set({ work: 'none', isWrong: false, waitS: 0 })
      if (answer.code !== 'VAULT_LOCKED') return patch({ work: 'none', code: answer.code })
      patch({ work: 'none', isWrong: true })
      if (answer.retryAfterMs) wait(answer.retryAfterMs)
    },
    async forget() {
      if (state.get().work !== 'none') return
      patch({ work: 'forgetting' })
      try {
        await messenger.wipe()
        deps.forgotten()
      } catch {
        patch({ work: 'none', code: 'VAULT_UNAVAILABLE' })
      }
    },
    close: () => stopTick(),
  }
}
