import type { MailboxStore, StoredMessage } from '../src/mailbox/index.ts'

/** A mailbox in memory that passes the contract of the real one, and can be made to fail in the ways a database does. */
export type MemoryMailboxStore = MailboxStore & {
  /** `refuse`: nothing is written. `uncertain`: written, but the answer is lost. */
  outage: 'none' | 'refuse' | 'uncertain'
  rows(): readonly StoredMessage[]
}

type Row = StoredMessage & { erased: boolean }

export function createMemoryMailboxStore(): MemoryMailboxStore {
  const rows = new Map<string, Row>()
  let epoch = 0
  const keyOf = (row: { senderDevice: string; messageId: string }) => `${row.senderDevice} ${row.messageId}`

  function check(): void {
    if (store.outage === 'refuse') throw new Error('Connection terminated')
  }

  const store: MemoryMailboxStore = {
    outage: 'none',
    rows: () => [...rows.values()],
    async nextEpoch() {
      await Promise.resolve()
      check()
      return ++epoch
    },
    async insert(batch) {
      await Promise.resolve()
      check()
      const outcomes = batch.map((row) => {
        const known = rows.get(keyOf(row))
        if (known) return { kind: 'repeated' as const, sentAtMs: known.sentAtMs }
        rows.set(keyOf(row), { ...row, erased: false })
        return { kind: 'stored' as const, sentAtMs: row.sentAtMs }
      })
      if (store.outage === 'uncertain') throw new Error('Connection terminated unexpectedly')
      return outcomes
    },
    async page(device, afterSeq, limit) {
      await Promise.resolve()
      check()
      return [...rows.values()]
        .filter((row) => row.recipientDevice === device && row.seq > afterSeq && !row.erased)
        .toSorted((a, b) => a.seq - b.seq)
        .slice(0, limit)
        .map(({ erased, ...message }) => (erased ? { ...message, ciphertext: new Uint8Array(0) } : message))
    },
    async erase(ranges) {
      await Promise.resolve()
      check()
      const erased: Row[] = []
      for (const row of rows.values())
        for (const range of ranges) {
          if (row.erased || row.recipientDevice !== range.device) continue
          if (row.seq <= range.afterSeq || row.seq > range.uptoSeq) continue
          rows.set(keyOf(row), { ...row, erased: true, ciphertext: new Uint8Array(0) })
          erased.push(row)
        }
      return erased.map(({ senderDevice, messageId, callId }) => ({ senderDevice, messageId, callId }))
    },
    async prune(times) {
      await Promise.resolve()
      check()
      for (const [key, row] of rows)
        if (row.sentAtMs < times.sentBeforeMs || (row.erased && row.sentAtMs < times.erasedBeforeMs)) rows.delete(key)
    },
  }
  return store
}
