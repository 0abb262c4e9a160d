import type { Account, Seat } from './seat.ts'

/** The accounts that wait, and blocks made meanwhile. An account is forgotten with its last ticket. */
export function createAccounts() {
  const accounts = new Map<string, Account>()

  return {
    /** The account as it waits now, or a new one that counts from the first `add`. */
    accountFor(id: string): Account {
      return accounts.get(id) ?? { id, seats: new Set(), blocks: new Set(), heldTick: 0 }
    },
    add(seat: Seat): void {
      seat.account.seats.add(seat)
      accounts.set(seat.account.id, seat.account)
    },
    remove(seat: Seat): void {
      seat.account.seats.delete(seat)
      if (seat.account.seats.size === 0) accounts.delete(seat.account.id)
    },
    /** Holds as long as either of the two waits; a ticket made later must bring the block itself. SPEC MT9. */
    block(accountA: string, accountB: string): void {
      accounts.get(accountA)?.blocks.add(accountB)
      accounts.get(accountB)?.blocks.add(accountA)
    },
    ticketsOf: (id: string): number => accounts.get(id)?.seats.size ?? 0,
    size: () => accounts.size,
  }
}
