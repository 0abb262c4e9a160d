import fc from 'fast-check'
import {
  BOUNDARY_SUBJECTS,
  CODES,
  COMPANIES,
  MODES,
  STANCES,
  type ClientFrameName,
  type Code,
  type ServerFrameName,
} from '../src/index.ts'

/** Values of every frame type, for round trips; sizes stay small because limits have tests of their own. */

const uuid = fc.uuid().map((id) => id.toLowerCase())
const bytes = (min = 1, max = 64) => fc.uint8Array({ minLength: min, maxLength: max })
const timeMs = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const ordinal = fc.integer({ min: 1, max: 0xffff_ffff })
const port = fc.integer({ min: 1, max: 65_535 })
const address = fc.ipV4()
const mode = fc.constantFrom(...MODES)
const languages = fc.uniqueArray(fc.constantFrom('en', 'de', 'es', 'gsw', 'fr'), { minLength: 1, maxLength: 5 })
const interests = fc.uniqueArray(fc.constantFrom('music', 'jazz fusion', 'späti', '電車', 'x-ray'), { maxLength: 5 })
const stance = fc.constantFrom(...STANCES)
const boundaries = fc.record(Object.fromEntries(BOUNDARY_SUBJECTS.map((subject) => [subject, stance])))
const code = fc.constantFrom(...(Object.keys(CODES) as Code[]))
const partner = fc.record({ pseudonym: fc.string({ maxLength: 40 }), languages, interests, boundaries })

const step = { conversationId: uuid, generation: u32, epoch: u32 }
const devices = fc.array(uuid, { maxLength: 3 })

export const CLIENT_BODIES: Record<ClientFrameName, fc.Arbitrary<unknown>> = {
  hello: fc.record(
    { clientMs: timeMs, session: uuid, sessionSeq: u32, durableSeq: timeMs, calls: fc.array(uuid, { maxLength: 4 }) },
    { requiredKeys: ['clientMs', 'sessionSeq', 'durableSeq', 'calls'] },
  ),
  'match.seek': fc.record(
    {
      ticketId: uuid,
      mode,
      languages,
      interests,
      company: fc.constantFrom(...COMPANIES),
      wish: fc.uniqueArray(fc.constantFrom(...COMPANIES), { minLength: 1 }),
      boundaries,
      keyPackage: bytes(),
      fingerprint: bytes(32, 32),
      legId: uuid,
    },
    { requiredKeys: ['ticketId', 'mode', 'languages', 'interests', 'company', 'wish', 'boundaries', 'keyPackage'] },
  ),
  'match.leave': fc.record({ ticketId: uuid }),
  'relay.lease': fc.record({ legId: uuid }, { requiredKeys: [] }),
  'call.applied': fc.record({ callId: uuid }),
  'call.signal': fc.record({ callId: uuid, bytes: bytes() }),
  'call.candidate': fc.record({ callId: uuid, address, port }),
  'call.end': fc.record({ callId: uuid, reason: fc.constantFrom('end', 'next') }),
  'message.send': fc.record({ callId: uuid, messageId: uuid, ciphertext: bytes() }),
  received: fc.record({ sessionSeq: u32, durableSeq: timeMs }),
  'contact.keep': fc.record({ callId: uuid, keep: fc.boolean() }),
  'conversation.commit': fc.record(
    { ...step, messageId: uuid, commit: bytes(), welcome: bytes(), adds: devices, removes: devices },
    { requiredKeys: ['conversationId', 'generation', 'epoch', 'messageId', 'adds', 'removes'] },
  ),
  'conversation.send': fc.record({ ...step, messageId: uuid, commitment: bytes(32, 32), ciphertext: bytes() }),
  'conversation.typing': fc.record({ conversationId: uuid }),
  'call.commit': fc.record({ callId: uuid, count: ordinal, commitment: bytes(32, 32) }),
}

export const SERVER_BODIES: Record<ServerFrameName, fc.Arbitrary<unknown>> = {
  ack: fc.record({ result: fc.record({ sentAtMs: timeMs }) }, { requiredKeys: [] }),
  nack: fc.record({ code, retryAfterMs: timeMs }, { requiredKeys: ['code'] }),
  heartbeat: fc.record({ serverMs: timeMs }),
  bye: fc.record({ code, retryAfterMs: timeMs }, { requiredKeys: ['code'] }),
  'match.waiting': fc.record({
    ticketId: uuid,
    waitedMs: timeMs,
    company: fc.constantFrom('alone', 'few', 'some', 'many'),
    boundMs: timeMs,
  }),
  'match.found': fc.record(
    {
      callId: uuid,
      ticketId: uuid,
      mode,
      role: fc.constantFrom('creator', 'joiner'),
      partner,
      keyPackage: bytes(),
      transport: fc.constantFrom('splice', 'turn', 'none'),
      dtls: fc.constantFrom('active', 'passive'),
      fingerprint: bytes(32, 32),
      startedAtMs: timeMs,
      receipt: bytes(1, 256),
    },
    { requiredKeys: ['callId', 'ticketId', 'mode', 'role', 'partner', 'transport', 'startedAtMs', 'receipt'] },
  ),
  'call.signal': fc.record({ callId: uuid, bytes: bytes() }),
  'call.candidate': fc.record({ callId: uuid, address, port }),
  'call.peer': fc.record({ callId: uuid, state: fc.constantFrom('away', 'back') }),
  'call.ended': fc.record({ callId: uuid, reason: fc.constantFrom('left', 'lost') }),
  message: fc.record({ seq: timeMs, callId: uuid, messageId: uuid, sentAtMs: timeMs, ciphertext: bytes() }),
  receipt: fc.record({ callId: uuid, messageId: uuid, deliveredAtMs: timeMs }),
  entry: fc.record(
    {
      ...step,
      seq: timeMs,
      kind: fc.constantFrom('welcome', 'commit', 'message'),
      messageId: uuid,
      senderAccount: uuid,
      senderDevice: uuid,
      position: timeMs,
      sentAtMs: timeMs,
      commitment: bytes(32, 32),
      stampKeyId: u32,
      stamp: bytes(32, 32),
      bytes: bytes(),
    },
    {
      requiredKeys: [
        'conversationId',
        'generation',
        'epoch',
        'seq',
        'kind',
        'messageId',
        'senderAccount',
        'senderDevice',
        'position',
        'sentAtMs',
        'bytes',
      ],
    },
  ),
  'conversation.delivered': fc.record({ conversationId: uuid, accountId: uuid, position: timeMs }),
  'conversation.typing': fc.record({ conversationId: uuid, accountId: uuid }),
  changed: fc.record({ what: fc.constantFrom('contacts', 'conversations', 'devices') }),
  'contact.made': fc.record({ callId: uuid, accountId: uuid, handle: fc.string(), conversationId: uuid }),
  'call.committed': fc.record({
    callId: uuid,
    count: ordinal,
    commitment: bytes(32, 32),
    atMs: timeMs,
    stampKeyId: u32,
    stamp: bytes(32, 32),
  }),
}
