import type { MessageContent } from '@visavis/e2ee'
import { settle } from '@visavis/testkit'
import { DAY, HOUR, MINUTE, SECOND } from '@visavis/ports'
import type { CallId } from '@visavis/wire'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { ALICE, CONVERSATION, keyOf, type BOB, type FakeCore } from '../view/sim/fake-core.ts'
import { endLives, FRIENDLY, kept, MONEY, openLife as open, SNAP, text } from './sim/life.ts'

afterEach(endLives)

describe('what comes', () => {
  it('[S1][S3][S12] is looked at once, in order, and what is found stands under its message with its words', async () => {
    const { core, safety, shown, watch } = await open(createMemoryVault())
    await core.receive(text(FRIENDLY))
    await core.receive(text(MONEY))
    await core.receive(text('sure, hello'), { senderAccount: ALICE })
    expect(await shown()).toEqual([
      [FRIENDLY, [], false],
      [MONEY, ['money'], false],
      ['sure, hello', [], false],
    ])
    expect(safety.asked.map(({ direction, text: words }) => [direction, words])).toEqual([
      ['in', FRIENDLY],
      ['in', MONEY],
      ['out', 'sure, hello'],
    ])
    const entries = await watch.safetyLog()
    expect(entries).toMatchObject({
      value: [
        { handle: 'bob', state: 'open', source: { kind: 'conversation', position: 2 }, atMs: expect.any(Number) },
      ],
    })
    const [entry] = entries.ok ? entries.value : []
    expect(MONEY).toContain(entry?.quote)
  })

  it('[S1-S10] is looked at with what was said before: an answer is no red flag', async () => {
    const { core, shown } = await open(createMemoryVault())
    await core.receive(text('do you have snapchat?'), { senderAccount: ALICE })
    await core.receive(text('do you have snapchat'))
    expect(await shown()).toEqual([
      ['do you have snapchat?', [], false],
      ['do you have snapchat', [], false],
    ])
  })

  it('[S8] two stories that cannot both be true are told with both, and when the first was said', async () => {
    const { clock, core, watch } = await open(createMemoryVault())
    await core.receive(text('i am 25 years old'))
    const saidMs = clock.nowMs()
    await settle(400)
    await clock.advance(HOUR)
    await core.receive(text('i am 41 years old'))
    await settle(400)
    const entries = await watch.safetyLog()
    expect(entries).toMatchObject({
      value: [
        { finding: { flag: 'inconsistent', earlierAtMs: saidMs, earlier: { quote: expect.stringContaining('25') } } },
      ],
    })
  })

  it('[S11] of a file the caption and the name of a document are looked at, and no name that a camera gave', async () => {
    const { core, safety, shown } = await open(createMemoryVault())
    const file = (role: 'photo' | 'document', name: string, caption: string): MessageContent => ({
      kind: 'file',
      file: {
        fileId: 'f',
        key: keyOf(1),
        root: keyOf(1),
        sizeBytes: 1,
        mime: 'x/y',
        name,
        role,
        isViewOnce: false,
      },
      caption,
    })
    await core.receive(file('photo', '20251122_160059123.jpg', ''))
    await core.receive(file('photo', '20251122_160059123.jpg', MONEY))
    await core.receive(file('document', 'add me on snapchat.pdf', 'look'))
    await shown()
    expect(safety.asked.map(({ text: words }) => words)).toEqual([MONEY, 'look\nadd me on snapchat.pdf'])
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], ['money'], ['leave_platform']])
  })

  it('[S12] of a request of a stranger it is the same', async () => {
    const { core, shown } = await open(createMemoryVault())
    const [{ server }] = core.conversations() as [ReturnType<FakeCore['conversations']>[number]]
    core.change({ server: { ...server, state: 'request' } })
    await core.receive(text(MONEY))
    expect(await shown()).toEqual([[MONEY, ['money'], false]])
  })

  it('[S5] how long two people know each other goes by when it was said, on the clock of the server', async () => {
    const { core, clock, safety } = await open(createMemoryVault())
    core.change({ knownSinceMs: clock.nowMs() })
    await core.receive(text('one'), { sentAtMs: clock.nowMs() + 90 * MINUTE })
    await settle(400)
    expect(safety.asked[0]?.context?.minutesKnown).toBe(90)
  })

  it('[S12] in a group everybody has a memory of their own, and own words are heard by whoever speaks first later', async () => {
    const { core, safety, shown } = await open(createMemoryVault(), { kind: 'group' })
    await core.receive(text('do you have snapchat?'), { senderAccount: ALICE })
    await core.receive(text('i am 25 years old'))
    const other = 'cccccccc-0000-4000-8000-00000000000c' as typeof BOB
    await core.receive(text('i am 41 years old'), { senderAccount: other })
    await core.receive(text('do you have snapchat'), { senderAccount: other })
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], [], [], []])
    expect(safety.asked).toHaveLength(4)
  })
})

describe('what is changed', () => {
  it('[K4][S12] an edited message is looked at again, and its former words are told of no more', async () => {
    const { core, logged, shown } = await open(createMemoryVault())
    await core.receive(text(MONEY))
    await core.receive({ kind: 'edit', target: 1, text: FRIENDLY })
    expect(await shown()).toEqual([[FRIENDLY, [], false]])
    expect(await logged()).toEqual([])
    await core.receive({ kind: 'edit', target: 1, text: SNAP })
    expect(await shown()).toEqual([[SNAP, ['leave_platform'], false]])
    // Nobody edits what somebody else has written.
    await core.receive({ kind: 'edit', target: 1, text: FRIENDLY }, { senderAccount: ALICE })
    expect(await shown()).toEqual([[SNAP, ['leave_platform'], false]])
  })

  it('[K4][S16] a message that was taken back takes with it what was found, and what others were compared with', async () => {
    const vault = createMemoryVault()
    const { core, logged, shown, watch } = await open(vault)
    const said = await core.receive(text('i am 25 years old'))
    await core.receive(text('i am 41 years old'))
    await core.receive(text(MONEY))
    await shown()
    expect((await kept(vault))?.said).toHaveLength(2)
    await core.receive({ kind: 'unsend', target: 1 })
    await core.receive(undefined, { ...said, content: undefined })
    expect((await logged()).map(([flag]) => flag)).toEqual(['money'])
    const record = await kept(vault)
    expect(JSON.stringify(record)).not.toContain('25 years')
    expect(watch.mutedOf(CONVERSATION)).toEqual([])
  })

  it('[K5] what is older than 30 days is gone, with every quote of it', async () => {
    const vault = createMemoryVault()
    const { clock, core, logged } = await open(vault)
    await core.receive(text('i am 25 years old'))
    await logged()
    await clock.advance(29 * DAY)
    await core.receive(text('i am 41 years old'))
    await core.receive(text(MONEY))
    expect((await logged()).map(([flag]) => flag).toSorted()).toEqual(['inconsistent', 'money'])
    await clock.advance(2 * DAY)
    expect((await logged()).map(([flag]) => flag)).toEqual(['money'])
    expect(JSON.stringify(await kept(vault))).not.toContain('25 years')
    await clock.advance(31 * DAY)
    expect(await logged()).toEqual([])
  })

  it('[K5] a timer that is over, and a file that is seen once, take it with them', async () => {
    const vault = createMemoryVault()
    const { clock, core, logged, open: see } = await open(vault)
    core.change({ timerSeconds: 60 })
    await core.receive(text(MONEY))
    const once = await core.receive({
      kind: 'file',
      file: {
        fileId: 'f',
        key: keyOf(1),
        root: keyOf(1),
        sizeBytes: 1,
        mime: 'x/y',
        name: 'a',
        role: 'photo',
        isViewOnce: true,
      },
      caption: SNAP,
    })
    expect(await logged()).toHaveLength(2)
    await see(once)
    expect((await logged()).map(([flag]) => flag)).toEqual(['money'])
    core.change({ readPosition: 2 })
    await settle(200)
    await clock.advance(61 * SECOND)
    expect(await logged()).toEqual([])
  })

  it('[K5] with the history of a conversation everything goes, and what comes next is looked at', async () => {
    const vault = createMemoryVault()
    const { core, deleteHistory, logged, shown, watch } = await open(vault)
    await core.receive(text('i am 25 years old'))
    await core.receive(text(MONEY))
    await shown()
    await watch.muteFlag(CONVERSATION, 'leave_platform', true)
    await deleteHistory()
    expect(await kept(vault)).toEqual({
      checkedTo: 2,
      late: [],
      states: {},
      said: [],
      notes: [],
      muted: ['leave_platform'],
    })
    await core.receive(text(SNAP))
    await core.receive(text(MONEY))
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], ['money']])
    expect((await logged()).map(([flag]) => flag).toSorted()).toEqual(['leave_platform', 'money'])
  })
})

describe('what a person wants', () => {
  it('[S12] ignored is told of no more and in the log as ignored; muted is not told in this conversation, and comes back', async () => {
    const { core, logged, shown, watch } = await open(createMemoryVault())
    await core.receive(text(MONEY))
    await core.receive(text(MONEY))
    await shown()
    expect(await watch.ignoreFinding(CONVERSATION, 1, 'money')).toEqual({ ok: true, value: true })
    expect(await watch.ignoreFinding(CONVERSATION, 1, 'threat')).toMatchObject({ code: 'NOT_FOUND' })
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], ['money']])
    expect((await logged()).map(([, , state]) => state)).toEqual(['ignored', 'open'])
    await watch.muteFlag(CONVERSATION, 'money', true)
    expect(watch.mutedOf(CONVERSATION)).toEqual(['money'])
    await core.receive(text(MONEY))
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], [], []])
    expect(await logged()).toHaveLength(3)
    await watch.muteFlag(CONVERSATION, 'money', false)
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], ['money'], ['money']])
  })

  it('[S14] switched off nothing is asked and nothing noted, also later; what was found stays until it is cleared', async () => {
    const vault = createMemoryVault()
    const { core, logged, safety, shown, watch } = await open(vault)
    await core.receive(text(MONEY))
    await shown()
    safety.choice.set({ isOn: false, countries: [] })
    await core.receive(text(SNAP))
    await core.receive({ kind: 'edit', target: 1, text: FRIENDLY })
    await watch.noteCallFindings('c' as CallId, 'robin', 1, [])
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], []])
    safety.choice.set({ isOn: true, countries: [] })
    await core.receive(text(MONEY))
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], [], ['money']])
    expect(safety.asked).toHaveLength(2)
    await watch.clearSafetyLog()
    expect(await logged()).toEqual([])
    expect((await shown()).map(([, flags]) => flags)).toEqual([[], [], []])
  })

  it('[S16] what was found in a call is in the log for 30 days, newest first, over lives', async () => {
    const vault = createMemoryVault()
    const first = await open(vault)
    await first.core.receive(text(MONEY))
    await first.clock.advance(MINUTE)
    const found = await first.watch.safetyLog()
    const finding = found.ok ? found.value[0]?.finding : undefined
    if (!finding) throw new Error('nothing was found')
    await first.watch.noteCallFindings('call-1' as CallId, 'robin', first.clock.nowMs(), [
      { finding, quote: 'gift cards' },
    ])
    first.watch.stop()
    const { clock, watch } = await open(vault, { clock: first.clock, lastPosition: 1 })
    expect(await watch.safetyLog()).toMatchObject({
      value: [
        { source: { kind: 'call', callId: 'call-1' }, handle: 'robin', quote: 'gift cards', state: 'open' },
        { source: { kind: 'conversation', position: 1 }, handle: 'bob' },
      ],
    })
    await clock.advance(31 * DAY)
    await settle(200)
    expect(await watch.safetyLog()).toEqual({ ok: true, value: [] })
  })
})
