import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { openEmbedded } from '../../apps/server/src/storage/embedded.ts'

/**
 * Accounts that are not there, with a past: a device, a contact, a conversation, messages that were delivered lately and
 * are remembered, and some that wait. Written straight into the tables, because nobody can sign up 20,000 people in a
 * minute; the server must not run.
 */
const DELIVERED_EACH = 20
const WAITING_EACH = 4

export function seedPostgres(url: string, accounts: number): void {
  execFileSync('psql', [url, '-q', '-v', 'ON_ERROR_STOP=1', '-c', seedSql(accounts)], { stdio: 'pipe' })
}

/** `dataDir` as the server has it. */
export async function seedEmbedded(dataDir: string, accounts: number): Promise<void> {
  const { pool, close } = await openEmbedded(path.join(dataDir, 'database'))
  await pool.query(seedSql(accounts))
  await close()
}

/** Account n is a contact of account n + 1; the last one is nobody's. */
function seedSql(accounts: number): string {
  const id = (kind: string, n = 'n') => `md5('${kind}' || (${n}))::uuid`
  const all = `generate_series(1, ${accounts}) n`
  const pairs = `generate_series(1, ${accounts - 1}) n`
  const low = `least(${id('account')}, ${id('account', 'n + 1')})`
  const high = `greatest(${id('account')}, ${id('account', 'n + 1')})`
  const nowMs = `(extract(epoch from now()) * 1000)::bigint`
  return `
insert into accounts (id, name, email, email_verified, username, created_at, updated_at)
  select ${id('account')}, 'seed-' || n, n || '@none.invalid', false, 'seed-' || n, now(), now() from ${all};
insert into account_keys select ${id('account')}, sha256(('key' || n)::bytea) from ${all};
insert into devices (device_id, account_id, device_key, signature, name, created_at_ms, last_seen_ms)
  select ${id('device')}, ${id('account')}, sha256(('device' || n)::bytea), sha512(n::text::bytea), 'x', 0, 0 from ${all};
insert into conversations (conversation_id, kind, state, generation, epoch, created_at_ms, pair_low, pair_high)
  select ${id('conversation')}, 'pair', 'open', 1, 1, 0, ${low}, ${high} from ${pairs};
insert into contacts (account_a, account_b, conversation_id, state, since_ms)
  select ${low}, ${high}, ${id('conversation')}, 'open', 0 from ${pairs};
insert into conversation_members (conversation_id, account_id, joined_at_ms)
  select ${id('conversation')}, ${id('account', 'n + k')}, 0 from ${pairs}, generate_series(0, 1) k;
insert into conversation_roster (conversation_id, device_id, account_id)
  select ${id('conversation')}, ${id('device', 'n + k')}, ${id('account', 'n + k')}
  from ${pairs}, generate_series(0, 1) k;
insert into mailbox_channels (channel_id, position, version)
  select ${id('conversation')}, ${DELIVERED_EACH + WAITING_EACH}, 0 from ${pairs};
insert into mailbox (recipient_device, seq, sender_device, message_id, channel_id, sent_at_ms, ciphertext, kind, position, head)
  select ${id('device', 'n + 1')}::text, m, ${id('device')}::text, md5(n || ' ' || m)::uuid, ${id('conversation')}, ${nowMs},
    case when m > ${DELIVERED_EACH} then decode(repeat(md5(n || ' ' || m), 64), 'hex') end, 3, m, sha512(n::text::bytea)
  from ${pairs}, generate_series(1, ${DELIVERED_EACH + WAITING_EACH}) m;
analyze;
`
}
