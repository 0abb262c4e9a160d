import type { ConversationId } from '@visavis/wire'
import { keyOf, type Arrived, type MailboxStore, type StoredMessage } from '../src/mailbox/index.ts'

/** A mailbox in memory that passes the contract of the real one, and can be made to fail in the ways a database does. */
export type MemoryMailboxStore = MailboxStore & {
  /** `refuse`: nothing is written. `uncertain`: written, but the answer is lost. */
  outage: 'none' | 'refuse' | 'uncertain'
  rows(): readonly StoredMessage[]
  /** Statements that wrote something, however many rows each. */
  writes(): number
  /** Of conversations: what the table `mailbox_channels` holds. */
  readonly channels: Map<ConversationId, { position: number; version: number }>
  /** Within a transaction of another store. False: one of them is known, and nothing was stored. */
  put(rows: readonly StoredMessage[]): boolean
}

const EMPTY = new Uint8Array(0)

export function createMemoryMailboxStore(): MemoryMailboxStore {
  const rows = new Map<string, StoredMessage>()
  let [epoch, writes] = [0, 0]
  const rowKeyOf = (row: StoredMessage) => `${keyOf(row)} ${row.part}`
  const known = (row: Parameters<typeof keyOf>[0]) => rows.get(`${keyOf(row)} 0`)

  function check(): void {
    if (store.outage === 'refuse') throw new Error('Connection terminated')
  }

  const store: MemoryMailboxStore = {
    outage: 'none',
    rows: () => [...rows.values()],
    writes: () => writes,
    channels: new Map(),
    put(batch) {
      if (batch.some((row) => rows.has(rowKeyOf(row)))) return false
      for (const row of batch) rows.set(rowKeyOf(row), row)
      return true
    },
    async nextEpoch() {
      await Promise.resolve()
      check()
      return ++epoch
    },
    async insert(batch, claims) {
      await Promise.resolve()
      check()
      writes++
      const repeated = batch.flatMap((row) => (rows.has(rowKeyOf(row)) ? [known(row) ?? row] : []))
      if (repeated.length > 0) return { kind: 'known', known: repeated.map((row) => ({ ...row, ciphertext: EMPTY })) }
      const moved = new Set<ConversationId>()
      for (const { channel, before, last, version } of claims) {
        const found = store.channels.get(channel)
        if (found?.position === before && found.version === version) found.position = last
        else moved.add(channel)
      }
      store.put(batch.filter((row) => row.kind === 'call' || !moved.has(row.conversationId)))
      if (store.outage === 'uncertain') throw new Error('Connection terminated unexpectedly')
      return moved.size > 0 ? { kind: 'moved', channels: moved } : { kind: 'stored' }
    },
    async known(keys) {
      await Promise.resolve()
      check()
      return keys.flatMap((key) => known(key) ?? []).map((row) => ({ ...row, ciphertext: EMPTY }))
    },
    async page(device, afterSeq, limit) {
      await Promise.resolve()
      check()
      return [...rows.values()]
        .filter((row) => row.recipientDevice === device && row.seq > afterSeq && row.ciphertext.byteLength > 0)
        .toSorted((a, b) => a.seq - b.seq)
        .slice(0, limit)
    },
    async erase(ranges) {
      await Promise.resolve()
      check()
      const erased: Arrived[] = []
      for (const [key, row] of rows)
        for (const { device, afterSeq, uptoSeq } of ranges) {
          if (row.ciphertext.byteLength === 0 || row.recipientDevice !== device) continue
          if (row.seq <= afterSeq || row.seq > uptoSeq) continue
          rows.set(key, { ...row, ciphertext: EMPTY })
          erased.push(...erasedOf(row))
        }
      return erased
    },
    async eraseTold(ranges) {
      await store.erase(ranges)
    },
    async drop(devices) {
      await Promise.resolve()
      check()
      for (const [key, row] of rows)
        if (devices.includes(row.recipientDevice)) rows.set(key, { ...row, ciphertext: EMPTY })
    },
    async prune(times) {
      await Promise.resolve()
      check()
      for (const [key, { sentAtMs, ciphertext }] of rows)
        if (sentAtMs < times.sentBeforeMs || (ciphertext.byteLength === 0 && sentAtMs < times.erasedBeforeMs))
          rows.delete(key)
    },
  }
  return store
}

function erasedOf(row: StoredMessage): readonly Arrived[] {
  const { kind, senderDevice, messageId, recipientDevice } = row
  if (kind === 'call') return [{ kind, senderDevice, messageId, callId: row.callId }]
  return kind === 'message'
    ? [{ kind, recipientDevice, conversationId: row.conversationId, position: row.position }]
    : []
}
