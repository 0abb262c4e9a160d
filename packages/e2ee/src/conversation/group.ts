import {
  COMMIT_BYTES_MAX,
  CONVERSATION_ADDITIONAL_BYTES_MAX,
  CONVERSATION_PLAIN_BYTES_MAX,
  EXPORTED_BYTES_MAX,
  SEALED_BYTES_MAX,
} from '../limits.ts'
import { commitIn, rebase, takeCommit } from '../mls/lasting-commit.ts'
import {
  encodeState,
  epochOf,
  exportFrom,
  isAhead,
  membersOf,
  openIn,
  ownLeafOf,
  readPrivateMessage,
  sealIn,
  type LastingState,
  type Suite,
} from '../mls/lasting-group.ts'
import { wipe, wipeReplaced, wipeState } from '../mls/wipe.ts'
import { assert, ok, OPEN_FAILED, type E2eeFail } from '../result.ts'
import { readAdditions } from './additions.ts'
import { isFairChange, memberCredential } from './admission.ts'
import { encodeStored } from './state.ts'
import type { Group, GroupName, PreparedCommit, Step, SuiteKind } from './types.ts'

/**
 * One generation of a conversation on this device. States are values: an operation prepares the next one, the caller
 * stores it, and `apply` puts it in place and only then wipes the keys it used. Wiped earlier they would be missing, or
 * worse: the library encrypts under zeros without a word (SPEC ER34, the zero-key trap).
 */
const EPOCH_AHEAD: E2eeFail<'E2EE_EPOCH_AHEAD'> = { ok: false, code: 'E2EE_EPOCH_AHEAD' }

type Of = { readonly name: GroupName; readonly kind: SuiteKind; readonly suite: Suite }

/** What the operations of one group share. */
type Held = {
  readonly of: Of
  /** @throws after `destroy` */
  state(): LastingState
  stored(state: LastingState): Uint8Array
  /** Puts the next state in the place of the one it was made from. */
  replace(former: LastingState, next: LastingState): void
  /** The seal that holds the next key until it is applied or abandoned. */
  sealing: symbol | undefined
}

/**
 * @param start.state where the group stands
 * @param start.first what it becomes by a first step, of a group that is just being started
 */
export function createGroup(of: Of, start: { readonly state: LastingState; readonly first?: LastingState }) {
  const held = hold(of, start.state)
  const group: Group = {
    name: of.name,
    suite: of.kind,
    epoch: () => epochOf(held.state()),
    roster: () => membersOf(held.state()).map(memberCredential),
    seal: (plain, additional) => seal(held, plain, additional),
    abandonSeal: () => {
      held.sealing = undefined
    },
    open: (ciphertext) => open(held, ciphertext),
    commit: (change) => commit(held, change),
    process: (bytes, nowMs) => take(held, bytes, nowMs),
    exporter: async (label, context, length) => {
      assert(Number.isInteger(length) && length > 0 && length <= EXPORTED_BYTES_MAX, 'exported length out of bounds')
      return exportFrom(of.suite, held.state(), label, context, length)
    },
    destroy: () => held.close(),
  }
  const first = start.first && stepTo(held, start.state, { next: start.first, consumed: [] })
  return { group, first, stored: () => held.stored(held.state()) }
}

function hold(of: Of, initial: LastingState): Held & { close(): void } {
  let state = initial
  let isClosed = false
  return {
    of,
    sealing: undefined,
    state: () => {
      assert(!isClosed, 'group destroyed')
      return state
    },
    stored: (next) => encodeStored({ name: of.name, suite: of.kind, mls: encodeState(next) }),
    replace: (former, next) => {
      assert(!isClosed, 'group destroyed')
      assert(state === former, 'a step that was overtaken by another')
      state = next
    },
    close: () => {
      if (!isClosed) wipeState(state)
      isClosed = true
    },
  }
}

type Made = { readonly next: LastingState; readonly consumed: readonly Uint8Array[] }

/** A step from exactly this state; another one that is applied first makes it void. */
function stepTo(held: Held, former: LastingState, made: Made): Step {
  return { nextState: held.stored(made.next), apply: () => put(held, former, made) }
}

function put(held: Held, former: LastingState, { next, consumed }: Made): void {
  assert(held.sealing === undefined, 'a seal is neither applied nor abandoned')
  held.replace(former, next)
  wipe(consumed)
  if (epochOf(former) !== epochOf(next)) wipeReplaced(former, next)
}

async function seal(held: Held, plain: Uint8Array, additional: Uint8Array) {
  if (plain.byteLength > CONVERSATION_PLAIN_BYTES_MAX || additional.byteLength > CONVERSATION_ADDITIONAL_BYTES_MAX)
    throw new RangeError('message too long')
  const former = held.state()
  assert(epochOf(former) > 0, 'the first step was not applied')
  assert(held.sealing === undefined, 'an earlier seal is neither applied nor abandoned')
  const own = (held.sealing = Symbol('seal'))
  try {
    const made = await sealIn(held.of.suite, former, { plain, additional })
    const step = stepTo(held, former, made)
    return {
      ciphertext: made.bytes,
      nextState: step.nextState,
      apply: () => {
        assert(held.sealing === own, 'a seal that was abandoned or applied')
        held.sealing = undefined
        step.apply()
      },
    }
  } catch (error) {
    held.sealing = undefined
    throw error
  }
}

async function open(held: Held, ciphertext: Uint8Array): ReturnType<Group['open']> {
  const former = held.state()
  const message = readPrivateMessage(former, ciphertext, SEALED_BYTES_MAX)
  if (message === undefined) return OPEN_FAILED
  if (isAhead(former, message)) return message.contentType === 'application' ? EPOCH_AHEAD : OPEN_FAILED
  const opened = await openIn(held.of.suite, former, message)
  if (opened === undefined) return OPEN_FAILED
  const { plain, additional, epoch, sender } = opened
  return ok({ ...stepTo(held, former, opened), plain, additional, epoch, sender: memberCredential(sender) })
}

async function commit(held: Held, change: Parameters<Group['commit']>[0]): ReturnType<Group['commit']> {
  const former = held.state()
  assert(epochOf(former) > 0, 'the first step was not applied')
  const remove = change.remove.map((deviceId) => leafOf(former, deviceId))
  const present = membersOf(former).map(memberCredential)
  const add = await readAdditions(held.of.suite, change.add, { present, nowMs: change.nowMs })
  const made = add && (await commitIn(held.of.suite, former, { add, remove }))
  if (made === undefined) return OPEN_FAILED
  const epoch = epochOf(former)
  const rebased = () => rebase(made.next, held.state())
  const prepared: PreparedCommit = {
    epoch,
    commit: made.commit,
    ...(made.welcome && { welcome: made.welcome }),
    get nextState() {
      return held.stored(rebased())
    },
    apply: () => {
      assert(epochOf(held.state()) === epoch, 'a commit of an epoch that is over')
      put(held, held.state(), { next: rebased(), consumed: made.consumed })
    },
  }
  return ok(prepared)
}

function leafOf(state: LastingState, deviceId: string): number {
  const member = membersOf(state).find((each) => memberCredential(each).deviceId === deviceId)
  assert(member !== undefined && member.leaf !== ownLeafOf(state), 'a device that cannot be removed from here')
  return member.leaf
}

async function take(held: Held, bytes: Uint8Array, nowMs: number): ReturnType<Group['process']> {
  const former = held.state()
  const message = readPrivateMessage(former, bytes, COMMIT_BYTES_MAX)
  if (message === undefined) return OPEN_FAILED
  if (isAhead(former, message)) return message.contentType === 'commit' ? EPOCH_AHEAD : OPEN_FAILED
  const taken = await takeCommit(held.of.suite, former, message, (change) => isFairChange(former, change, nowMs))
  if (taken === undefined) return OPEN_FAILED
  if (taken.kind === 'removed') return ok({ kind: 'removed' })
  return ok({
    ...stepTo(held, former, taken),
    kind: 'changed',
    committer: memberCredential(taken.committer),
    added: taken.added.map(memberCredential),
    removed: taken.removed.map(memberCredential),
  })
}
