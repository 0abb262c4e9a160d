import { describe, expect, it } from 'vitest'
import { keyFrame } from '../engine/sim/fake-taps.ts'
import { createWorld, NOTHING_LEFT, wishFor, type SimPerson, type World } from '../engine/sim/world.ts'
import { ASKS_UNANSWERED_MAX } from './asking.ts'
import { EVIDENCE_AFTER_MS } from './evidence-book.ts'
import { FRAMES_KEPT_MS } from './partner-frames.ts'

// Method: real engines and real commitments over a model of the server; only the encoded frames are made up. What the
// one's tap says was sent, the other's says has arrived.

const stream = {} as MediaStream
const call = ({ engine }: SimPerson) => engine.snapshot().call
const isLive = (person: SimPerson) => call(person).kind === 'live'

function callIdOf(person: SimPerson) {
  const state = call(person)
  if (state.kind === 'none') throw new Error('no call')
  return state.callId
}
const trustOf = (person: SimPerson) => {
  const state = call(person)
  return state.kind === 'none' ? undefined : state.pictureTrust
}

/** Two people in a call who see each other without the veil. */
async function meet(world: World, isClear = true): Promise<[SimPerson, SimPerson]> {
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  for (const { engine } of [alice, bob]) {
    engine.connect()
    await engine.prepare({ mode: 'video', stream })
    engine.seek(wishFor('video'))
  }
  await world.until(() => [alice, bob].every((person) => isLive(person) && mediaOf(person) === 'connected'))
  if (isClear) await clear(world, [alice, bob])
  return [alice, bob]
}
const mediaOf = (person: SimPerson) => {
  const state = call(person)
  return state.kind === 'none' ? undefined : state.media
}
async function clear(world: World, people: readonly SimPerson[]): Promise<void> {
  for (const { engine } of people) engine.wantReveal(true)
  await world.until(() => people.every((person) => isClear(person)))
}
const isClear = (person: SimPerson) => {
  const state = call(person)
  return state.kind !== 'none' && state.reveal.own && state.reveal.partner
}

/** A key frame goes from one to the other, the commitment by the server. */
async function send(world: World, frame = keyFrame(1), from = 0): Promise<void> {
  world.taps.taps[from]?.listener?.sent(frame.digest)
  world.taps.taps[1 - from]?.listener?.arrived(frame)
  await world.run(100)
}

describe('[T3] evidence of a call', () => {
  it('keeps key frames that the partner committed to, with stamp and key, and the receipt of the call', async () => {
    const world = createWorld({ seed: 1 })
    const [, bob] = await meet(world)
    await send(world, keyFrame(1))
    await send(world, keyFrame(2))
    expect(trustOf(bob)).toBe('vouched')
    const kept = await bob.engine.evidenceOf(callIdOf(bob))
    expect(kept?.frames.map(({ count, frame }) => [count, frame.at(-1)])).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(new TextDecoder().decode(kept?.receipt)).toBe(`receipt of ${callIdOf(bob)}`)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('brings frame and commitment together in any order, and each once', async () => {
    const world = createWorld({ seed: 2 })
    const [, bob] = await meet(world)
    const [from, to] = world.taps.taps
    // The first is lost on its way, the second comes long before its commitment, and twice.
    const [lost, early] = [keyFrame(1), keyFrame(2)]
    for (let times = 0; times < 40; times++) to?.listener?.arrived(early)
    await world.run(3_000)
    from?.listener?.sent(lost.digest)
    from?.listener?.sent(early.digest)
    await world.run(200)
    const kept = await bob.engine.evidenceOf(callIdOf(bob))
    expect(kept?.frames.map(({ count, frame }) => [count, frame.at(-1)])).toEqual([[2, 2]])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('keeps nothing of a frame that was altered on its way, or is no whole picture', async () => {
    const world = createWorld({ seed: 3 })
    const [, bob] = await meet(world)
    const [from, to] = world.taps.taps
    const sent = keyFrame(1)
    from?.listener?.sent(sent.digest)
    to?.listener?.arrived(keyFrame(2))
    const bare = { ...keyFrame(3), bytes: new Uint8Array(64) }
    from?.listener?.sent(bare.digest)
    to?.listener?.arrived(bare)
    await world.run(200)
    expect((await bob.engine.evidenceOf(callIdOf(bob)))?.frames).toEqual([])
    expect(trustOf(bob)).toBe('waiting')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M15] compares what is under the veil and keeps none of it; the word of the one who is seen decides', async () => {
    const world = createWorld({ seed: 4 })
    const [alice, bob] = await meet(world, false)
    await send(world, keyFrame(1))
    bob.engine.wantReveal(true)
    await send(world, keyFrame(2))
    expect(trustOf(bob)).toBe('vouched')
    expect((await bob.engine.evidenceOf(callIdOf(bob)))?.frames).toEqual([])
    await clear(world, [alice, bob])
    await send(world, keyFrame(3))
    // Bob covers his eyes; Alice goes on agreeing to be seen.
    bob.engine.wantReveal(false)
    await send(world, keyFrame(4))
    alice.engine.wantReveal(false)
    await world.run(200)
    await send(world, keyFrame(5))
    const kept = await bob.engine.evidenceOf(callIdOf(bob))
    expect(kept?.frames.map(({ frame }) => frame.at(-1))).toEqual([3, 4])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('keeps the last thirty seconds, and gives copies', async () => {
    const world = createWorld({ seed: 5 })
    const [, bob] = await meet(world)
    await send(world, keyFrame(1))
    await world.run(FRAMES_KEPT_MS - 1_000)
    await send(world, keyFrame(2))
    const both = await bob.engine.evidenceOf(callIdOf(bob))
    expect(both?.frames).toHaveLength(2)
    await world.run(2_000)
    const kept = await bob.engine.evidenceOf(callIdOf(bob))
    expect(kept?.frames.map(({ frame }) => frame.at(-1))).toEqual([2])
    expect(both?.frames[0]?.frame.at(-1)).toBe(1)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('can be reported for two minutes after the call, as it was at its end; then it is wiped', async () => {
    const world = createWorld({ seed: 6 })
    const [, bob] = await meet(world)
    const callId = callIdOf(bob)
    const frame = keyFrame(1)
    await send(world, frame)
    bob.engine.end()
    await world.run(FRAMES_KEPT_MS + 1_000)
    expect((await bob.engine.evidenceOf(callId))?.frames).toHaveLength(1)
    await world.run(EVIDENCE_AFTER_MS - FRAMES_KEPT_MS)
    expect(await bob.engine.evidenceOf(callId)).toBeUndefined()
    expect(frame.bytes.every((byte) => byte === 0)).toBe(true)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('of the call before the last one nothing is kept', async () => {
    const world = createWorld({ seed: 7 })
    const [alice, bob] = await meet(world)
    const callIds = [callIdOf(bob)]
    const first = keyFrame(1)
    await send(world, first)
    while (callIds.length < 3) {
      alice.engine.next()
      bob.engine.next()
      await world.until(() => isLive(alice) && isLive(bob) && callIdOf(bob) !== callIds.at(-1))
      callIds.push(callIdOf(bob))
    }
    const [gone, last, present] = await Promise.all(callIds.map((callId) => bob.engine.evidenceOf(callId)))
    expect(gone).toBeUndefined()
    expect(first.bytes.every((byte) => byte === 0)).toBe(true)
    expect(last).toBeDefined()
    expect(present).toBeDefined()
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('signing out wipes everything at once', async () => {
    const world = createWorld({ seed: 8 })
    const [, bob] = await meet(world)
    const callId = callIdOf(bob)
    const frame = keyFrame(1)
    await send(world, frame)
    bob.engine.disconnect()
    expect(await bob.engine.evidenceOf(callId)).toBeUndefined()
    expect(frame.bytes.every((byte) => byte === 0)).toBe(true)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })
})

describe('[T3] whether the partner vouches for its picture', () => {
  it('asks every few seconds, and doubts after requests in a row without a frame that was committed to', async () => {
    const world = createWorld({ seed: 9 })
    const [, bob] = await meet(world)
    const tap = world.taps.taps[1]
    await world.until(() => tap?.asks === ASKS_UNANSWERED_MAX)
    expect(trustOf(bob)).toBe('waiting')
    // Frames alone, without the partner's word, vouch for nothing.
    tap?.listener?.arrived(keyFrame(1))
    await world.until(() => trustOf(bob) === 'doubted')
    await send(world, keyFrame(2))
    expect(trustOf(bob)).toBe('vouched')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('asks seldom while nobody looks or the line is poor, and not while the camera is off', async () => {
    const world = createWorld({ seed: 10 })
    const [alice, bob] = await meet(world)
    const tap = world.taps.taps[1]
    const asksWithin = async (ms: number) => {
      const before = tap?.asks ?? 0
      for (let at = 0; at < ms; at += 1_000) {
        await send(world, keyFrame((at / 1_000) % 200))
        await world.run(900)
      }
      return (tap?.asks ?? 0) - before
    }
    expect(await asksWithin(24_000)).toBeGreaterThanOrEqual(8)
    bob.engine.watchPicture(false)
    expect(await asksWithin(24_000)).toBeLessThanOrEqual(3)
    bob.engine.watchPicture(true)
    expect(await asksWithin(24_000)).toBeGreaterThanOrEqual(8)
    world.media.paths[1]?.options.listener.quality('poor')
    expect(await asksWithin(24_000)).toBeLessThanOrEqual(3)
    alice.engine.setCamera(false)
    await world.until(() => {
      const state = call(bob)
      return state.kind !== 'none' && !state.partnerCamera
    })
    expect(await asksWithin(24_000)).toBe(0)
    expect(trustOf(bob)).toBe('vouched')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('does not doubt while our own way to the server is cut', async () => {
    const world = createWorld({ seed: 11 })
    const [, bob] = await meet(world)
    await send(world, keyFrame(1))
    bob.setOnline(false)
    world.server.cut('bob', 'loud')
    await world.run(20_000)
    expect(trustOf(bob)).toBe('vouched')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('a browser that shows no encoded frames checks nothing, commits to nothing, and keeps stills that prove nothing', async () => {
    const world = createWorld({ seed: 12 })
    world.taps.blind()
    // One of each for either of the two.
    for (const each of [1, 1, 2, 2, 3, 3]) world.taps.stills.push(Uint8Array.of(each))
    const [, bob] = await meet(world)
    expect(trustOf(bob)).toBe('unchecked')
    await world.run(20_000)
    const kept = await bob.engine.evidenceOf(callIdOf(bob))
    expect(kept).toMatchObject({ frames: [], trust: 'unchecked', stills: [Uint8Array.of(2), Uint8Array.of(3)] })
    expect(trustOf(bob)).toBe('unchecked')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('a tap that came off says nothing about the partner', async () => {
    const world = createWorld({ seed: 13 })
    const [, bob] = await meet(world)
    world.taps.taps[1]?.listener?.lost()
    await world.run(20_000)
    expect(trustOf(bob)).toBe('unchecked')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('commits to no more key frames than the server takes, however many there are', async () => {
    const world = createWorld({ seed: 14 })
    const [, bob] = await meet(world)
    const [from, to] = world.taps.taps
    for (let at = 0; at < 60; at++) from?.listener?.sent(keyFrame(at).digest)
    await world.run(1_000)
    // The last ones found no room: of them nothing can be proven, and the next one can again.
    to?.listener?.arrived(keyFrame(59))
    await world.run(500)
    expect((await bob.engine.evidenceOf(callIdOf(bob)))?.frames).toEqual([])
    await send(world, keyFrame(60))
    expect((await bob.engine.evidenceOf(callIdOf(bob)))?.frames.map(({ count }) => count)).toEqual([17])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })
})
