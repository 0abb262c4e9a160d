import type { Clock, Log, Random } from '@visavis/ports'
import { fail, ok, type AccountId, type BlockId, type CallId, type Result } from '@visavis/wire'
import type { Block, BlockStore } from './store.ts'

/**
 * Blocking [M7]: at once, both ways, across all devices, and never told to the blocked person.
 *
 * What protects comes first: the two are parted in the waiting pool and in their call before anything is stored, so a
 * slow or absent database never leaves somebody facing the person they just blocked. If storing fails, the person is told to
 * try again, and doing so is harmless.
 */
export type Blocks = {
  /** Errors: NOT_FOUND when the caller was not in that call, or it ended too long ago. */
  block(blocker: AccountId, callId: CallId): Promise<Result<Block>>
  /** Errors: NOT_FOUND for anybody but a contact, whoever asked to be one, and who is in a conversation with the caller. */
  blockAccount(blocker: AccountId, account: AccountId): Promise<Result<Block>>
  list(blocker: AccountId): Promise<readonly Block[]>
  /** Errors: NOT_FOUND when the caller made no such block. */
  unblock(blocker: AccountId, blockId: BlockId): Promise<Result<Block>>
  /** Every account that this one must not meet, in either direction. */
  apartFrom(account: AccountId): Promise<ReadonlySet<AccountId>>
}

/** The other person of a call, as a caller who was in it may learn: enough to act, nothing to show but the pseudonym. */
export type OtherInCall = (
  callId: CallId,
  account: AccountId,
) => Promise<{ readonly accountId: AccountId; readonly pseudonym: string } | undefined>

export function createBlocks(deps: {
  clock: Clock
  random: Random
  log: Log
  store: BlockStore
  otherInCall: OtherInCall
  /** Parts the two everywhere at once: waiting tickets and live calls. */
  part: (a: AccountId, b: AccountId) => void
  /** Whether the one knows the other outside of calls: contact, request or a conversation in common. */
  mayBlock: (blocker: AccountId, account: AccountId) => Promise<boolean>
  handleOf: (account: AccountId) => Promise<string | undefined>
  /** What a person sees of others has changed by an own block; told to nobody else. */
  changed: (blocker: AccountId) => void
}): Blocks {
  async function add(blocker: AccountId, blocked: AccountId, pseudonym: string): Promise<Block> {
    deps.part(blocker, blocked)
    const block = await deps.store.add({
      blockId: deps.random.uuid() as BlockId,
      blocker,
      blocked,
      pseudonym,
      createdAtMs: deps.clock.nowMs(),
    })
    // A ticket taken out while the row was being written may have been renewed with a set of blocks from before it.
    deps.part(blocker, blocked)
    deps.changed(blocker)
    return block
  }

  return {
    async block(blocker, callId) {
      const other = await deps.otherInCall(callId, blocker)
      if (!other || other.accountId === blocker) return fail('NOT_FOUND')
      const block = await add(blocker, other.accountId, other.pseudonym)
      deps.log.info('block.made', { account: blocker, call: callId })
      return ok(block)
    },

    async blockAccount(blocker, account) {
      if (blocker === account || !(await deps.mayBlock(blocker, account))) return fail('NOT_FOUND')
      const handle = await deps.handleOf(account)
      if (handle === undefined) return fail('NOT_FOUND')
      const block = await add(blocker, account, handle)
      deps.log.info('block.made', { account: blocker })
      return ok(block)
    },

    list: (blocker) => deps.store.madeBy(blocker),

    async unblock(blocker, blockId) {
      const removed = await deps.store.remove(blocker, blockId)
      if (!removed) return fail('NOT_FOUND')
      deps.changed(blocker)
      deps.log.info('block.lifted', { account: blocker })
      return ok(removed)
    },

    apartFrom: (account) => deps.store.apartFrom(account),
  }
}
