import type { Shelf, Vault, VaultKey } from '../../../vault/types.ts'
import { createMemoryVault } from '../../../vault/sim/memory-vault.ts'

export type Shelves = Map<Shelf, Map<string, { readonly key: VaultKey; readonly bytes: Uint8Array }>>

/**
 * A vault over what a device has stored, for one life of its tab. When told to die, the tab dies with one of its next
 * writes: before it is stored or after, in both cases without an answer.
 */
export type MortalVault = Vault & {
  dieAt(write: number, when: 'before' | 'after'): void
  /** Nothing more is stored or answered. */
  die(): void
}

export function createMortalVault(shelves: Shelves, died: () => void): MortalVault {
  const vault = createMemoryVault(shelves)
  let left = Infinity
  let dies: 'before' | 'after' = 'before'
  let isDead = false
  const never = () => new Promise<never>(() => undefined)

  function die(): void {
    if (isDead) return
    isDead = true
    died()
  }

  return {
    ...vault,
    get: (shelf, key) => (isDead ? never() : vault.get(shelf, key)),
    list: (range) => (isDead ? never() : vault.list(range)),
    async write(changes) {
      if (isDead) return never()
      left -= 1
      if (left > 0) return vault.write(changes)
      if (dies === 'after') await vault.write(changes)
      die()
      return never()
    },
    dieAt(write, when) {
      left = write
      dies = when
    },
    die,
  }
}
