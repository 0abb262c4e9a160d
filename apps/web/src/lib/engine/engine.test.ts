import { describe, expect, it } from 'vitest'
import type { Mode } from '@visavis/wire'
import { createWorld, NOTHING_LEFT, wishFor, type SimPerson, type World } from './sim/world.ts'

// Method: real engines and real encryption against the model of the server on a fake clock. Nothing is timed; the clock
// moves until a condition holds, and each test ends by asking what was left behind.

const stream = {} as MediaStream
const call = ({ engine }: SimPerson) => engine.snapshot().call
const isLive = (person: SimPerson) => call(person).kind === 'live'
const texts = (person: SimPerson) => {
  const state = call(person)
  return state.kind === 'none'
    ? []
    : state.messages.map(({ from, text, state: delivery }) => `${from}:${text}:${delivery}`)
}

async function seekBoth(world: World, mode: Mode): Promise<[SimPerson, SimPerson]> {
  const [alice, bob] = [world.person('alice'), world.person('bob')]
  for (const { engine } of [alice, bob]) {
    engine.connect()
    await engine.prepare({ mode, stream: mode === 'text' ? undefined : stream })
    engine.seek(wishFor(mode))
  }
  return [alice, bob]
}

async function meet(world: World, mode: Mode = 'video'): Promise<[SimPerson, SimPerson]> {
  const [alice, bob] = await seekBoth(world, mode)
  await world.until(() => isLive(alice) && isLive(bob))
  return [alice, bob]
}

function callIdOf(person: SimPerson) {
  const state = call(person)
  if (state.kind === 'none') throw new Error('no call')
  return state.callId
}

describe('two engines', () => {
  it.each(['video', 'audio', 'text'] as const)(
    '[M1][M14] meet in %s mode and confirm each other before anything is let out',
    async (mode) => {
      const world = createWorld({ seed: 1 })
      const [alice, bob] = await meet(world, mode)
      const early = alice.states.filter(({ call: state }) => state.kind === 'opening')
      expect(early.length).toBeGreaterThan(0)
      for (const { call: state } of early) expect(state).not.toHaveProperty('remoteStream')
      if (mode !== 'text') {
        await world.until(() => [alice, bob].every((person) => 'media' in call(person) && call(person).kind === 'live'))
        expect(world.media.paths.filter((path) => path.isAllowed && path.isConnected)).toHaveLength(2)
        expect(call(alice)).toMatchObject({ media: 'connected', identity: 'confirmed' })
      }
      expect(await world.close()).toEqual(NOTHING_LEFT)
    },
  )

  it('[K1][K3] texts go both ways in order with their delivery states, and the server sees no word of them', async () => {
    const world = createWorld({ seed: 2 })
    const [alice, bob] = await meet(world, 'text')
    const secret = 'the blue door behind the bakery'
    alice.engine.sendText(secret)
    alice.engine.sendText('second')
    bob.engine.sendText('hello')
    expect(texts(alice)).toEqual([`me:${secret}:sending`, 'me:second:sending'])
    await world.until(() => texts(alice).filter((text) => text.endsWith(':delivered')).length === 3)
    expect(texts(bob).filter((text) => text.startsWith('them'))).toEqual([
      `them:${secret}:delivered`,
      'them:second:delivered',
    ])
    for (const bytes of world.server.seen) expect(Buffer.from(bytes).includes(Buffer.from(secret))).toBe(false)
    expect(world.log.text()).not.toContain(secret)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M14] a server that swaps the fingerprints sees the call refused and no media let out', async () => {
    const world = createWorld({ seed: 3 })
    world.server.calls.lies.swapFingerprints = true
    const [alice, bob] = await seekBoth(world, 'video')
    await world.until(() => [alice, bob].some((person) => call(person).kind === 'ended'))
    await world.run(1_000)
    const refused = [alice, bob].map(call).filter((state) => state.kind === 'ended' && state.identity === 'refused')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ code: 'CALL_IDENTITY_MISMATCH', messages: [] })
    expect(world.media.paths.filter((path) => path.isAllowed)).toEqual([])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M14] signals that never arrive end the call instead of leaving it half open', async () => {
    const world = createWorld({ seed: 4 })
    world.server.calls.lies.dropSignals = true
    const [alice, bob] = await seekBoth(world, 'video')
    await world.until(() => [alice, bob].every((person) => call(person).kind === 'ended'))
    expect(world.server.calls.live()).toEqual([])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M2] Next ends and seeks in one turn, and both meet again', async () => {
    const world = createWorld({ seed: 5 })
    const [alice, bob] = await meet(world)
    const first = callIdOf(alice)
    await world.run(500)
    alice.engine.next()
    expect(alice.engine.snapshot()).toMatchObject({ call: { kind: 'none' }, seek: { kind: 'seeking' } })
    alice.engine.next()
    await world.until(() => call(bob).kind === 'ended')
    expect(call(bob)).toMatchObject({ endedReason: 'left', messages: [] })
    expect(call(bob)).not.toHaveProperty('remoteStream')
    bob.engine.next()
    await world.until(() => isLive(alice) && isLive(bob))
    expect(callIdOf(alice)).not.toBe(first)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M2] the next path is made in the call, but only once the present picture stands', async () => {
    const world = createWorld({ seed: 15 })
    const [alice] = await meet(world)
    await world.until(() => world.media.paths.filter((path) => path.isConnected).length === 2)
    expect(world.media.open()).toBe(2)
    await world.until(() => world.media.open() === 4)
    expect(isLive(alice)).toBe(true)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M3] End leaves nothing of the other person, at once and twice', async () => {
    const world = createWorld({ seed: 6 })
    const [alice, bob] = await meet(world)
    bob.engine.sendText('look at me')
    await world.until(() => texts(alice).length === 1)
    expect(call(alice)).toHaveProperty('remoteStream')
    alice.engine.end()
    alice.engine.end()
    expect(call(alice)).toMatchObject({ kind: 'ended', endedReason: 'me', messages: [] })
    expect(call(alice)).not.toHaveProperty('remoteStream')
    await world.until(() => call(bob).kind === 'ended')
    expect(alice.engine.snapshot().lastCall).toMatchObject({ reported: false, blocked: false })
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M8] the microphone and camera of the partner are told inside the encryption', async () => {
    const world = createWorld({ seed: 7 })
    const [alice, bob] = await meet(world)
    alice.engine.setMicrophone(false)
    alice.engine.setCamera(false)
    alice.engine.setCamera(true)
    expect(alice.engine.snapshot().self).toEqual({ microphone: false, camera: true, isVirtual: false })
    await world.run(500)
    expect(call(bob)).toMatchObject({ partnerMic: false, partnerCamera: true })
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M15] pictures are uncovered when both want it, and covered again when one does not any more', async () => {
    const world = createWorld({ seed: 71 })
    const [alice, bob] = await meet(world)
    expect(call(alice)).toMatchObject({ reveal: { own: false, partner: false } })
    alice.engine.wantReveal(true)
    await world.run(500)
    expect(call(alice)).toMatchObject({ reveal: { own: true, partner: false } })
    expect(call(bob)).toMatchObject({ reveal: { own: false, partner: true } })
    bob.engine.wantReveal(true)
    await world.run(500)
    for (const who of [alice, bob]) expect(call(who)).toMatchObject({ reveal: { own: true, partner: true } })
    bob.engine.wantReveal(false)
    await world.run(500)
    expect(call(alice)).toMatchObject({ reveal: { own: true, partner: false } })
    alice.engine.next()
    bob.engine.next()
    await world.until(() => isLive(alice) && isLive(bob))
    expect(call(alice)).toMatchObject({ reveal: { own: false, partner: false } })
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M7][T1] Block ends the call at once, and both are remembered for the strip after the call', async () => {
    const world = createWorld({ seed: 8 })
    const [alice, bob] = await meet(world)
    const callId = callIdOf(alice)
    expect((await alice.engine.report(callId, 'scam')).ok).toBe(true)
    const blocking = alice.engine.block(callId)
    expect(call(alice).kind).toBe('ended')
    expect((await blocking).ok).toBe(true)
    expect(alice.engine.snapshot().lastCall).toMatchObject({ callId, reported: true, blocked: true })
    await world.until(() => call(bob).kind === 'ended')
    expect(call(bob)).toMatchObject({ endedReason: 'left' })
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })
})

describe('a bad network', () => {
  it.each(['loud', 'silent'] as const)(
    '[K4][M16] a %s cut during the call loses and repeats no text, and the call goes on',
    async (how) => {
      const world = createWorld({ seed: 9 })
      const [alice, bob] = await meet(world)
      world.server.cut('alice', how)
      for (const text of ['1', '2', '3']) alice.engine.sendText(text)
      bob.engine.sendText('there?')
      await world.until(() => texts(bob).filter((text) => text.startsWith('them')).length === 3)
      await world.until(() => texts(alice).length === 4)
      await world.run(2_000)
      expect(texts(bob).filter((text) => text.startsWith('them'))).toEqual([
        'them:1:delivered',
        'them:2:delivered',
        'them:3:delivered',
      ])
      expect(texts(alice).filter((text) => text.startsWith('them'))).toEqual(['them:there?:delivered'])
      expect(isLive(alice) && isLive(bob)).toBe(true)
      expect(await world.close()).toEqual(NOTHING_LEFT)
    },
  )

  it('[K4][M16] a restarted server finds the call going on and delivers what was written meanwhile', async () => {
    const world = createWorld({ seed: 10 })
    const [alice, bob] = await meet(world)
    world.server.restart()
    alice.engine.sendText('still here')
    await world.until(() => texts(bob).includes('them:still here:delivered'))
    expect(isLive(alice)).toBe(true)
    bob.engine.next()
    await world.until(() => call(alice).kind === 'ended')
    alice.engine.next()
    await world.until(() => isLive(alice) && isLive(bob))
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M16] a restart while the call opens: signals are repeated and the call comes to life', async () => {
    const world = createWorld({ seed: 11 })
    const [alice, bob] = await seekBoth(world, 'video')
    await world.until(() => call(alice).kind === 'opening' || call(bob).kind === 'opening')
    await world.until(() => call(alice).kind === 'opening' && call(bob).kind === 'opening')
    world.server.restart()
    await world.until(() => isLive(alice) && isLive(bob))
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M16] a seek outlives a restart of the server', async () => {
    const world = createWorld({ seed: 12 })
    const alice = world.person('alice')
    alice.engine.connect()
    await alice.engine.prepare({ mode: 'video', stream })
    alice.engine.seek(wishFor('video'))
    await world.until(() => world.server.calls.waiting() === 1)
    world.server.restart()
    await world.until(() => world.server.calls.waiting() === 1)
    const bob = world.person('bob')
    bob.engine.connect()
    bob.engine.seek(wishFor('text'))
    bob.engine.cancelSeek()
    await bob.engine.prepare({ mode: 'video', stream })
    bob.engine.seek(wishFor('video'))
    await world.until(() => isLive(alice) && isLive(bob))
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[K4] a database that is gone for a while delays texts and keeps their order', async () => {
    const world = createWorld({ seed: 13 })
    const [alice, bob] = await meet(world, 'text')
    world.server.refuseNext('message.send', 'SERVER_STORAGE', 5)
    for (const text of ['1', '2', '3']) alice.engine.sendText(text)
    await world.until(() => texts(bob).length === 3)
    expect(texts(bob)).toEqual(['them:1:delivered', 'them:2:delivered', 'them:3:delivered'])
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[K3] a text that is refused is shown as failed and sent again on wish', async () => {
    const world = createWorld({ seed: 14 })
    const [alice, bob] = await meet(world, 'text')
    world.server.refuseNext('message.send', 'NOT_ALLOWED', 1)
    const messageId = alice.engine.sendText('try')
    await world.until(() => texts(alice)[0] === 'me:try:failed')
    if (messageId) alice.engine.retryText(messageId)
    await world.until(() => texts(bob)[0] === 'them:try:delivered')
    await world.until(() => texts(alice)[0] === 'me:try:delivered')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[M13] without a relay there is no call and a code that says so', async () => {
    const world = createWorld({ seed: 15 })
    world.server.calls.lies.noRelay = true
    const alice = world.person('alice')
    alice.engine.connect()
    await alice.engine.prepare({ mode: 'video', stream })
    alice.engine.seek(wishFor('video'))
    await world.until(() => alice.engine.snapshot().seek.kind === 'idle')
    expect(alice.engine.snapshot().seek).toEqual({ kind: 'idle', code: 'RELAY_UNAVAILABLE' })
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[K4] a second tab takes over: the first says so, ends its call and does not come back by itself', async () => {
    const world = createWorld({ seed: 16 })
    const [alice, bob] = await meet(world)
    world.server.closeWith('alice', 'SESSION_REPLACED')
    await world.until(() => alice.engine.snapshot().connection.kind === 'replaced')
    expect(call(alice)).toMatchObject({ kind: 'ended', endedReason: 'lost', code: 'SESSION_REPLACED' })
    const hellos = world.server.hellos
    await world.run(30_000)
    alice.setOnline(true)
    await world.run(1_000)
    expect(world.server.hellos).toBe(hellos)
    expect(isLive(bob) || call(bob).kind === 'ended').toBe(true)
    alice.engine.connect()
    await world.until(() => alice.engine.snapshot().connection.kind === 'online')
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })

  it('[K1] a local clock that is years off does not keep two people apart', async () => {
    const world = createWorld({ seed: 17, skewMs: 5 * 365 * 24 * 60 * 60_000 })
    const [alice] = await meet(world, 'text')
    expect(alice.engine.serverNowMs() - world.clock.nowMs()).toBeGreaterThan(4 * 365 * 24 * 60 * 60_000)
    expect(await world.close()).toEqual(NOTHING_LEFT)
  })
})
