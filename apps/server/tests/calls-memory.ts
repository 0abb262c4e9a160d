import { MINUTE_CALL_MS, MINUTE_CALLS_MAX, type CallRecord, type CallStore } from '../src/calls/index.ts'

/** Calls in memory, passing the contract of the real store. */
export type MemoryCallStore = CallStore & { down: boolean; rows(): readonly CallRecord[] }

export function createMemoryCallStore(): MemoryCallStore {
  const calls = new Map<string, CallRecord>()
  async function check(): Promise<void> {
    await Promise.resolve()
    if (store.down) throw new Error('Connection terminated')
  }
  const store: MemoryCallStore = {
    down: false,
    rows: () => [...calls.values()],
    async save(batch) {
      await check()
      for (const call of batch) if (!calls.get(call.callId)?.end) calls.set(call.callId, call)
    },
    async live() {
      await check()
      return [...calls.values()].filter((call) => !call.end)
    },
    async startedSince(startedAtMs) {
      await check()
      return [...calls.values()].filter((call) => call.startedAtMs >= startedAtMs)
    },
    async find(callId) {
      await check()
      return calls.get(callId)
    },
    async minuteCallsOf(account) {
      await check()
      const lasted = ({ end, startedAtMs }: CallRecord) => (end ? end.atMs - startedAtMs : -1)
      return [...calls.values()]
        .filter((call) => call.a.accountId === account || call.b.accountId === account)
        .filter((call) => lasted(call) >= MINUTE_CALL_MS && call.end?.reason !== 'lost')
        .toSorted((one, other) => (other.end?.atMs ?? 0) - (one.end?.atMs ?? 0))
        .slice(0, MINUTE_CALLS_MAX)
        .map((call) => ({
          callId: call.callId,
          partner: call.a.accountId === account ? call.b.accountId : call.a.accountId,
        }))
    },
    async prune(startedBeforeMs) {
      await check()
      for (const [id, call] of calls) if (call.startedAtMs < startedBeforeMs) calls.delete(id)
    },
  }
  return store
}
