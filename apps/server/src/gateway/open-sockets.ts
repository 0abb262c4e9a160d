import { SECOND, type Clock } from '@visavis/ports'
import { HEARTBEAT_MS, type AccountId } from '@visavis/wire'
import type { Connection } from './connection.ts'

/** The beat goes round in slices, so that a hundred thousand sockets are not written to in one tick. */
const BEAT_SLICES = HEARTBEAT_MS / SECOND

/** Sockets that are open, by account, and their heartbeat, which runs while there is one. */
export type OpenSockets = {
  /** Returns what the owner calls, once or more, when the socket is closed at last. */
  readonly add: (connection: Connection) => () => void
  /** We or the peer ended it; the socket may take a moment longer to close. */
  readonly ended: (connection: Connection) => void
  readonly of: (account: AccountId) => readonly Connection[]
  readonly all: () => readonly Connection[]
  readonly count: () => number
  /** Resolves when no socket is open any more, or after `waitMs`. */
  readonly emptied: (waitMs: number) => Promise<void>
}

export function createOpenSockets(clock: Clock): OpenSockets {
  const byAccount = new Map<AccountId, Set<Connection>>()
  const beat = createBeat(clock)
  let open = 0
  let emptied: (() => void) | undefined

  function add(connection: Connection): () => void {
    const { accountId } = connection.person
    byAccount.set(accountId, (byAccount.get(accountId) ?? new Set()).add(connection))
    beat.add(connection)
    open++
    let closed = false
    return () => {
      if (closed) return
      closed = true
      open--
      if (open > 0) return
      beat.stop()
      emptied?.()
    }
  }

  function ended(connection: Connection): void {
    const { accountId } = connection.person
    const mine = byAccount.get(accountId)
    mine?.delete(connection)
    if (mine?.size === 0) byAccount.delete(accountId)
    beat.remove(connection)
  }

  return {
    add,
    ended,
    of: (account) => [...(byAccount.get(account) ?? [])],
    all: () => [...byAccount.values()].flatMap((connections) => [...connections]),
    count: () => open,
    emptied: (waitMs) =>
      new Promise((resolve) => {
        const cancel = clock.after(waitMs, resolve)
        emptied = () => {
          cancel()
          resolve()
        }
        if (open === 0) emptied()
      }),
  }
}

function createBeat(clock: Clock) {
  const slices = Array.from({ length: BEAT_SLICES }, () => new Set<Connection>())
  let current = 0
  let added = 0
  let end: (() => void) | undefined

  function tick(): void {
    current = (current + 1) % BEAT_SLICES
    for (const connection of slices[current] ?? []) connection.beat()
  }

  return {
    add: (connection: Connection) => {
      slices[added++ % BEAT_SLICES]?.add(connection)
      end ??= clock.every(SECOND, tick)
    },
    remove: (connection: Connection) => {
      for (const slice of slices) slice.delete(connection)
    },
    stop: () => {
      end?.()
      end = undefined
    },
  }
}
