import { createFakeClock, createFakeLog, settle } from '@visavis/testkit'
import { DAY, HOUR } from '@visavis/ports'
import { afterEach, expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import type { Vault } from '../../vault/types.ts'
import { NO_FILES } from '../files-port.ts'
import type { ConversationView, Message } from '../types.ts'
import { createLocalSafety } from '../safety/sim/local-safety.ts'
import { openSafetyWatch } from '../safety/safety-watch.ts'
import { createFeed } from './feed.ts'
import type { Feed } from './feed-types.ts'
import { createRowStore } from './rows.ts'
import { searchMessages } from './search.ts'
import { WINDOW_MAX } from './window.ts'
import { ALICE, ALICES_DEVICE, BOB, CONVERSATION, createFakeCore, type FakeCore } from './sim/fake-core.ts'

/** Alice's device with one conversation, over a vault in memory that counts what is read of it. */
const opened: Feed[] = []
async function open(vault: Vault = createMemoryVault(), options: { readonly sendsRead?: boolean } = {}) {
  const clock = createFakeClock()
  const counted = countReads(vault)
  const core = createFakeCore(counted.vault, () => clock.nowMs())
  const log = createFakeLog()
  const forgotten: string[] = []
  const handleOf = (accountId: string) => (accountId === ALICE ? 'alice' : 'bob')
  const safety = await openSafetyWatch({
    clock,
    log,
    vault,
    me: ALICE,
    store: createRowStore(vault),
    safety: createLocalSafety(),
    serverNowMs: () => clock.nowMs(),
    conversations: () => core.conversations(),
    handleOf,
    changed: () => {},
  })
  const feed = createFeed({
    clock,
    log,
    core,
    vault: counted.vault,
    transfers: { ...NO_FILES, forget: async (messageId) => void forgotten.push(messageId) },
    me: ALICE,
    deviceId: ALICES_DEVICE,
    serverNowMs: () => clock.nowMs(),
    handleOf,
    safety,
    sendsRead: () => options.sendsRead ?? true,
    isHeld: () => false,
    changed: () => {},
  })
  opened.push(feed)
  core.on(feed.handle)
  await feed.start()
  let last: ConversationView | undefined
  let views = 0
  const watch = async () => {
    const leave = feed.watch(CONVERSATION, (view) => {
      last = view
      views += 1
    })
    await settle(8)
    return leave
  }
  const view = (): ConversationView => {
    if (!last) throw new Error('no view yet')
    return last
  }
  return { clock, core, feed, forgotten, log, vault, reads: counted.reads, watch, view, views: () => views }
}
afterEach(() => {
  for (const feed of opened.splice(0)) feed.stop()
})

function countReads(vault: Vault): { readonly vault: Vault; readonly reads: () => number } {
  let reads = 0
  return {
    reads: () => reads,
    vault: {
      ...vault,
      get: (...given) => {
        reads += 1
        return vault.get(...given)
      },
      list: async (range) => {
        const found = await vault.list(range)
        reads += found.length
        return found
      },
    },
  }
}

const text = (words: string) => ({ kind: 'text', text: words }) as const
const own = { senderAccount: ALICE, senderDevice: ALICES_DEVICE }
const at = (view: ConversationView, position: number): Message => {
  const message = view.messages.find((each) => each.position === position)
  if (!message) throw new Error('not in view')
  return message
}
async function fill(core: FakeCore, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await core.receive(text(`message ${n}`))
}

it('[K8] a conversation opens with its 60 newest messages and grows by 60 towards the older', async () => {
  const { core, feed, watch, view } = await open()
  await fill(core, 150)
  await watch()
  expect(view().messages.map(({ position }) => position)).toEqual(Array.from({ length: 60 }, (_, n) => 91 + n))
  expect(view()).toMatchObject({ hasEarlier: true, isAtEnd: true, unreadFrom: 1 })
  await feed.view(CONVERSATION)?.loadEarlier()
  await settle()
  expect(view().messages[0]?.position).toBe(31)
  await feed.view(CONVERSATION)?.loadEarlier()
  await settle()
  expect(view().messages).toHaveLength(150)
  expect(view().hasEarlier).toBe(false)
})

it('[K8] after a jump the later messages come step by step, down to the newest', async () => {
  const { core, feed, watch, view } = await open()
  await fill(core, 300)
  await watch()
  await feed.view(CONVERSATION)?.jumpTo(100)
  await settle()
  expect(view().messages.at(-1)?.position).toBe(130)
  await feed.view(CONVERSATION)?.loadLater()
  await settle()
  expect(view()).toMatchObject({ isAtEnd: false })
  expect(view().messages.map(({ position }) => position)).toEqual(Array.from({ length: 120 }, (_, n) => 71 + n))
  for (let step = 0; step < 3; step += 1) await feed.view(CONVERSATION)?.loadLater()
  await settle()
  expect(view().messages.at(-1)?.position).toBe(300)
  expect(view().isAtEnd).toBe(true)
  await core.receive(text('late'))
  await settle()
  expect(view().messages.at(-1)?.text).toBe('late')
})

it('[K8] of ten thousand messages only so many are held, whichever way one goes, without a hole or a repetition', async () => {
  const { core, feed, watch, view, views } = await open()
  await fill(core, 2_000)
  await watch()
  const positions = () => view().messages.map(({ position }) => position ?? 0)
  const isWhole = () => positions().every((position, n, all) => n === 0 || position === (all[n - 1] ?? 0) + 1)
  for (let step = 0; step < 20; step += 1) await feed.view(CONVERSATION)?.loadEarlier()
  await settle()
  expect(positions()).toHaveLength(WINDOW_MAX)
  expect(positions()[0]).toBe(2_000 - 60 * 21 + 1)
  expect(view()).toMatchObject({ isAtEnd: false, hasEarlier: true })
  expect(isWhole()).toBe(true)
  // Growing at one end and letting go of the other are two views: a list keeps its place through one change at a time.
  const before = views()
  await feed.view(CONVERSATION)?.loadLater()
  await settle()
  expect(views() - before).toBe(2)
  for (let step = 0; step < 20; step += 1) await feed.view(CONVERSATION)?.loadLater()
  await settle()
  expect(positions()).toHaveLength(WINDOW_MAX)
  expect(positions().at(-1)).toBe(2_000)
  expect(isWhole()).toBe(true)
  expect(view()).toMatchObject({ isAtEnd: true, hasEarlier: true })
})

it('[K5] what vanishes while older messages are on screen does not lead away from them', async () => {
  const { clock, core, feed, watch, view } = await open()
  core.change({ timerSeconds: 60 })
  await fill(core, 300)
  await feed.markRead(CONVERSATION, 300)
  await watch()
  await feed.view(CONVERSATION)?.jumpTo(100)
  core.change({ timerSeconds: 0 })
  await core.receive(text('stays'))
  await settle()
  const shown = view().messages.length
  expect(shown).toBeGreaterThan(0)
  await clock.advance(61_000)
  await settle(8)
  expect(view().messages).toHaveLength(0)
  expect(view().isAtEnd).toBe(false)
})

it('[K4][K5] a message whose record cannot be read keeps its place and says so; the others are shown', async () => {
  const { core, feed, vault, watch, view } = await open()
  await fill(core, 3)
  await vault.write([
    { shelf: 'messages', key: [CONVERSATION, 2], value: { senderAccount: BOB, sentAtMs: 5, content: 7 } },
  ])
  await watch()
  expect(view().messages.map(({ kind }) => kind)).toEqual(['text', 'refused', 'text'])
  expect(at(view(), 2)).toMatchObject({ senderHandle: 'bob', atMs: 5, code: 'E2EE_OPEN_FAILED', canReport: false })
  expect(await feed.store.record(CONVERSATION, 2)).toBeUndefined()
})

it('[K8] jumping leads to an older message and back to the newest', async () => {
  const { core, feed, watch, view } = await open()
  await fill(core, 300)
  await watch()
  await feed.view(CONVERSATION)?.jumpTo(100)
  await settle()
  expect(at(view(), 100).text).toBe('message 100')
  expect(view()).toMatchObject({ isAtEnd: false, hasEarlier: true })
  await core.receive(text('late'))
  await settle()
  expect(view().messages.some(({ position }) => position === 301)).toBe(false)
  await feed.view(CONVERSATION)?.jumpToEnd()
  await settle()
  expect(view().messages.at(-1)).toMatchObject({ text: 'late', position: 301 })
})

it('[K8] an incoming message reads nothing of the conversation again, however long it is', async () => {
  const { core, watch, view, reads, views } = await open()
  await fill(core, 1_000)
  await watch()
  await settle()
  const before = reads()
  const shown = views()
  for (let n = 0; n < 20; n += 1) await core.receive(text(`new ${n}`))
  await settle()
  expect(reads() - before).toBe(0)
  expect(view().messages.at(-1)?.text).toBe('new 19')
  expect(views()).toBeGreaterThan(shown)
})

it('[K4] a message that is stored after a later one is shown at its place', async () => {
  const { core, watch, view } = await open()
  await core.receive(text('one'))
  await watch()
  await core.receive(text('mine'), { ...own, position: 3 })
  await core.receive(text('two'), { position: 2 })
  await settle()
  expect(view().messages.map((each) => each.text)).toEqual(['one', 'two', 'mine'])
})

it('[K8] an edit, a reaction and an unsending act on their message and have no line of their own', async () => {
  const { core, feed, watch, view } = await open()
  await core.receive(text('hello'))
  await core.receive(text('bye'))
  await watch()
  await core.receive({ kind: 'edit', target: 1, text: 'hello!' })
  await core.receive({ kind: 'reaction', target: 1, emoji: '🎉' }, own)
  await settle(8)
  expect(view().messages).toHaveLength(2)
  expect(at(view(), 1)).toMatchObject({ text: 'hello!', isEdited: true })
  expect(at(view(), 1).reactions).toEqual([{ emoji: '🎉', handles: ['alice'], mine: true }])
  await core.receive({ kind: 'reaction', target: 1, emoji: '' }, own)
  await core.receive({ kind: 'unsend', target: 2 })
  await settle(8)
  expect(at(view(), 1).reactions).toEqual([])
  expect(at(view(), 2)).toMatchObject({ kind: 'unsent', text: '' })
  expect(feed.brief(CONVERSATION).last?.effects.isUnsent).toBe(true)
})

it('[K8] nobody edits or unsends what somebody else wrote', async () => {
  const { core, watch, view } = await open()
  await core.receive(text('hello'))
  await watch()
  await core.receive({ kind: 'edit', target: 1, text: 'forged' }, own)
  await core.receive({ kind: 'unsend', target: 1 }, own)
  await settle(8)
  expect(at(view(), 1)).toMatchObject({ text: 'hello', isEdited: false, kind: 'text' })
})

it('[K4] what was stored but not worked out before a crash is worked out at the next start', async () => {
  const vault = createMemoryVault()
  const first = await open(vault)
  await first.core.receive(text('hello'))
  first.feed.stop()
  const second = await open(vault)
  // The core stores; the tab dies before anybody hears of it.
  second.feed.stop()
  await second.core.receive(text('hello'), { position: 1 })
  await second.core.receive({ kind: 'edit', target: 1, text: 'hello there' }, { position: 2 })
  const third = await open(vault)
  third.core.change({ lastPosition: 2 })
  await settle(8)
  await third.watch()
  expect(at(third.view(), 1).text).toBe('hello there')
})

it('[K8] a reply quotes a message that is far outside what is loaded', async () => {
  const { core, watch, view } = await open()
  await core.receive(text('the first of all'))
  await fill(core, 100)
  await core.receive({ kind: 'text', text: 'see above', replyTo: 1 })
  await watch()
  expect(view().messages.at(-1)?.replyTo).toEqual({ position: 1, handle: 'bob', text: 'the first of all' })
})

it('[K3] own messages go from sending to sent, delivered and read', async () => {
  const { core, watch, view } = await open()
  await core.send(CONVERSATION, text('hi'))
  await watch()
  expect(view().messages.at(-1)).toMatchObject({ text: 'hi', state: 'sending' })
  await core.discard(core.outboxOf(CONVERSATION)[0]?.messageId ?? ('' as never))
  await core.receive(text('hi'), own)
  await settle()
  expect(at(view(), 1).state).toBe('sent')
  core.change({ deliveredTo: { [BOB]: 1 } })
  await settle()
  expect(at(view(), 1).state).toBe('delivered')
  core.change({ readBy: { [BOB]: 1 } })
  await settle()
  expect(at(view(), 1).state).toBe('read')
})

it('[K3] reading is counted here, and told once a second by one receipt', async () => {
  const { clock, core, feed } = await open()
  await fill(core, 5)
  expect(feed.brief(CONVERSATION).unread).toBe(5)
  await feed.markRead(CONVERSATION, 2)
  await feed.markRead(CONVERSATION, 4)
  await settle()
  expect(feed.brief(CONVERSATION).unread).toBe(1)
  await clock.advance(1_000)
  await settle()
  expect(core.sent).toEqual([{ content: { kind: 'read', upTo: 4 }, held: false }])
  await feed.markRead(CONVERSATION, 3)
  await clock.advance(5_000)
  expect(core.sent).toHaveLength(1)
})

it('[K3] whoever has switched receipts off, or has not accepted the request, tells nothing', async () => {
  const off = await open(createMemoryVault(), { sendsRead: false })
  await fill(off.core, 1)
  await off.feed.markRead(CONVERSATION, 1)
  await off.clock.advance(2_000)
  expect(off.core.sent).toEqual([])
  const asked = await open()
  const [record] = asked.core.conversations()
  if (record) asked.core.change({ server: { ...record.server, state: 'request' } })
  await fill(asked.core, 1)
  await asked.feed.markRead(CONVERSATION, 1)
  await asked.clock.advance(2_000)
  expect(asked.core.sent).toEqual([])
})

it('[K3] typing is shown for five seconds, or until the message is there', async () => {
  const { clock, core, watch, view } = await open()
  await watch()
  core.emit({ kind: 'typing', conversationId: CONVERSATION, accountId: BOB })
  await settle()
  expect(view().typing).toEqual(['bob'])
  await clock.advance(5_000)
  expect(view().typing).toEqual([])
  core.emit({ kind: 'typing', conversationId: CONVERSATION, accountId: BOB })
  await core.receive(text('there'))
  await settle()
  expect(view().typing).toEqual([])
})

it('[K5] after 30 days nothing of a message is left on the device', async () => {
  const { clock, core, vault, watch, view } = await open()
  await core.receive(text('old'))
  await core.receive({ kind: 'reaction', target: 1, emoji: '🎉' })
  await clock.advance(29 * DAY)
  await core.receive(text('young'))
  await watch()
  expect(view().messages).toHaveLength(2)
  await clock.advance(DAY + HOUR)
  await settle(8)
  expect(view().messages.map((each) => each.text)).toEqual(['young'])
  const left = await vault.list({ shelf: 'messages', prefix: [CONVERSATION], from: 1 })
  expect(left.map(({ key }) => key[1])).toEqual([3])
})

it('[K5] after 30 days what cannot be read goes with what came after it', async () => {
  const { clock, core, vault } = await open()
  await fill(core, 3)
  await vault.write(
    [1, 2].map((position) => ({ shelf: 'messages', key: [CONVERSATION, position], value: 'half a record' })),
  )
  await clock.advance(31 * DAY)
  await settle(8)
  expect(await vault.list({ shelf: 'messages', prefix: [CONVERSATION] })).toEqual([])
})

it('[K5] with a timer a message goes out of sight after it was read; its evidence stays for a report', async () => {
  const { clock, core, feed, vault, watch, view } = await open()
  core.change({ timerSeconds: 60 })
  await core.receive(text('secret'))
  await watch()
  await feed.markRead(CONVERSATION, 1)
  await settle(8)
  await clock.advance(59_000)
  expect(view().messages).toHaveLength(1)
  await clock.advance(2_000)
  await settle(8)
  expect(view().messages).toEqual([])
  const record = await vault.get('messages', [CONVERSATION, 1])
  expect(record).toMatchObject({ evidence: { body: Uint8Array.of(1) } })
  expect(record).not.toHaveProperty('content')
})

it('[K5] deleting the history by hand leaves nothing, evidence included', async () => {
  const { core, feed, vault, watch, view } = await open()
  await fill(core, 500)
  await watch()
  await feed.deleteHistory(CONVERSATION)
  await settle(8)
  expect(view().messages).toEqual([])
  expect(feed.brief(CONVERSATION)).toEqual({ last: undefined, unread: 0 })
  expect(await vault.list({ shelf: 'messages', prefix: [CONVERSATION], from: 1 })).toEqual([])
})

it('[K8] a view-once file is gone after it was looked at, but for the fact that it was there', async () => {
  const { core, feed, watch, view } = await open()
  const file = {
    fileId: 'f',
    key: new Uint8Array(32),
    root: new Uint8Array(32),
    sizeBytes: 9,
    mime: 'image/jpeg',
    name: 'a.jpg',
    role: 'photo',
    isViewOnce: true,
    preview: Uint8Array.of(1),
  } as const
  const record = await core.receive({ kind: 'file', file, caption: '' })
  await watch()
  expect(at(view(), 1).file).toMatchObject({ isViewOnce: true, isOpened: false })
  expect(at(view(), 1).file?.preview).toBeUndefined()
  await feed.opened(CONVERSATION, record)
  await settle()
  expect(at(view(), 1)).toMatchObject({ kind: 'photo', file: { isOpened: true, name: 'a.jpg' } })
  expect((await feed.store.record(CONVERSATION, 1))?.content).toBeUndefined()
})

it('[K10] a changed key is a line in the conversation, after what came before it', async () => {
  const { core, feed, watch, view } = await open()
  await core.receive(text('hello'))
  await watch()
  await feed.keyChanged(CONVERSATION, BOB)
  await core.receive(text('it is me'))
  await settle()
  expect(view().messages.map(({ notice, text: words }) => notice ?? words)).toEqual([
    'hello',
    { kind: 'key-changed', handle: 'bob' },
    'it is me',
  ])
})

it('[K8] search finds every word in any case and without diacritics, edited text included, newest first', async () => {
  const { core, feed } = await open()
  await core.receive(text('Crème brûlée in Ångström'))
  await core.receive(text('nothing here'))
  await core.receive(text('angstrom units'))
  await core.receive(text('gone angstrom'))
  await core.receive({ kind: 'unsend', target: 4 })
  await core.receive({ kind: 'edit', target: 2, text: 'an ANGSTROM after all' })
  await settle(8)
  const places = [{ conversationId: CONVERSATION, lastMs: 0 }]
  const find = async (words: string) =>
    (await searchMessages(feed.store, places, words, () => true)).map(({ position }) => position)
  expect(await find('ångström')).toHaveLength(3)
  expect(await find('BRULEE creme')).toEqual([1])
  expect(await find('a')).toEqual([])
  await fill(core, 250)
  expect(await find('message')).toHaveLength(100)
})
