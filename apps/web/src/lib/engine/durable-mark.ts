/**
 * How far durable deliveries may be acknowledged (wire SPEC, WD2). Two kinds share one sequence and mean different things
 * by "received": a message of a call is received when it was handed over, for its call does not outlive the page; an entry
 * of a conversation only when the messenger has stored it. Acknowledging is cumulative, so what was handed over after
 * an entry that is not stored yet waits for it.
 */
export type DurableMark = {
  /** Counts the delivery, and says whether it is to be handed over. An entry is handed over until it is stored. */
  isNew(kind: 'message' | 'entry', seq: number): boolean
  /** Everything up to `seq` is stored. True when more may be acknowledged now. */
  stored(seq: number): boolean
  acknowledged(): number
  /** Another device has another sequence. */
  reset(): void
}

export function createDurableMark(): DurableMark {
  const start = { handedOver: 0, lastMessage: 0, lastEntry: 0, storedSeq: 0, held: undefined as number | undefined }
  let now = { ...start }
  const acknowledged = () => now.held ?? now.handedOver

  function handOver(seq: number): void {
    now.handedOver = Math.max(now.handedOver, seq)
  }
  return {
    isNew(kind, seq) {
      if (kind === 'message') {
        if (seq <= now.lastMessage) return false
        now.lastMessage = seq
        handOver(seq)
        return true
      }
      const isStored = seq <= now.storedSeq
      if (!isStored) {
        now.held ??= now.handedOver
        now.lastEntry = Math.max(now.lastEntry, seq)
      }
      handOver(seq)
      return !isStored
    },
    stored(seq) {
      const before = acknowledged()
      now.storedSeq = Math.max(now.storedSeq, seq)
      if (now.held !== undefined) {
        now.held = now.storedSeq >= now.lastEntry ? undefined : Math.max(now.held, now.storedSeq)
      }
      return acknowledged() > before
    },
    acknowledged,
    reset: () => void (now = { ...start }),
  }
}
