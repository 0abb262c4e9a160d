import type { AccountKeys } from '@visavis/e2ee'
import { DAY } from '@visavis/ports'
import { MAILBOX_DAYS, type AccountId } from '@visavis/wire'
import { decode, encode } from 'cborg'
import type { Change, Vault, VaultKey, VaultValue } from '../../vault/types.ts'
import type { ConversationRecord, MessageRecord, NoticeRecord } from '../core-types.ts'
import { actingOf, type Effects } from '../view/effects.ts'
import type { Known } from './directory.ts'

/**
 * What is in a backup [K9]: the account's keys, what is known of contacts, conversations as they are listed, and their
 * messages of the last 30 days with evidence, so that they can still be reported. Records are those of the vault, each
 * as CBOR.
 *
 * Not in it: anything of the shelf `groups` - a ratchet that is restored uses keys twice -, what waits to be sent, drafts,
 * files themselves, view-once files, what has vanished or is about to, and every message of a conversation with a timer.
 */
export type BackupContent = {
  readonly accountId: AccountId
  readonly account: AccountKeys
  readonly contacts: readonly { readonly accountId: AccountId; readonly known: Known }[]
  readonly conversations: readonly ConversationRecord[]
  readonly lines: readonly BackedLine[]
}
type BackedLine = { readonly key: VaultKey; readonly value: VaultValue }
type Packed = Omit<BackupContent, 'lines'> & { readonly format: number; readonly lines: readonly Uint8Array[] }
type DatedLine = BackedLine & { readonly atMs: number }

const FORMAT = 1
/** Around the lines, for what CBOR adds. */
const SLACK_BYTES = 1024
/** The head of a byte string in CBOR, at most. */
const SLACK_LINE_BYTES = 9
const bytesOf = (value: unknown) => encode(value, { ignoreUndefinedProperties: true })

/** Reads the vault; when it is more than `bytesMax`, the oldest messages are left out. */
export async function packBackup(
  vault: Vault,
  given: {
    readonly accountId: AccountId
    readonly account: AccountKeys
    readonly nowMs: number
    readonly bytesMax: number
  },
): Promise<Uint8Array> {
  const contacts = (await vault.list({ shelf: 'contacts', prefix: [] }))
    .filter(({ key }) => key.length === 1)
    .map(({ key: [accountId], value }) => ({ accountId, known: value }))
  const listed = await vault.list({ shelf: 'conversations', prefix: [] })
  const conversations = listed
    .filter(({ key }) => key.length === 1)
    .map(({ value }) => value as unknown as ConversationRecord)
  const { accountId, account } = given
  const head = { format: FORMAT, accountId, account, contacts, conversations }
  const bornMs = given.nowMs - MAILBOX_DAYS * DAY
  const dated: DatedLine[] = []
  for (const conversation of conversations) dated.push(...(await linesOf(vault, conversation, bornMs)))
  let left = given.bytesMax - bytesOf(head).byteLength - SLACK_BYTES
  const lines: Uint8Array[] = []
  for (const { key, value } of dated.toSorted((one, other) => other.atMs - one.atMs)) {
    const line = bytesOf({ key, value })
    left -= line.byteLength + SLACK_LINE_BYTES
    if (left < 0) break
    lines.push(line)
  }
  return bytesOf({ ...head, lines })
}

/** Undefined for anything that `packBackup` would not have written for this account. */
export function unpackBackup(bytes: Uint8Array, accountId: AccountId): BackupContent | undefined {
  try {
    const content = decode(bytes) as Packed
    if (content.format !== FORMAT || content.accountId !== accountId) return undefined
    const lines = content.lines.map((line) => decode(line) as BackedLine)
    const { account, contacts, conversations } = content
    return { accountId, account, contacts, conversations, lines }
  } catch {
    return undefined
  }
}

/** What a vault without records is given. */
export function restoringChanges({ contacts, conversations, lines }: BackupContent): readonly Change[] {
  return [
    ...contacts.map(({ accountId, known }): Change => ({
      shelf: 'contacts',
      key: [accountId],
      value: known as VaultValue,
    })),
    ...conversations.map((record): Change => ({
      shelf: 'conversations',
      key: [record.server.conversationId],
      value: record,
    })),
    ...lines.map(({ key, value }): Change => ({ shelf: 'messages', key, value })),
  ]
}

async function linesOf(vault: Vault, conversation: ConversationRecord, bornMs: number): Promise<readonly DatedLine[]> {
  if (conversation.timerSeconds > 0) return []
  const listed = await vault.list({ shelf: 'messages', prefix: [conversation.server.conversationId] })
  const left = leftOut(listed, bornMs)
  const lines: DatedLine[] = []
  let lastMs = bornMs
  for (const { key, value } of listed) {
    const [, position, part] = key
    if (left.has(position as number)) continue
    // What was done to a message stands right behind it, and goes where it goes.
    if (part === undefined) lastMs = (value as unknown as MessageRecord).sentAtMs
    const atMs = typeof part === 'number' ? (value as unknown as NoticeRecord).atMs : lastMs
    if (atMs >= bornMs) lines.push({ key, value, atMs })
  }
  return lines
}

/** Positions of what is not kept, and of what was said about it. In one pass: what acts on a message comes later. */
function leftOut(listed: readonly BackedLine[], bornMs: number): ReadonlySet<number> {
  const left = new Set<number>()
  for (const { key, value } of listed) {
    const [, position, part] = key
    if (typeof position !== 'number') continue
    if (part === 'effects' && isVanishing(value as Effects)) left.add(position)
    if (part === undefined && !mayStay(value as unknown as MessageRecord, left, bornMs)) left.add(position)
  }
  return left
}

function isVanishing({ isGone, expiresAtMs, opened }: Effects): boolean {
  return isGone === true || expiresAtMs !== undefined || opened?.isViewOnce === true
}

function mayStay(record: MessageRecord, left: ReadonlySet<number>, bornMs: number): boolean {
  if (record.sentAtMs < bornMs) return false
  if (record.content?.kind === 'file' && record.content.file.isViewOnce) return false
  const acting = actingOf(record)
  return acting === undefined || !left.has(acting.target)
}
