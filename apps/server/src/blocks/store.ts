import type { AccountId, BlockId } from '@visavis/wire'
import type { Kysely } from 'kysely'

export type BlockTables = {
  blocks: {
    block_id: string
    blocker_id: string
    blocked_id: string
    pseudonym: string
    created_at_ms: number
  }
}

export type Block = {
  readonly blockId: BlockId
  readonly blocker: AccountId
  readonly blocked: AccountId
  readonly pseudonym: string
  readonly createdAtMs: number
}

/** Where blocks are kept. A block by one is enough to keep both apart. */
export type BlockStore = {
  /** Keeps the block, or returns the one that stood between the same two in the same direction. */
  add(block: Block): Promise<Block>
  /** The blocks that this account made, newest first. */
  madeBy(blocker: AccountId): Promise<readonly Block[]>
  /** Every account that this one must not meet, whoever made the block. */
  apartFrom(account: AccountId): Promise<ReadonlySet<AccountId>>
  /** Who of `accounts` blocks this one [M6]. */
  blockersAmong(blocked: AccountId, accounts: readonly AccountId[]): Promise<ReadonlySet<AccountId>>
  /** Removes a block of this maker. Returns it, or undefined when the maker has none of that id. */
  remove(blocker: AccountId, blockId: BlockId): Promise<Block | undefined>
}

type Row = BlockTables['blocks']

function toBlock(row: Row): Block {
  return {
    blockId: row.block_id as BlockId,
    blocker: row.blocker_id as AccountId,
    blocked: row.blocked_id as AccountId,
    pseudonym: row.pseudonym,
    createdAtMs: row.created_at_ms,
  }
}

export function createBlockStore(db: Kysely<BlockTables>): BlockStore {
  return {
    async add(block) {
      const row: Row = {
        block_id: block.blockId,
        blocker_id: block.blocker,
        blocked_id: block.blocked,
        pseudonym: block.pseudonym,
        created_at_ms: block.createdAtMs,
      }
      await db
        .insertInto('blocks')
        .values(row)
        .onConflict((conflict) => conflict.columns(['blocker_id', 'blocked_id']).doNothing())
        .execute()
      const standing = db.selectFrom('blocks').selectAll()
      return toBlock(
        await standing
          .where('blocker_id', '=', block.blocker)
          .where('blocked_id', '=', block.blocked)
          .executeTakeFirstOrThrow(),
      )
    },

    async madeBy(blocker) {
      const made = db.selectFrom('blocks').selectAll().where('blocker_id', '=', blocker)
      return (await made.orderBy('created_at_ms', 'desc').orderBy('block_id').execute()).map(toBlock)
    },

    async apartFrom(account) {
      const rows = await db
        .selectFrom('blocks')
        .select(['blocker_id', 'blocked_id'])
        .where((where) => where.or([where('blocker_id', '=', account), where('blocked_id', '=', account)]))
        .execute()
      return new Set(rows.map((row) => (row.blocker_id === account ? row.blocked_id : row.blocker_id) as AccountId))
    },

    async blockersAmong(blocked, accounts) {
      if (accounts.length === 0) return new Set()
      const rows = await db
        .selectFrom('blocks')
        .select('blocker_id')
        .where('blocked_id', '=', blocked)
        .where('blocker_id', 'in', [...accounts])
        .execute()
      return new Set(rows.map((row) => row.blocker_id as AccountId))
    },

    async remove(blocker, blockId) {
      const row = await db
        .deleteFrom('blocks')
        .where('blocker_id', '=', blocker)
        .where('block_id', '=', blockId)
        .returningAll()
        .executeTakeFirst()
      return row && toBlock(row)
    },
  }
}
