import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createByteWriter } from '../byte-codec.ts'
import { ID_BYTES_MAX } from './limits.ts'
import { stampInput, stampInputShared } from './stamp.ts'
import type { Stamped } from './types.ts'

/** The oracle: the format, field by field, by the general writer. */
function general(stamped: Stamped): Uint8Array {
  const writer = createByteWriter().raw(new TextEncoder().encode('visavis/franking/stamp/1\0')).u8(1)
  writer.u32(stamped.stampKeyId)
  for (const id of [stamped.senderAccount, stamped.senderDevice, stamped.conversationId]) writer.text(id, ID_BYTES_MAX)
  writer.u64(stamped.generation).u64(stamped.position).u64(stamped.sentAtMs)
  return writer.text(stamped.recipient, ID_BYTES_MAX).raw(stamped.commitment).bytes()
}

const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength
const id = fc.oneof(
  fc.uuid(),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => bytesOf(text) <= ID_BYTES_MAX),
  fc.constantFrom('a'.repeat(ID_BYTES_MAX), 'é'.repeat(ID_BYTES_MAX / 2), '\ud800'),
)
const number = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER))
const stamps: fc.Arbitrary<Stamped> = fc.record({
  stampKeyId: fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 32 - 1)),
  senderAccount: id,
  senderDevice: id,
  conversationId: id,
  recipient: id,
  generation: number,
  position: number,
  sentAtMs: number,
  commitment: fc.uint8Array({ minLength: 32, maxLength: 32 }),
})
const SOUND: Stamped = {
  stampKeyId: 1,
  senderAccount: 'alice',
  senderDevice: 'phone',
  conversationId: 'talk',
  recipient: 'bob',
  generation: 2,
  position: 3,
  sentAtMs: 4,
  commitment: new Uint8Array(32).fill(5),
}

describe('the input of a stamp', () => {
  it('[EF9] is, byte for byte, what the general writer makes of it', () => {
    fc.assert(
      fc.property(stamps, (stamped) => {
        expect(stampInput(stamped)).toEqual(general(stamped))
        expect(stampInputShared(stamped)).toEqual(general(stamped))
      }),
    )
  })

  it('[EF9] stays as it was when the next one is made', () => {
    fc.assert(
      fc.property(stamps, stamps, (one, other) => {
        const first = stampInput(one)
        stampInput(other)
        expect(first).toEqual(general(one))
      }),
    )
  })

  it.each<[string, Partial<Stamped>]>([
    ['an id is empty', { recipient: '' }],
    ['an id is too long', { senderDevice: 'a'.repeat(ID_BYTES_MAX + 1) }],
    ['an id is too long in bytes', { conversationId: 'é'.repeat(ID_BYTES_MAX / 2 + 1) }],
    ['a key id is no u32', { stampKeyId: 2 ** 32 }],
    ['a position is negative', { position: -1 }],
    ['a time is no integer', { sentAtMs: 0.5 }],
    ['a generation is not safe', { generation: 2 ** 53 }],
    ['a commitment is too short', { commitment: new Uint8Array(31) }],
  ])('[EF9] is refused when %s, and the next one is sound', (_, wrong) => {
    expect(() => stampInput({ ...SOUND, ...wrong })).toThrow(RangeError)
    expect(stampInput(SOUND)).toEqual(general(SOUND))
  })
})
