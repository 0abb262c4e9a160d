import { sql, type Kysely } from 'kysely'

/** More starts, positions and generations than there can have been since the backup; room is left for thousands of times. */
const AHEAD = { starts: 1_000, generations: 1_000, positions: 1_000_000 }

/**
 * To be done once between putting back an older database and the next start. Devices know more than it does: what they were
 * given must not be given out again, so everything that counts up is moved past where it can have been, and every group is
 * ended, so that the devices start new ones. Key packages that may have been used since are thrown away; their owners
 * leave new ones when they come. Returns how many conversations will start again. Rejects when the storage is away.
 */
export async function moveOnAfterRestore<T>(db: Kysely<T>): Promise<{ readonly conversations: number }> {
  return db.transaction().execute(async (txn) => {
    await sql`select setval('mailbox_epoch', (select last_value from mailbox_epoch) + ${AHEAD.starts}::bigint)`.execute(
      txn,
    )
    const position = sql`position + ${AHEAD.positions}::bigint`
    await sql`update mailbox_channels set position = ${position}, version = version + 1`.execute(txn)
    await sql`delete from conversation_roster`.execute(txn)
    await sql`delete from key_packages where not is_last`.execute(txn)
    const { numAffectedRows = 0n } = await sql`update conversations set epoch = 0,
        generation = generation + ${AHEAD.generations}::bigint,
        request_from = request_from + ${AHEAD.positions}::bigint`.execute(txn)
    return { conversations: Number(numAffectedRows) }
  })
}
