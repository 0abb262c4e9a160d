import { MINUTE, type Clock } from '@visavis/ports'
import type { AccountId } from '@visavis/wire'

/** A block that is lifted counts again after this; one that is made counts at once. */
const FRESH_MS = MINUTE
const KNOWN_MAX = 50_000

/** Who must not hear from whom [M7], in memory for those who write. */
export type Apart = {
  /** Whoever has blocked this account, or was blocked by it, if that is known now. */
  readonly peek: (account: AccountId) => ReadonlySet<AccountId> | undefined
  /** Rejects when storage is away. */
  readonly load: (account: AccountId) => Promise<ReadonlySet<AccountId>>
  /** One has blocked the other; may be told before it is stored, and is told again after. */
  readonly parted: (one: AccountId, other: AccountId) => void
}

export function createApart(deps: {
  clock: Pick<Clock, 'monotonicMs'>
  apartFrom: (account: AccountId) => Promise<ReadonlySet<AccountId>>
}): Apart {
  const { clock, apartFrom } = deps
  const known = new Map<AccountId, { others: ReadonlySet<AccountId>; untilMs: number }>()
  let partings = 0

  function peek(account: AccountId): ReadonlySet<AccountId> | undefined {
    const entry = known.get(account)
    return entry && entry.untilMs > clock.monotonicMs() ? entry.others : undefined
  }

  async function load(account: AccountId): Promise<ReadonlySet<AccountId>> {
    const fresh = peek(account)
    if (fresh) return fresh
    for (;;) {
      const before = partings
      const others = await apartFrom(account)
      // A block made meanwhile may be missing in it.
      if (partings !== before) continue
      known.delete(account)
      known.set(account, { others, untilMs: clock.monotonicMs() + FRESH_MS })
      const [oldest] = known.keys()
      if (known.size > KNOWN_MAX && oldest) known.delete(oldest)
      return others
    }
  }

  return {
    peek,
    load,
    parted(one, other) {
      partings++
      known.delete(one)
      known.delete(other)
    },
  }
}
