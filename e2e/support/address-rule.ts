import { expect } from '@playwright/test'
import { bindingSuccessOf } from './packet-book.ts'
import type { Recorded } from './recorder.ts'
import { holds, spellingsOfAddress } from './spellings.ts'
import type { WatchedWire } from './watched-wire.ts'

/** The rule of addresses [M13], looked for in the bytes: whom one meets is told where the relay is, and nothing else. */

const spellings = (address: string) => Object.values(spellingsOfAddress(address)).flat()

/** Nothing that a side ever received, on the wire or in its browser's own objects, holds an address of the other. */
export function expectNoAddressOf(
  wire: WatchedWire,
  other: number,
  at: { readonly side: number; readonly facts: Recorded },
) {
  const { side, facts } = at
  const remote = facts.remote.join('\n')
  const { plain, frames } = wire.tap.received(side)
  expect(wire.framesOf(side).map(({ name }) => name)).toContain('match.found')
  for (const address of wire.addressesOf(other)) {
    expect(facts.remoteCandidates).not.toContain(address)
    expect(remote).not.toContain(address)
    expect(holds(plain, address)).toBe(false)
    for (const spelling of spellings(address)) for (const frame of frames) expect(frame.includes(spelling)).toBe(false)
  }
}

/** The one address a side knows is that of the splice relay: the searches find what is there. */
export function expectRelayOnly(
  wire: WatchedWire,
  { side, facts }: { readonly side: number; readonly facts: Recorded },
) {
  const { address, port } = wire.media
  expect(new Set(facts.remoteCandidates)).toEqual(new Set([address]))
  expect(facts.remote.join('\n')).toContain(`${address} ${port} typ host`)
  expect(holds(Buffer.concat(wire.tap.received(side).frames), address)).toBe(true)
}

/** The relay sends a client its own address, the bytes of another client, and nothing else. */
export function expectOnlyForwarded(wire: WatchedWire, sides: readonly number[]): void {
  const { packets } = wire
  const addresses = sides.flatMap(wire.addressesOf).flatMap(spellings)
  let answers = 0
  let passed = 0
  for (const client of packets.clients()) {
    for (const packet of packets.toClient(client)) {
      if ((packet[0] ?? 0) <= 3) {
        // A Binding success of three known attributes and no more: the address in it is the requester's.
        expect(bindingSuccessOf(packet)).toEqual({ mapped: wire.backOf(client), attributes: [0x0020, 0x0008, 0x8028] })
        answers++
        continue
      }
      // DTLS and SRTP come byte for byte from another browser: the relay has put nothing into them.
      if (!packets.wasSentByAnother(client, packet)) expect(packet.toString('hex')).toBe('sent by the partner')
      passed++
      if (packets.isReadable(packet)) expect(addresses.some((spelling) => packet.includes(spelling))).toBe(false)
    }
  }
  expect(answers).toBeGreaterThan(2)
  expect(passed).toBeGreaterThan(100)
}
