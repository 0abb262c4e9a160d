import type { Relay } from '@visavis/ports'

/** A relay without a network: keeps the books that the real one keeps, and lets a test read them. */
export type FakeRelay = Relay & {
  partnerOf(legId: string): string | undefined
  isOpen(legId: string): boolean
  /** From now on nothing can be leased, as when the relay has died. */
  fail(): void
}

export const FAKE_RELAY_ADDRESS = '192.0.2.1'
export const FAKE_RELAY_PORT = 3478

export function createFakeRelay(nowMs: () => number): FakeRelay {
  const partners = new Map<string, string>()
  const open = new Set<string>()
  let failed = false

  function part(legId: string): void {
    const partner = partners.get(legId)
    partners.delete(legId)
    open.delete(legId)
    if (partner !== undefined && partners.get(partner) === legId) {
      partners.delete(partner)
      open.delete(partner)
    }
  }

  return {
    lease(legId, generation) {
      if (failed) throw new Error('relay is down')
      return {
        legId,
        ufrag: `${legId.slice(0, 8)}${generation}`,
        pwd: `fake-password-of-${legId}-${generation}`,
        address: FAKE_RELAY_ADDRESS,
        port: FAKE_RELAY_PORT,
        expiresAtMs: nowMs() + 3_600_000,
      }
    },
    splice(legA, legB) {
      part(legA)
      part(legB)
      partners.set(legA, legB)
      partners.set(legB, legA)
    },
    open: (legId) => void open.add(legId),
    release: part,
    stats: async () => ({ legs: partners.size, splices: partners.size / 2, packetsForwarded: 0, packetsDropped: 0 }),
    close: async () => partners.clear(),
    partnerOf: (legId) => partners.get(legId),
    isOpen: (legId) => open.has(legId),
    fail: () => void (failed = true),
  }
}
