import { createFakeClock, settle } from '@visavis/testkit'
import { MINUTE, SECOND } from '@visavis/ports'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { createMortalVault, type Shelves } from '../core/sim/mortal-vault.ts'
import { ALICE, BOB, CONVERSATION, createFakeCore } from '../view/sim/fake-core.ts'
import { CATCH_UP_MAX } from './lanes.ts'
import { endLives, FRIENDLY, kept, MONEY, openLife as open, SNAP, text } from './sim/life.ts'
import { createLocalSafety, type LocalSafety } from './sim/local-safety.ts'

// What becomes of checks that are cut off: by an engine that is away, by a time without the app, by a tab that dies.

afterEach(endLives)

describe('an engine that is not there', () => {
  it('[S12] messages are told to be unchecked, show all the same, and are looked at in order once it is back', async () => {
    const { clock, core, safety, shown } = await open(createMemoryVault())
    safety.refuse(() => true)
    await core.receive(text(MONEY))
    await core.receive(text(SNAP), { senderAccount: ALICE })
    await core.receive(text(SNAP))
    expect(await shown()).toEqual([
      [MONEY, [], true],
      [SNAP, [], false],
      [SNAP, [], true],
    ])
    expect(safety.asked).toHaveLength(1)
    safety.refuse(() => false)
    await clock.advance(31 * SECOND)
    expect((await shown()).map(([, flags, isUnchecked]) => [flags, isUnchecked])).toEqual([
      [['money'], false],
      [[], false],
      [[], false],
    ])
  })

  it('[S12] a text that no engine survives is told to be unchecked, and the next has its turn', async () => {
    const { clock, core, safety, shown } = await open(createMemoryVault())
    safety.refuse(({ text: words }) => words === 'poison')
    await core.receive(text('poison'))
    await core.receive(text(MONEY))
    await settle(200)
    await clock.advance(31 * SECOND)
    await settle(200)
    await clock.advance(3 * MINUTE)
    expect(await shown()).toEqual([
      ['poison', [], true],
      [MONEY, ['money'], false],
    ])
  })

  it('[K3] showing waits for no check', async () => {
    const { core, safety, shown } = await open(createMemoryVault())
    safety.before(() => new Promise(() => undefined))
    await core.receive(text(MONEY))
    expect(await shown()).toEqual([[MONEY, [], false]])
  })

  it('[K4] a message that is taken back while it is looked at leaves nothing', async () => {
    const vault = createMemoryVault()
    const { core, logged, safety } = await open(vault)
    let goOn: () => void = () => undefined
    safety.before(() => new Promise((resolve) => (goOn = resolve)))
    const said = await core.receive(text(MONEY))
    await settle(100)
    await core.receive(undefined, { ...said, content: undefined })
    safety.before(() => Promise.resolve())
    goOn()
    expect(await logged()).toEqual([])
    expect((await kept(vault))?.notes).toEqual([])
  })
})

describe('after a time away', () => {
  it('[S12] the newest are looked at; of those before it is said so only where nobody has read them', async () => {
    const vault = createMemoryVault()
    const { core } = await open(vault, { safety: offSafety() })
    for (let at = 0; at < CATCH_UP_MAX + 3; at++) await core.receive(text(at < 4 ? MONEY : `line ${at}`))
    endLives()
    // As if an app had stored them that knew nothing of safety.
    await vault.write([{ shelf: 'safety', key: ['conversation', CONVERSATION], value: undefined }])
    const next = await open(vault, { lastPosition: CATCH_UP_MAX + 3 })
    next.core.change({ readPosition: 1 })
    expect(await vault.get('safety', ['conversation', CONVERSATION])).toBeDefined()
    await next.shown()
    for (let wait = 0; wait < 40; wait++) await settle(200)
    expect(next.safety.asked).toHaveLength(CATCH_UP_MAX)
    expect((await kept(vault))?.passedOver).toEqual({ from: 1, to: 3 })
    expect((await next.logged()).map(([flag]) => flag)).toEqual(['money'])
  })

  it('[S12] an own message before an earlier one of the other keeps that one from nothing', async () => {
    const vault = createMemoryVault()
    const first = await open(vault)
    await first.core.receive(text('hello'), { senderAccount: ALICE, position: 2 })
    await first.shown()
    expect(await kept(vault)).toMatchObject({ checkedTo: 2, late: [1] })
    await first.core.receive(text(MONEY), { position: 1 })
    expect((await first.shown()).map(([, flags]) => flags)).toEqual([['money'], []])
    expect(await kept(vault)).toMatchObject({ checkedTo: 2, late: [] })
  })

  it('[S12] one that came between two lives is found by the next', async () => {
    const vault = createMemoryVault()
    const first = await open(vault)
    await first.core.receive(text('hello'), { senderAccount: ALICE, position: 2 })
    await first.shown()
    first.watch.stop()
    await first.core.receive(text(MONEY), { position: 1 })
    const next = await open(vault, { lastPosition: 2 })
    expect((await next.shown()).map(([, flags]) => flags)).toEqual([['money'], []])
  })

  it('[K5] what was found in a message that went while the app died goes at the next start', async () => {
    const vault = createMemoryVault()
    const first = await open(vault)
    await first.core.receive(text(MONEY))
    await first.core.receive(text(SNAP))
    await first.shown()
    first.watch.stop()
    await vault.write([{ shelf: 'messages', key: [CONVERSATION, 1], value: undefined }])
    const next = await open(vault, { lastPosition: 2 })
    expect((await next.logged()).map(([flag]) => flag)).toEqual(['leave_platform'])
  })

  it.each([
    ['is foreign', 7],
    ['is half a record', { checkedTo: 1 }],
  ])(
    '[K5] a record that %s is as if nothing had been looked at: its messages have their turn again',
    async (_, value) => {
      const vault = createMemoryVault()
      const first = await open(vault)
      await first.core.receive(text(MONEY))
      await first.shown()
      first.watch.stop()
      await vault.write([{ shelf: 'safety', key: ['conversation', CONVERSATION], value }])
      const next = await open(vault, { lastPosition: 1 })
      expect((await next.shown()).map(([, flags]) => flags)).toEqual([['money']])
      expect(JSON.stringify(next.log.lines)).toContain('safety')
      expect(JSON.stringify(next.log.lines)).not.toContain('gift')
    },
  )

  it('[K5] a damaged memory of the engine is replaced by a fresh one, and what was found stays', async () => {
    const vault = createMemoryVault()
    const first = await open(vault)
    await first.core.receive(text(MONEY))
    await first.shown()
    first.watch.stop()
    const record = await kept(vault)
    const wounded = { ...record, states: { [BOB]: { v: 9, quote: 'gift' } } }
    await vault.write([{ shelf: 'safety', key: ['conversation', CONVERSATION], value: wounded as never }])
    const next = await open(vault, { lastPosition: 1 })
    await next.core.receive(text(SNAP))
    expect((await next.shown()).map(([, flags]) => flags)).toEqual([['money'], ['leave_platform']])
    expect(next.log.lines.map(({ event }) => event)).toContain('safety.state-replaced')
    expect(JSON.stringify(next.log.lines)).not.toContain('gift')
  })

  it('[S12] whichever write it dies at, the next life ends with the very same record', async () => {
    const script = [
      text('i am 25 years old'),
      text(MONEY),
      text(SNAP),
      { kind: 'edit', target: 2, text: FRIENDLY } as const,
      text('i am 41 years old'),
      text(MONEY),
    ]
    const whole = createMemoryVault()
    const calm = await open(whole)
    for (const content of script) await calm.core.receive(content)
    await calm.shown()
    const wanted = { ...(await kept(whole)), late: [] }
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.constantFrom('before', 'after'), async (write, when) => {
        const shelves: Shelves = new Map()
        const mortal = createMortalVault(shelves, () => undefined)
        const dying = await open(mortal, { clock: createFakeClock() })
        const steady = createMemoryVault(shelves)
        // The messages themselves are stored by another half of the messenger: only what safety writes is cut off.
        const core = createFakeCore(steady, () => dying.clock.nowMs())
        core.on(dying.watch.handle)
        mortal.dieAt(write, when)
        for (const content of script) {
          await core.receive(content)
          await settle(30)
        }
        dying.watch.stop()
        const next = await open(steady, { lastPosition: script.length })
        await next.shown()
        expect({ ...(await kept(steady)), late: [] }).toEqual(wanted)
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})

function offSafety(): LocalSafety {
  const safety = createLocalSafety()
  safety.choice.set({ isOn: false, countries: [] })
  return safety
}
