import type { AccountId, Code } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Messenger, SafetyCode } from '../messenger/types.ts'

export type SafetyState = {
  /** Undefined while it is being counted, or when there is none. */
  readonly code?: SafetyCode
  /** What became of the comparison: `moved` is a key that changed while the person was looking. */
  readonly outcome: 'none' | 'verified' | 'differ' | 'moved'
  readonly isScanning: boolean
  /** What was scanned is no safety code at all. */
  readonly isOther: boolean
  readonly isBusy: boolean
  readonly failure?: Code
}

export type SafetyModel = Readable<SafetyState> & {
  load(): Promise<void>
  match(): Promise<void>
  differ(): void
  scan(isOn: boolean): void
  /** A text that the camera saw. */
  seen(text: string): Promise<void>
  /** Accepts the key that is named now: known, and not verified any more. */
  acceptKey(): Promise<void>
}

/** Comparing the safety code with one person [K10]. */
export function createSafetyModel(deps: {
  readonly messenger: Pick<Messenger, 'safetyCode' | 'markVerified' | 'acceptNewKey'>
  readonly accountId: AccountId
}): SafetyModel {
  const { messenger, accountId } = deps
  const state = createObservable<SafetyState>({ outcome: 'none', isScanning: false, isOther: false, isBusy: false })
  const patch = (change: Partial<SafetyState>) => state.update((now) => ({ ...now, ...change }))
  const calm = (change: Partial<SafetyState>) =>
    state.update((now) => {
      const { failure: _, ...rest } = now
      return { ...rest, isOther: false, ...change }
    })

  async function load(): Promise<void> {
    const answer = await messenger.safetyCode(accountId)
    if (answer.ok) patch({ code: answer.value })
    else patch({ failure: answer.code })
  }

  async function mark(qr?: string): Promise<void> {
    if (state.get().isBusy) return
    calm({ isBusy: true })
    const answer = await messenger.markVerified(accountId, qr)
    patch({ isBusy: false })
    if (answer.ok) patch({ outcome: 'verified', isScanning: false })
    else if (answer.code === 'WIRE_INVALID' && qr !== undefined) return patch({ isOther: true })
    else if (answer.code === 'DEVICE_OTHER_KEY')
      patch({ outcome: qr === undefined ? 'moved' : 'differ', isScanning: false })
    else return patch({ failure: answer.code })
    await load()
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    load,
    match: () => mark(),
    differ: () => calm({ outcome: 'differ', isScanning: false }),
    scan: (isOn) => calm({ isScanning: isOn, outcome: 'none' }),
    seen: (text) => mark(text),
    async acceptKey() {
      calm({ isBusy: true })
      const answer = await messenger.acceptNewKey(accountId)
      calm({ isBusy: false, outcome: 'none', ...(answer.ok ? {} : { failure: answer.code }) })
      await load()
    },
  }
}
