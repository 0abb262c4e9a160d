import fc from 'fast-check'
import { encodeUfrag, passwordOf } from '../leg-credentials.ts'
import type { Endpoint } from '../leg-table.ts'
import { createSpliceCore, type SpliceCore } from '../splice-core.ts'
import { bindingRequest } from '../testing/binding-request.ts'

const SECRET = Uint8Array.from({ length: 32 }, (_, at) => at)
const STOLEN = new Uint8Array(32)
const NOW_MS = 1_700_000_000_000
const LEGS = ['10000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-00000000000b'] as const
const HOMES: readonly [Endpoint, Endpoint] = [
  { address: '192.0.2.10', port: 4_001 },
  { address: '192.0.2.20', port: 4_002 },
]
const STRANGER: Endpoint = { address: '192.0.2.66', port: 4_066 }
const PACKETS_MAX = 12

function check(legId: string, secret: Uint8Array, serial: number): Uint8Array {
  const ufrag = encodeUfrag({ legId, generation: 1, expiresAtMs: NOW_MS + 3_600_000 })
  const transactionId = Uint8Array.from({ length: 12 }, (_, at) => (at === 0 ? serial : 0))
  return bindingRequest({ username: `${ufrag}:peer`, password: passwordOf(ufrag, secret), transactionId })
}

/** A call under way between the two homes. */
function spliced(): SpliceCore {
  const core = createSpliceCore({ secret: SECRET })
  for (const [at, legId] of LEGS.entries()) core.receive(check(legId, SECRET, at), HOMES[at] ?? STRANGER, NOW_MS)
  core.splice(LEGS[0], LEGS[1])
  for (const legId of LEGS) core.open(legId, NOW_MS)
  return core
}

const wounded = fc
  .record({ leg: fc.constantFrom(...LEGS), at: fc.nat(400), flip: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() })
  .map(({ leg, at, flip, cut }) => {
    const packet = check(leg, SECRET, 9)
    const place = at % packet.byteLength
    return cut ? packet.slice(0, place) : packet.map((byte, index) => (index === place ? byte ^ flip : byte))
  })
const forged = fc.constantFrom(...LEGS).map((leg) => check(leg, STOLEN, 9))
const packets = fc.array(
  fc.record({
    bytes: fc.oneof(fc.uint8Array({ maxLength: 1_500 }), wounded, forged),
    from: fc.constantFrom(0, 1, undefined),
  }),
  { maxLength: PACKETS_MAX },
)

/**
 * Hostile packets at the relay in the middle of a call: a stranger gets no answer and moves nothing; from the two homes
 * only DTLS and RTP pass, unchanged, to the other home; and the call survives all of it.
 *
 * @throws Error with seed and smallest counterexample
 */
export function fuzz({ seed, runs }: { seed: number; runs: number }): void {
  const property = fc.property(packets, (hostile) => {
    const core = spliced()
    for (const { bytes, from } of hostile) {
      const out = core.receive(bytes, from === undefined ? STRANGER : (HOMES[from] ?? STRANGER), NOW_MS)
      const first = bytes[0] ?? 0
      const media = (first >= 20 && first <= 63) || (first >= 128 && first <= 191)
      const [only, ...more] = out
      if (only === undefined) continue
      if (from === undefined) throw new Error('a stranger was answered')
      if (!media) throw new Error('something that is not media brought an answer')
      const home = HOMES[1 - from]
      const isOther = only.to.address === home?.address && only.to.port === home.port
      if (more.length > 0 || !isOther || Buffer.compare(only.bytes, bytes) !== 0) throw new Error('media went astray')
    }
    const [last] = core.receive(Uint8Array.of(128, 111, 0, 1), HOMES[0], NOW_MS)
    if (last?.to.port !== HOMES[1].port) throw new Error('the call did not survive')
  })
  fc.assert(property, { seed, numRuns: runs })
}
