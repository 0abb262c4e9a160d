import type { SeededRandom } from '@visavis/testkit'
import {
  BOUNDARIES_DEFAULT,
  CIPHERTEXT_BYTES_MAX,
  CLIENT_FRAMES,
  COMMIT_BYTES_MAX,
  COMMIT_DEVICES_MAX,
  encodeClientFrame,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  KEY_PACKAGE_BYTES_MAX,
  MODES,
  SIGNAL_BYTES_MAX,
  type ClientFrameBody,
  type ClientFrameName,
} from '@visavis/wire'

/**
 * What a hostile client may send. Sound frames name things that exist, also those of others, so that they get far; hostile
 * ones are such frames with wounds, with fields bent out of shape, with CBOR (RFC 8949) that nobody should follow, or noise.
 */
export type Known = Readonly<Record<Kind, readonly string[]>> & {
  /** The device that sends. */
  readonly self: string
  readonly conversations: readonly {
    readonly conversationId: string
    readonly generation: number
    readonly epoch: number
    /** Of the devices that may be in its group. */
    readonly devices: readonly string[]
  }[]
}
/** Ids one's own and others', and what they are ids of. */
export type Kind = 'calls' | 'tickets' | 'legs' | 'sessions'

type Body = Record<string, unknown>

const NAMES = Object.keys(CLIENT_FRAMES) as ClientFrameName[]
const KINDS: readonly Kind[] = ['calls', 'tickets', 'legs', 'sessions']
const MESSAGE_IDS = 40
const MARK = Uint8Array.of(0x9d, 0x1f, 0xe3, 0x5a, 0x77, 0x02, 0xc4, 0xb8)
const MARKED = Uint8Array.of(0x40 | MARK.length, ...MARK)
const DEPTH = 4_000

/** Values in CBOR that no frame has: lengths beyond all memory, endless items, tags, numbers that are none, deep nests. */
const EXOTIC: readonly Uint8Array[] = [
  Uint8Array.of(0xf6),
  Uint8Array.of(0xf7),
  Uint8Array.of(0xf9, 0x7e, 0x00),
  Uint8Array.of(0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x5a, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x7b, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xba, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x5f, 0x41, 0x01, 0xff),
  Uint8Array.of(0x9f, 0x01, 0xff),
  Uint8Array.of(0xbf, 0x61, 0x61, 0x01, 0xff),
  Uint8Array.of(0xc2, 0x41, 0x01),
  Uint8Array.of(0xd9, 0xd9, 0xf7, 0x00),
  Uint8Array.of(0x18, 0x01),
  Uint8Array.of(0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02),
  Uint8Array.of(0x62, 0xc3, 0x28),
  new Uint8Array(DEPTH).fill(0x81),
  new Uint8Array(DEPTH).fill(0xa1),
]

/** What JSON could say and a field does not mean. */
const BENT: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  '',
  'x'.repeat(2_000),
  '\u0000',
  '__proto__',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  [],
  {},
  [[[[]]]],
  Array.from({ length: COMMIT_DEVICES_MAX + 1 }, () => 'd0000000-0000-4000-8000-000000000001'),
  { constructor: { prototype: 1 } },
  new Uint8Array(0),
  new Uint8Array(33),
  new Uint8Array(COMMIT_BYTES_MAX + 1),
]

const OVERSIZE = [new Uint8Array(FRAME_BYTES_MAX + 1).fill(1), new Uint8Array(4 * FRAME_BYTES_MAX)]

export function createHostileFrames(random: SeededRandom) {
  const bytesOf = (max: number) => random.bytes(1 + random.below(random.chance(0.02) ? max : Math.min(max, 48)))
  /** Few, so that many come again. */
  const repeatedId = () => `e0000000-0000-4000-8000-${String(random.below(MESSAGE_IDS)).padStart(12, '0')}`

  function soundBody(name: ClientFrameName, known: Known): Body {
    const id = (kind: Kind) => {
      const dice = random.below(100)
      const from = known[dice < 90 ? kind : random.pick(KINDS)]
      return dice < 97 && from.length > 0 ? random.pick(from) : random.uuid()
    }
    const near = (count: number) => Math.max(0, count + (random.chance(0.85) ? 0 : random.pick([1, -1, -3, -4])))
    const own = known.conversations.filter((each) => each.devices.includes(known.self))
    const chosen = random.pick(random.chance(0.85) && own.length > 0 ? own : known.conversations)
    const { conversationId, generation, epoch } = chosen
    const devices = () => Array.from({ length: random.below(3) }, () => random.pick(chosen.devices))
    const place = () => ({ conversationId, generation: near(generation), epoch: near(epoch) })
    const messageId = () => (random.chance(0.7) ? random.uuid() : repeatedId())
    const commitBody = () => {
      const [isStart, isCoherent, adds] = [random.chance(0.4), random.chance(0.8), devices()]
      return {
        ...(isStart ? { conversationId, generation: generation + 1, epoch: 0 } : place()),
        messageId: messageId(),
        adds,
        removes: isStart || random.chance(0.6) ? [] : devices(),
        ...((isCoherent ? !isStart : random.chance(0.5)) ? { commit: bytesOf(COMMIT_BYTES_MAX) } : {}),
        ...((isCoherent ? adds.length > 0 : random.chance(0.5)) ? { welcome: bytesOf(COMMIT_BYTES_MAX) } : {}),
      }
    }
    const bodies: Record<ClientFrameName, () => Body> = {
      hello: () => ({
        clientMs: random.below(2 ** 40),
        ...(random.chance(0.7) ? { session: id('sessions') } : {}),
        sessionSeq: random.below(300),
        durableSeq: random.below(2 ** random.below(50)),
        calls: random.chance(0.5) ? [id('calls')] : [],
      }),
      'match.seek': () => ({
        ticketId: random.chance(0.7) ? random.uuid() : id('tickets'),
        mode: random.pick(MODES),
        languages: ['en'],
        interests: ['chess', 'music'].slice(random.below(3)),
        company: 'unsaid',
        wish: ['unsaid'],
        boundaries: BOUNDARIES_DEFAULT,
        keyPackage: bytesOf(KEY_PACKAGE_BYTES_MAX),
        ...(random.chance(0.5) ? { fingerprint: random.bytes(32), legId: id('legs') } : {}),
      }),
      'match.leave': () => ({ ticketId: id('tickets') }),
      'relay.lease': () => (random.chance(0.5) ? { legId: id('legs') } : {}),
      'call.applied': () => ({ callId: id('calls') }),
      'call.signal': () => ({ callId: id('calls'), bytes: bytesOf(SIGNAL_BYTES_MAX) }),
      'call.candidate': () => ({
        callId: id('calls'),
        address: random.pick(['192.0.2.77', '10.0.0.1', '::', 'x']),
        port: 9,
      }),
      'call.commit': () => ({ callId: id('calls'), count: 1 + random.below(9), commitment: random.bytes(32) }),
      'call.end': () => ({ callId: id('calls'), reason: random.pick(['end', 'next']) }),
      'message.send': () => ({
        callId: id('calls'),
        messageId: messageId(),
        ciphertext: bytesOf(CIPHERTEXT_BYTES_MAX),
      }),
      received: () => ({ sessionSeq: random.below(300), durableSeq: random.below(2 ** random.below(50)) }),
      'contact.keep': () => ({ callId: id('calls'), keep: random.chance(0.7) }),
      'conversation.commit': commitBody,
      'conversation.send': () => ({
        ...place(),
        messageId: messageId(),
        commitment: random.bytes(32),
        ciphertext: bytesOf(CIPHERTEXT_BYTES_MAX),
      }),
      'conversation.typing': () => ({ conversationId }),
    }
    return bodies[name]()
  }

  const encode = (name: ClientFrameName, id: number, body: Body) =>
    encodeClientFrame(name, id, body as ClientFrameBody<typeof name>)

  function sound(id: number, known: Known): Uint8Array {
    // A hello on a connection that has said it ends nothing and teaches little.
    const name = random.chance(0.97) ? random.pick(NAMES.filter((each) => each !== 'hello')) : 'hello'
    return encode(name, id, soundBody(name, known))
  }

  /** A sound frame in which one field says something else, or which has one more. */
  function bent(id: number, known: Known): Uint8Array {
    const name = random.pick(NAMES)
    const body = soundBody(name, known)
    const field = random.chance(0.9) ? random.pick([...Object.keys(body), 'more']) : random.pick(['__proto__', ''])
    if (random.chance(0.7)) return encode(name, id, { ...body, [field]: random.pick(BENT) })
    return replaced(encode(name, id, { ...body, [field]: MARK }), random.pick(EXOTIC))
  }

  function wounded(frame: Uint8Array): Uint8Array {
    const at = random.below(frame.length)
    const wound = random.below(5)
    if (wound === 0) return frame.slice(0, at)
    if (wound === 1) return joined(frame, random.bytes(1 + random.below(20)))
    if (wound === 2) return joined(frame.subarray(0, at), random.bytes(1), frame.subarray(at))
    if (wound === 3) return joined(frame.subarray(0, at), frame.subarray(random.below(frame.length)))
    const flipped = Uint8Array.from(frame)
    for (let flips = 1 + random.below(3); flips > 0; flips--) {
      const place = random.below(frame.length)
      flipped[place] = (flipped[place] ?? 0) ^ (1 << random.below(8))
    }
    return flipped
  }

  function noise(): Uint8Array {
    const frame = random.bytes(random.below(300))
    if (random.chance(0.6) && frame.length >= FRAME_HEADER_BYTES) frame.set([1, random.below(18), 0, 0, 0])
    return frame
  }

  /** The next frame of a client whose frames have ids up to `id`. */
  return (id: number, known: Known): Uint8Array => {
    const dice = random.below(1_000)
    if (dice < 650) return sound(id, known)
    if (dice < 800) return bent(id, known)
    if (dice < 900) return wounded(sound(id, known))
    if (dice < 995) return noise()
    return random.pick(OVERSIZE)
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function replaced(frame: Uint8Array, by: Uint8Array): Uint8Array {
  const at = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).indexOf(MARKED)
  return at < 0 ? frame : joined(frame.subarray(0, at), by, frame.subarray(at + MARKED.length))
}
