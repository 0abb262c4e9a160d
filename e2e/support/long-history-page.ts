/// <reference lib="dom" />
import type { AccountId, ConversationId, DeviceId, MessageId } from '@visavis/wire'
import type { Clock, Log } from '@visavis/ports'
import type { MessageRecord } from '../../apps/web/src/lib/messenger/core-types.ts'
import { conversationRecord } from '../../apps/web/src/lib/messenger/stored-records.ts'
import { projectedChange, recordChange } from '../../apps/web/src/lib/messenger/view/rows.ts'
import { createVaultDoor } from '../../apps/web/src/lib/vault/open-vault.ts'

/** Runs in a page of the app's origin on which the app itself does not run: only one may write the vault. */
export type History = {
  readonly conversationId: string
  /** The position of the newest message. */
  readonly last: number
  /** Up to here everything was read. */
  readonly read: number
}

const never = (): never => {
  throw new Error('nothing here waits')
}
const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: never,
  every: never,
  after: never,
}
const silent = () => undefined
const log: Log = { debug: silent, info: silent, warn: silent, error: silent }

const WRITTEN_AT_ONCE = 500
const MINUTE_MS = 60_000

/** Fills the conversation with messages of both, a minute apart, up to `last`: `message 7`, `message 8`, ... */
async function seedHistory({ conversationId, last, read }: History): Promise<number> {
  const accountId = (await indexedDB.databases()).flatMap(({ name }) => name?.split('visavis-vault-')[1] ?? [])[0]
  if (!accountId) throw new Error('nobody has a vault here')
  const noLock = () => Promise.reject(new Error('the vault has no lock'))
  const door = createVaultDoor({ indexedDb: indexedDB, crypto, clock, log, stretch: noLock, accountId })
  const opened = await door.open()
  if (!opened.ok) throw new Error(opened.code)
  const vault = opened.value
  const id = conversationId as ConversationId
  const record = conversationRecord.read(await vault.get('conversations', [id]))
  const other = record?.server.members.find((member) => member.accountId !== accountId)
  if (!record || !other) throw new Error('no such conversation')
  const nowMs = clock.nowMs()
  const first = record.lastPosition + 1
  const messageAt = (position: number): MessageRecord => ({
    messageId: crypto.randomUUID() as MessageId,
    position,
    generation: record.server.generation,
    // Several of one, then several of the other, as people write.
    senderAccount: position % 7 < 3 ? (accountId as AccountId) : other.accountId,
    senderDevice: (position % 7 < 3 ? 'own' : 'other') as DeviceId,
    sentAtMs: nowMs - (last - position) * MINUTE_MS,
    clientMs: nowMs - (last - position) * MINUTE_MS,
    content: {
      kind: 'text',
      text: `message ${position}${position % 5 === 0 ? ' and a few words more'.repeat(6) : ''}`,
    },
    isAfterGap: false,
    evidence: undefined,
    commitment: new Uint8Array(32),
    stampKeyId: 1,
    stamp: new Uint8Array(32),
  })
  for (let from = first; from <= last; from += WRITTEN_AT_ONCE) {
    const count = Math.min(WRITTEN_AT_ONCE, last - from + 1)
    await vault.write(Array.from({ length: count }, (_, n) => recordChange(id, messageAt(from + n))))
  }
  const next = { ...record, lastPosition: last, readPosition: read, readSent: read }
  await vault.write([
    { shelf: 'conversations', key: [id], value: conversationRecord.write(next) },
    projectedChange(id, last),
  ])
  vault.close()
  return last - first + 1
}

Object.assign(globalThis, { seedHistory })
