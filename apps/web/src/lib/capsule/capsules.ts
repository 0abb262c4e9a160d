import { fail, ok, type CallId, type Code, type Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Engine } from '../engine/types.ts'
import type { Messenger } from '../messenger/types.ts'
import { CAPSULE_TEXTS_MAX, type Capsule, type CapsuleContent, type CapsuleHead, type Submission } from './types.ts'

/** The call a capsule is made of: in the midst of it, or just over. */
export type CapsuleCall = Pick<CapsuleHead, 'callId' | 'pseudonym' | 'startedAtMs'> & {
  readonly texts: CapsuleContent['texts']
}

/** How far the capsule that was asked for last has come; each step is told by itself, the failed ones too. */
export type CapsuleProgress = {
  readonly callId: CallId
  readonly block: 'working' | 'done' | { readonly code: Code }
  /** `in-memory`: it could not be sealed, and is gone with this tab. `nothing`: it was too late, nothing was left. */
  readonly keeping: 'working' | 'sealed' | 'in-memory' | 'nothing'
  readonly textCount: number
  readonly pictureCount: number
}

/** Latest first. With a code only what is in memory: the sealed ones cannot be listed now. */
export type CapsuleList = { readonly items: readonly ListedCapsule[]; readonly code?: Code }
export type ListedCapsule = CapsuleHead & { readonly isSealed: boolean }

export type Capsules = Readable<CapsuleProgress | undefined> & {
  /** Ends the call, blocks the person and keeps the evidence: the end at once, whatever becomes of the rest. */
  take(engine: CapsuleEngine, call: CapsuleCall): Promise<void>
  /** The same for a call that is over; nothing else is ended. */
  takeAfterwards(engine: Omit<CapsuleEngine, 'end'>, call: CapsuleCall): Promise<void>
  /** Those in memory are sealed first if that is possible by now. */
  list(): Promise<CapsuleList>
  open(callId: CallId): Promise<Result<CapsuleContent>>
  submitted(callId: CallId, submission: Submission): Promise<Result<true>>
  shred(callId: CallId): Promise<Result<true>>
  /** Forgets what is in memory: when somebody signs out. */
  forget(): void
}

export type CapsuleEngine = Pick<Engine, 'end' | 'block' | 'evidenceOf' | 'serverNowMs'>
type Keeper = Pick<Messenger, 'keepCapsule' | 'capsules' | 'openCapsule' | 'markSubmitted' | 'shredCapsule'>

/** Evidence that one key keeps, of this page and its messenger. A device without a vault keeps it in memory and says so. */
export function createCapsules(deps: { readonly keeper: () => Promise<Keeper> }): Capsules {
  const state = createObservable<CapsuleProgress | undefined>(undefined)
  const inMemory = new Map<CallId, Capsule>()

  const asked = <T>(wish: (keeper: Keeper) => Promise<Result<T>>): Promise<Result<T>> =>
    deps.keeper().then(wish, () => fail('NETWORK_OFFLINE'))

  function progress(callId: CallId, change: Partial<CapsuleProgress>): void {
    state.update((now) => (now?.callId === callId ? { ...now, ...change } : now))
  }

  async function seal(capsule: Capsule): Promise<Result<true>> {
    const kept = await asked((keeper) => keeper.keepCapsule(capsule))
    if (kept.ok) inMemory.delete(capsule.head.callId)
    return kept
  }

  async function keep(engine: Omit<CapsuleEngine, 'end'>, call: CapsuleCall): Promise<void> {
    const { callId, texts: all, ...facts } = call
    const texts = all.slice(-CAPSULE_TEXTS_MAX)
    const evidence = await engine.evidenceOf(callId)
    if (!evidence && texts.length === 0) return progress(callId, { keeping: 'nothing' })
    const { frames = [], stills = [], receipt } = evidence ?? {}
    const counts = { textCount: texts.length, pictureCount: frames.length + stills.length }
    const capsule: Capsule = {
      head: { callId, ...facts, ...counts, keptAtMs: engine.serverNowMs() },
      content: { texts, frames, stills, ...(receipt && { receipt }) },
    }
    // In memory first: whatever happens to the vault, it is there to be handed in.
    inMemory.set(callId, capsule)
    progress(callId, counts)
    const kept = await seal(capsule)
    progress(callId, { keeping: kept.ok ? 'sealed' : 'in-memory' })
  }

  async function block(engine: Pick<CapsuleEngine, 'block'>, callId: CallId): Promise<void> {
    const answer = await engine.block(callId)
    progress(callId, { block: answer.ok ? 'done' : { code: answer.code } })
  }

  async function takeAfterwards(engine: Omit<CapsuleEngine, 'end'>, call: CapsuleCall): Promise<void> {
    const { callId } = call
    state.set({ callId, block: 'working', keeping: 'working', textCount: 0, pictureCount: 0 })
    await Promise.all([block(engine, callId), keep(engine, call)])
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    takeAfterwards,
    take(engine, call) {
      engine.end()
      return takeAfterwards(engine, call)
    },
    async list() {
      for (const capsule of inMemory.values()) await seal(capsule)
      const held = [...inMemory.values()].map(({ head }) => ({ ...head, isSealed: false }))
      const sealed = await asked((keeper) => keeper.capsules())
      if (!sealed.ok) return { items: held.toReversed(), code: sealed.code }
      const rest = sealed.value.filter(({ callId }) => !inMemory.has(callId))
      return { items: [...held.toReversed(), ...rest.map((head) => ({ ...head, isSealed: true }))] }
    },
    async open(callId) {
      const held = inMemory.get(callId)
      return held ? ok(held.content) : asked((keeper) => keeper.openCapsule(callId))
    },
    async submitted(callId, submission) {
      const held = inMemory.get(callId)
      if (!held) return asked((keeper) => keeper.markSubmitted(callId, submission))
      inMemory.set(callId, { ...held, head: { ...held.head, submission } })
      return ok(true)
    },
    async shred(callId) {
      if (inMemory.delete(callId)) return ok(true)
      return asked((keeper) => keeper.shredCapsule(callId))
    },
    forget() {
      inMemory.clear()
      state.set(undefined)
    },
  }
}
