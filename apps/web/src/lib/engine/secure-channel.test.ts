import * as realE2ee from '@visavis/e2ee'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFakeClock, createFakeLog, createSeededRandom, settle } from '@visavis/testkit'
import { BOUNDARIES_DEFAULT, type CallId, type MatchFound, type TicketId } from '@visavis/wire'
import { countE2ee } from './sim/counted-e2ee.ts'
import { createSecureChannel, REPEAT_MS_MIN, type SecureChannel } from './secure-channel.ts'

// Method: two real channels whose signals pass through the test's hands, which may lose, repeat, hold or spoil them.

const callId = 'aaaaaaaa-0000-4000-8000-000000000001' as CallId
type Side = 'creator' | 'joiner'

async function createPair(lieTo?: Side) {
  const clock = createFakeClock()
  const e2ee = countE2ee(realE2ee)
  const log = createFakeLog()
  const random = createSeededRandom(5)
  const nowMs = clock.nowMs()
  const identities = {
    creator: await e2ee.createMatchIdentity({ nowMs }),
    joiner: await e2ee.createMatchIdentity({ nowMs }),
  }
  const fingerprints = { creator: random.bytes(32), joiner: random.bytes(32) }
  const out = { creator: [] as Uint8Array[], joiner: [] as Uint8Array[] }
  const heard = { creator: [] as string[], joiner: [] as string[] }
  const codes = { creator: [] as string[], joiner: [] as string[] }

  function make(side: Side): SecureChannel {
    const partner = side === 'creator' ? 'joiner' : 'creator'
    const found: MatchFound = {
      callId,
      ticketId: callId as string as TicketId,
      mode: 'video',
      role: side,
      partner: { pseudonym: 'x', languages: ['en'], interests: [], boundaries: BOUNDARIES_DEFAULT },
      ...(side === 'creator' && { keyPackage: identities.joiner.keyPackage.slice() }),
      transport: 'splice',
      dtls: side === 'creator' ? 'active' : 'passive',
      fingerprint: side === lieTo ? random.bytes(32) : fingerprints[partner].slice(),
      receipt: new Uint8Array(16),
      startedAtMs: nowMs,
    }
    return createSecureChannel({
      e2ee,
      clock,
      log,
      serverNowMs: () => nowMs,
      identity: identities[side],
      found,
      ownFingerprint: fingerprints[side],
      randomBytes: (count) => random.bytes(count),
      send: (bytes) => void out[side].push(bytes),
      listener: {
        secured: () => void heard[side].push('secured'),
        confirmed: () => void heard[side].push('confirmed'),
        failed: (code) => void heard[side].push(code),
        code: (code) => void codes[side].push(code.join(' ')),
        content: (content) => void heard[side].push(content.kind),
      },
    })
  }

  const channels = { creator: make('creator'), joiner: make('joiner') }
  /** Waits until the real cryptography has come to rest. */
  async function rest(): Promise<void> {
    do await settle(3)
    while (e2ee.underWay() > 0)
  }
  /** Carries what a side has said to the other. */
  async function carry(from: Side): Promise<void> {
    const to = from === 'creator' ? 'joiner' : 'creator'
    for (const bytes of out[from].splice(0)) channels[to].handleSignal(bytes)
    await rest()
  }
  function close(): void {
    channels.creator.close()
    channels.joiner.close()
  }
  await rest()
  return { clock, channels, out, heard, codes, carry, rest, close }
}

it('[M14] both confirm each other; media state is heard only after that', async () => {
  const pair = await createPair()
  await pair.carry('creator')
  await pair.carry('joiner')
  pair.channels.creator.signal({ kind: 'media-state', mic: true, camera: false, isVirtual: false })
  await pair.rest()
  await pair.carry('creator')
  expect(pair.heard).toEqual({ creator: ['secured', 'confirmed'], joiner: ['secured', 'confirmed', 'media-state'] })
  pair.close()
})

for (const deceived of ['creator', 'joiner'] as const) {
  it(`[M14] [ER18] a ${deceived} who is told a wrong fingerprint refuses, and the other one is not confirmed before`, async () => {
    const pair = await createPair(deceived)
    await pair.carry('creator')
    await pair.carry('joiner')
    await pair.carry('creator')
    expect(pair.heard[deceived]).toEqual(['secured', 'CALL_IDENTITY_MISMATCH'])
    // The joiner may confirm: its handshake is through only when the creator has accepted its certificate.
    expect(pair.heard[deceived === 'creator' ? 'joiner' : 'creator']).toEqual(
      deceived === 'creator' ? ['secured', 'confirmed'] : ['secured'],
    )
    pair.close()
  })
}

it('[M14] signals that overtake the welcome wait for it', async () => {
  const pair = await createPair()
  pair.out.creator.reverse()
  await pair.carry('creator')
  expect(pair.heard.joiner).toEqual(['secured', 'confirmed'])
  pair.close()
})

it('[K4] lost signals are repeated at the other’s wish; what came twice has no effect', async () => {
  const pair = await createPair()
  pair.out.creator.length = 0
  pair.channels.joiner.repeat()
  await pair.carry('joiner')
  expect(pair.out.creator).toHaveLength(2)
  pair.out.creator.push(...pair.out.creator)
  await pair.carry('creator')
  await pair.carry('joiner')
  expect(pair.heard).toEqual({ creator: ['secured', 'confirmed'], joiner: ['secured', 'confirmed'] })
  pair.close()
})

it('[K4] the wish to repeat is granted at most once in a while, however often it is made', async () => {
  const pair = await createPair()
  pair.out.creator.length = 0
  for (let time = 0; time < 50; time++) pair.channels.creator.handleSignal(new Uint8Array([3]))
  expect(pair.out.creator).toHaveLength(2)
  await pair.clock.advance(REPEAT_MS_MIN)
  pair.channels.creator.handleSignal(new Uint8Array([3]))
  expect(pair.out.creator).toHaveLength(4)
  pair.close()
})

it('[M14] own signals sent back are not taken for the partner’s', async () => {
  const pair = await createPair()
  for (const bytes of pair.out.creator) pair.channels.creator.handleSignal(bytes)
  await pair.rest()
  expect(pair.heard.creator).toEqual(['secured'])
  pair.close()
})

it('[K1] hostile bytes never throw, never confirm and do not stop the real ones', async () => {
  const pair = await createPair()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      if (bytes[0] === 1) bytes[0] = 2 // A false welcome costs the call, which is tested below.
      pair.channels.creator.handleSignal(bytes)
      pair.channels.joiner.handleSignal(new Uint8Array([0, ...bytes]))
    }),
    { numRuns: 200 },
  )
  await pair.rest()
  expect(pair.heard.creator).toEqual(['secured'])
  pair.out.creator.splice(0, pair.out.creator.length - 2)
  await pair.carry('creator')
  await pair.carry('joiner')
  expect(pair.heard.creator).toEqual(['secured', 'confirmed'])
  pair.close()
})

it('[K1] a false welcome fails the call with one code', async () => {
  const pair = await createPair()
  pair.channels.joiner.handleSignal(new Uint8Array([1, 1, 2, 3]))
  await pair.rest()
  expect(pair.heard.joiner).toEqual(['E2EE_OPEN_FAILED'])
  pair.close()
})

it('[M3] after close nothing is heard, said, sealed or opened', async () => {
  const pair = await createPair()
  const said = [...pair.out.creator]
  pair.channels.joiner.close()
  for (const bytes of said) pair.channels.joiner.handleSignal(bytes)
  expect(await pair.channels.joiner.seal({ kind: 'confirm' })).toBeUndefined()
  expect(await pair.channels.joiner.open(new Uint8Array(10))).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
  expect(pair.heard.joiner).toEqual([])
  expect(pair.out.joiner).toEqual([])
  pair.close()
})

it('[EC1] [EC3] [M14] both get the same code, and only after commitment, answer and revelation', async () => {
  const pair = await createPair()
  await pair.carry('creator')
  await pair.carry('joiner')
  expect(pair.codes.joiner).toEqual([])
  expect(pair.codes.creator).toHaveLength(1)
  await pair.carry('creator')
  expect(pair.codes.joiner).toEqual(pair.codes.creator)
  pair.close()
})

it('[EC1] [ER18] the joiner keeps its identity and nonce until it has the creator’s identity and commitment, the creator until it has the nonce', async () => {
  const pair = await createPair()
  // The welcome alone: the creator's identity, with the commitment, is held back.
  const held = pair.out.creator.splice(1)
  await pair.carry('creator')
  expect(pair.out.joiner).toHaveLength(0)
  pair.out.creator.push(...held)
  await pair.carry('creator')
  expect(pair.out.joiner).toHaveLength(2)
  expect(pair.out.creator).toHaveLength(0)
  await pair.carry('joiner')
  expect(pair.out.creator).toHaveLength(1)
  pair.close()
})

it('[EC1] what is repeated after a cut makes no second code', async () => {
  const pair = await createPair()
  for (const side of ['creator', 'joiner', 'creator'] as const) await pair.carry(side)
  pair.channels.joiner.repeat()
  await pair.carry('joiner')
  await pair.carry('creator')
  await pair.carry('joiner')
  expect(pair.codes.creator).toHaveLength(1)
  expect(pair.codes.joiner).toHaveLength(1)
  pair.close()
})
