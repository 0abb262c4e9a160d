import type { AccountId, CallId, ConversationId } from '@visavis/wire'
import { sql, type Kysely } from 'kysely'
import type { Contact, Pair } from './rules.ts'

export type ContactTables = {
  contacts: {
    account_a: string
    account_b: string
    conversation_id: string
    state: Contact['state']
    requested_by: string | null
    since_ms: number
  }
  contact_codes: { account_id: string; code_hash: Uint8Array; code_sealed: Uint8Array }
  contact_keeps: { call_id: string; account_id: string; said_at_ms: number }
}

/** Where contacts, codes and wishes to stay in contact are kept. All reject when the storage is away. */
export type ContactStore = {
  find(pair: Pair): Promise<Contact | undefined>
  findByConversation(conversationId: ConversationId): Promise<Contact | undefined>
  /** Those of an account in this state, newest first. */
  ofAccount(account: AccountId, state: Contact['state'], max: number): Promise<readonly Contact[]>
  count(account: AccountId, state: Contact['state']): Promise<number>
  /**
   * Replaces what stands between two by what `rule` makes of it, one change of a pair after the other; undefined leaves it.
   * Returns what `rule` returned.
   */
  change(pair: Pair, rule: (standing: Contact | undefined) => Contact | undefined): Promise<Contact | undefined>

  /** A new code takes the place of the old one. */
  setCode(account: AccountId, hash: Uint8Array, sealed: Uint8Array): Promise<void>
  clearCode(account: AccountId): Promise<void>
  codeOf(account: AccountId): Promise<Uint8Array | undefined>
  ownerOf(hash: Uint8Array): Promise<AccountId | undefined>

  keep(callId: CallId, account: AccountId, saidAtMs: number): Promise<void>
  unkeep(callId: CallId, account: AccountId): Promise<void>
  /** Who of the call has said yes. */
  keepers(callId: CallId): Promise<readonly AccountId[]>
  /** Forgets what was said. Of all who ask, true for one only. */
  takeKeeps(callId: CallId): Promise<boolean>
  forgetKeeps(saidBeforeMs: number): Promise<void>
}

type Row = ContactTables['contacts']

function fromRow(row: Row): Contact {
  return {
    a: row.account_a as AccountId,
    b: row.account_b as AccountId,
    conversationId: row.conversation_id as ConversationId,
    state: row.state,
    requestedBy: (row.requested_by ?? undefined) as AccountId | undefined,
    sinceMs: row.since_ms,
  }
}

function toRow(contact: Contact): Row {
  return {
    account_a: contact.a,
    account_b: contact.b,
    conversation_id: contact.conversationId,
    state: contact.state,
    requested_by: contact.requestedBy ?? null,
    since_ms: contact.sinceMs,
  }
}

export function createContactStore(db: Kysely<ContactTables>): ContactStore {
  const ofAccount = (account: AccountId, state: Contact['state']) =>
    db
      .selectFrom('contacts')
      .where((where) => where.or([where('account_a', '=', account), where('account_b', '=', account)]))
      .where('state', '=', state)
  return {
    ...createCodes(db),
    ...createKeeps(db),
    find: (pair) => find(db, pair),

    async findByConversation(conversationId) {
      const row = db.selectFrom('contacts').selectAll().where('conversation_id', '=', conversationId)
      const found = await row.executeTakeFirst()
      return found && fromRow(found)
    },

    async ofAccount(account, state, max) {
      const newest = ofAccount(account, state).selectAll().orderBy('since_ms', 'desc').orderBy('conversation_id')
      return (await newest.limit(max).execute()).map(fromRow)
    },

    async count(account, state) {
      const counted = ofAccount(account, state).select((of) => of.fn.countAll<number>().as('count'))
      return (await counted.executeTakeFirstOrThrow()).count
    },

    change: (pair, rule) =>
      db.transaction().execute(async (txn) => {
        // A row that is not there yet cannot be locked, so the pair is.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`${pair.a} ${pair.b}`}, 1))`.execute(txn)
        const next = rule(await find(txn, pair))
        if (!next) return undefined
        const { state, requested_by, since_ms } = toRow(next)
        await txn
          .insertInto('contacts')
          .values(toRow(next))
          .onConflict((conflict) =>
            conflict.columns(['account_a', 'account_b']).doUpdateSet({ state, requested_by, since_ms }),
          )
          .execute()
        return next
      }),
  }
}

async function find(db: Kysely<ContactTables>, { a, b }: Pair): Promise<Contact | undefined> {
  const both = db.selectFrom('contacts').selectAll().where('account_a', '=', a).where('account_b', '=', b)
  const row = await both.executeTakeFirst()
  return row && fromRow(row)
}

function createCodes(db: Kysely<ContactTables>): Pick<ContactStore, 'setCode' | 'clearCode' | 'codeOf' | 'ownerOf'> {
  return {
    async setCode(account, hash, sealed) {
      const code = { code_hash: Buffer.from(hash), code_sealed: Buffer.from(sealed) }
      await db
        .insertInto('contact_codes')
        .values({ account_id: account, ...code })
        .onConflict((conflict) => conflict.column('account_id').doUpdateSet(code))
        .execute()
    },

    async clearCode(account) {
      await db.deleteFrom('contact_codes').where('account_id', '=', account).execute()
    },

    async codeOf(account) {
      const own = db.selectFrom('contact_codes').select('code_sealed').where('account_id', '=', account)
      const row = await own.executeTakeFirst()
      return row && new Uint8Array(row.code_sealed)
    },

    async ownerOf(hash) {
      const named = db.selectFrom('contact_codes').select('account_id').where('code_hash', '=', Buffer.from(hash))
      return (await named.executeTakeFirst())?.account_id as AccountId | undefined
    },
  }
}

type Keeps = Pick<ContactStore, 'keep' | 'unkeep' | 'keepers' | 'takeKeeps' | 'forgetKeeps'>

function createKeeps(db: Kysely<ContactTables>): Keeps {
  const ofCall = (callId: CallId) => db.deleteFrom('contact_keeps').where('call_id', '=', callId)
  return {
    async keep(callId, account, saidAtMs) {
      await db
        .insertInto('contact_keeps')
        .values({ call_id: callId, account_id: account, said_at_ms: saidAtMs })
        .onConflict((conflict) => conflict.columns(['call_id', 'account_id']).doNothing())
        .execute()
    },

    async unkeep(callId, account) {
      await ofCall(callId).where('account_id', '=', account).execute()
    },

    async keepers(callId) {
      const rows = await db.selectFrom('contact_keeps').select('account_id').where('call_id', '=', callId).execute()
      return rows.map((row) => row.account_id as AccountId)
    },

    // Two deletions at once wait for each other's rows: one gets all of them, the other none.
    async takeKeeps(callId) {
      return (await ofCall(callId).returning('account_id').execute()).length > 0
    },

    async forgetKeeps(saidBeforeMs) {
      await db.deleteFrom('contact_keeps').where('said_at_ms', '<', saidBeforeMs).execute()
    },
  }
}
