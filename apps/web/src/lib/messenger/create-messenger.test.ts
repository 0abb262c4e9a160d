import { openAndVerifyReport } from '@visavis/e2ee'
import { fromB64, type AccountId, type CallId, type ConversationId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { FileTransfers } from './files-port.ts'
import { createFakeFiles } from './people/sim/fake-files.ts'
import { agreeToShare } from './people/sim/agreeing.ts'
import { createPeopleWorld, STAMP_KEY, type Page, type PeopleWorld } from './people/sim/people-world.ts'
import type { ConversationView, Message } from './types.ts'

/**
 * Whole messengers with the real core and real encryption, before a server in memory that keeps the rules of the wire's
 * SPEC and stamps as the real one does.
 */
function watch(page: Page, conversationId: ConversationId) {
  let view: ConversationView | undefined
  const leave = page.messenger.watch(conversationId, (next) => (view = next))
  const messages = (): readonly Message[] => view?.messages.filter(({ kind }) => kind !== 'notice') ?? []
  return { leave, messages, texts: () => messages().map(({ text }) => text), view: () => view }
}

async function ready(world: PeopleWorld, page: Page): Promise<void> {
  await world.until(() => page.phase() === 'ready')
  page.connect()
}

async function pair(files: Partial<Record<'alice' | 'bob', FileTransfers>> = {}) {
  const world = createPeopleWorld()
  const [alice, bob] = [world.addAccount('alice'), world.addAccount('bob')]
  const browsers = { alice: world.addBrowser(alice), bob: world.addBrowser(bob) }
  const pages = { alice: browsers.alice.open(files.alice), bob: browsers.bob.open(files.bob) }
  await ready(world, pages.alice)
  await ready(world, pages.bob)
  const id = world.addConversation([alice, bob])
  const views = { alice: watch(pages.alice, id), bob: watch(pages.bob, id) }
  await world.until(() => Object.values(pages).every((page) => page.messenger.snapshot().conversations.length === 1))
  return { world, accounts: { alice, bob }, browsers, pages, id, views }
}

async function say(page: Page, id: ConversationId, text: string, replyTo?: number): Promise<void> {
  expect(await page.messenger.sendText(id, text, replyTo)).toMatchObject({ ok: true })
}

const contactOf = (page: Page, accountId: AccountId) =>
  page.messenger.snapshot().contacts.find((contact) => contact.accountId === accountId)

it('[K9] the first device of an account registers itself; a page that comes later binds its session to it', async () => {
  const world = createPeopleWorld()
  const alice = world.addAccount('alice')
  const browser = world.addBrowser(alice)
  const first = browser.open()
  expect(first.phase()).toBe('opening')
  await ready(world, first)
  const deviceId = first.deviceId()
  expect(first.messenger.snapshot().me).toEqual({ accountId: alice, deviceId, handle: 'alice' })
  first.tell({ kind: 'elsewhere' })
  expect(first.phase()).toBe('elsewhere')
  const second = browser.open()
  await ready(world, second)
  expect(second.deviceId()).toBe(deviceId)
  expect(world.calls.filter((name) => name === 'registerDevice')).toHaveLength(1)
})

it('[K9] another browser of the account is unlinked, and becomes a device by the code the first one reads', async () => {
  const { world, accounts, pages, id } = await pair()
  await say(pages.alice, id, 'before')
  const phone = world.addBrowser(accounts.alice).open()
  await world.until(() => phone.phase() === 'unlinked')
  expect(await phone.messenger.sendText(id, 'too early')).toEqual({ ok: false, code: 'DEVICE_REQUIRED' })
  let outcome: unknown
  const link = await phone.messenger.openLink('Phone', (result) => (outcome = result))
  if (!link.ok) throw new Error(link.code)
  const read = await pages.alice.messenger.readLinkCode(link.value.qr)
  expect(read).toEqual({ ok: true, value: { check: link.value.check } })
  expect(await pages.alice.messenger.readLinkCode('nonsense')).toMatchObject({ ok: false })
  expect(await pages.alice.messenger.confirmLink(link.value.qr)).toEqual({ ok: true, value: true })
  await world.until(() => outcome !== undefined)
  expect(outcome).toEqual({ ok: true, value: true })
  await ready(world, phone)
  const view = watch(phone, id)
  await world.until(() => phone.messenger.snapshot().conversations.some((each) => !each.isSecuring))
  await say(pages.bob, id, 'to both of you')
  await world.until(() => view.texts().includes('to both of you'))
  expect(await phone.messenger.devices()).toMatchObject({
    ok: true,
    value: [{ isThisOne: false }, { isThisOne: true }],
  })
})

it('[K9] a device that was revoked forgets everything it kept', async () => {
  const { world, pages, id } = await pair()
  await say(pages.alice, id, 'secret')
  const deviceId = pages.alice.deviceId()
  if (!deviceId) throw new Error('no device')
  expect(await pages.alice.messenger.revokeDevice(deviceId)).toEqual({ ok: true, value: true })
  await world.until(() => pages.alice.phase() === 'unlinked')
  expect(pages.alice.messenger.snapshot().conversations).toEqual([])
})

it('[K11] under the app lock nothing is shown or sent until the passphrase comes', async () => {
  const { world, browsers, pages, id, views } = await pair()
  await say(pages.alice, id, 'hello')
  await world.until(() => views.bob.texts().includes('hello'))
  expect(await pages.bob.messenger.setLock('correct horse')).toEqual({ ok: true, value: true })
  pages.bob.messenger.lock()
  await world.until(() => pages.bob.phase() === 'locked')
  expect(pages.bob.messenger.snapshot()).toMatchObject({ conversations: [], contacts: [] })
  expect(await pages.bob.messenger.sendText(id, 'x')).toEqual({ ok: false, code: 'VAULT_LOCKED' })
  expect(await pages.bob.messenger.unlock('wrong')).toMatchObject({ ok: false, code: 'VAULT_LOCKED' })
  await say(pages.alice, id, 'meanwhile')
  expect(await pages.bob.messenger.unlock('correct horse')).toEqual({ ok: true, value: true })
  await ready(world, pages.bob)
  await world.until(() => views.bob.texts().includes('meanwhile'))
  expect(views.bob.texts()).toEqual(['hello', 'meanwhile'])
  pages.bob.messenger.lock()
  const page = browsers.bob.open()
  await world.until(() => page.phase() === 'locked')
  await page.messenger.wipe()
  expect(page.phase()).toBe('off')
})

it('[K1] two people write to each other: once, in order, with delivery, reading, reply, edit and reaction', async () => {
  const { world, pages, id, views } = await pair()
  await say(pages.alice, id, 'hello bob')
  await world.until(() => views.bob.texts().includes('hello bob'))
  expect(pages.bob.messenger.snapshot()).toMatchObject({ unread: 1 })
  expect(pages.bob.messenger.snapshot().conversations[0]).toMatchObject({
    title: 'alice',
    unread: 1,
    last: { text: 'hello bob', kind: 'text', fromMe: false },
  })
  pages.bob.messenger.markRead(id, 1)
  await world.until(() => views.alice.messages()[0]?.state === 'read')
  expect(pages.bob.messenger.snapshot().unread).toBe(0)
  await say(pages.bob, id, 'hi!', 1)
  await world.until(() => views.alice.texts().includes('hi!'))
  expect(views.alice.messages().at(-1)?.replyTo).toMatchObject({ handle: 'alice', text: 'hello bob' })
  expect(await pages.alice.messenger.edit(id, 1, 'hello, Bob')).toMatchObject({ ok: true })
  expect(await pages.bob.messenger.react(id, 1, '👋')).toMatchObject({ ok: true })
  await world.until(() => views.bob.texts()[0] === 'hello, Bob' && views.bob.messages()[0]?.reactions.length === 1)
  expect(views.bob.messages()[0]).toMatchObject({ text: 'hello, Bob' })
  expect(await pages.bob.messenger.edit(id, 1, 'mine now')).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(await pages.bob.messenger.unsend(id, 1)).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(pages.alice.log.lines.filter(({ level }) => level === 'error')).toEqual([])
})

it('[K4] what is written without a connection waits, outlives the page and arrives once', async () => {
  const { world, browsers, pages, id, views } = await pair()
  await say(pages.alice, id, 'one')
  await world.until(() => views.bob.texts().includes('one'))
  pages.alice.cut()
  await say(pages.alice, id, 'two')
  await world.until(() => views.alice.messages().at(-1)?.state === 'sending')
  pages.alice.tell({ kind: 'elsewhere' })
  const page = browsers.alice.open()
  await ready(world, page)
  await world.until(() => views.bob.texts().includes('two'))
  expect(views.bob.texts()).toEqual(['one', 'two'])
})

it('[T2] a report opens the chosen messages only, shows that others stand between, and is verified', async () => {
  const { world, accounts, pages, id, views } = await pair()
  for (const text of ['first insult', 'private confession', 'hi', 'second insult']) {
    await say(text === 'private confession' ? pages.bob : pages.alice, id, text)
    await world.until(() => views.bob.texts().includes(text) && views.alice.texts().includes(text))
  }
  await pages.alice.messenger.edit(id, 3, 'worse than the first')
  await world.until(() => views.bob.texts().includes('worse than the first'))
  expect(await pages.bob.messenger.report(id, [1, 3], 'hate', 'please look')).toMatchObject({ ok: true })
  const [report] = world.reports
  const verdict = await openAndVerifyReport({
    privateKey: (await world.reportKeys).privateKey,
    sealed: fromB64(report?.sealed ?? '') ?? new Uint8Array(),
    reporter: accounts.bob,
    conversationId: id,
    stampKey: async () => STAMP_KEY,
    nowMs: world.clock.nowMs(),
  })
  expect(verdict).toMatchObject({ isVerified: true, faults: [] })
  expect(verdict.entries.map(({ stamped, content }) => [stamped.position, content?.kind])).toEqual([
    [1, 'text'],
    [2, undefined],
    [3, 'text'],
    [4, undefined],
    [5, 'edit'],
  ])
  expect(JSON.stringify(report)).not.toContain('confession')
})

it('[T2] a report of nothing, of too much or of what is not there is refused before anything is sent', async () => {
  const { world, pages, id, views } = await pair()
  await say(pages.alice, id, 'hello')
  await world.until(() => views.bob.texts().includes('hello'))
  const { messenger } = pages.bob
  for (const positions of [[], [0], [1.5], [7], [1, 41], Array.from({ length: 41 }, (_, n) => n + 1)]) {
    expect(await messenger.report(id, positions, 'hate')).toEqual({ ok: false, code: 'WIRE_INVALID' })
  }
  expect(await messenger.report(id, [1], 'hate', 'x'.repeat(2_001))).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(world.reports).toEqual([])
})

it('[K10] both see the same safety code, and scanning it verifies the contact', async () => {
  const { world, accounts, pages } = await pair()
  await world.until(() => contactOf(pages.alice, accounts.bob) !== undefined)
  const mine = await pages.alice.messenger.safetyCode(accounts.bob)
  const theirs = await pages.bob.messenger.safetyCode(accounts.alice)
  if (!mine.ok || !theirs.ok) throw new Error('no code')
  expect(mine.value.digits).toBe(theirs.value.digits)
  expect(mine.value).toMatchObject({ trust: 'unverified' })
  const own = await pages.alice.messenger.markVerified(accounts.bob, mine.value.qr)
  expect(own).toEqual({ ok: false, code: 'DEVICE_OTHER_KEY' })
  expect(await pages.alice.messenger.markVerified(accounts.bob, 'a menu')).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(await pages.alice.messenger.markVerified(accounts.bob, theirs.value.qr)).toEqual({ ok: true, value: true })
  await world.until(() => contactOf(pages.alice, accounts.bob)?.trust === 'verified')
})

it('[K10] when a verified contact has another key, sending waits until the person accepts it', async () => {
  const { world, accounts, pages, id, views } = await pair()
  await say(pages.alice, id, 'hello')
  await world.until(() => views.bob.texts().includes('hello'))
  await pages.alice.messenger.safetyCode(accounts.bob)
  expect(await pages.alice.messenger.markVerified(accounts.bob)).toEqual({ ok: true, value: true })
  const phone = world.addBrowser(accounts.bob).open()
  await world.until(() => phone.phase() === 'unlinked')
  expect(await phone.messenger.startAfresh('Phone')).toEqual({ ok: true, value: true })
  await ready(world, phone)
  const view = watch(phone, id)
  await world.until(() => contactOf(pages.alice, accounts.bob)?.trust === 'changed')
  expect(views.alice.view()?.messages.some(({ notice }) => notice?.kind === 'key-changed')).toBe(true)
  await say(pages.alice, id, 'is that you?')
  await say(phone, id, 'new phone')
  await world.until(() => views.alice.texts().includes('new phone'))
  expect(view.texts()).not.toContain('is that you?')
  expect(await pages.alice.messenger.acceptNewKey(accounts.bob)).toEqual({ ok: true, value: true })
  await world.until(() => view.texts().includes('is that you?'))
  expect(contactOf(pages.alice, accounts.bob)?.trust).toBe('unverified')
})

it('[M17] a contact made in a call is marked when its key is the one that was named inside the call', async () => {
  const { world, accounts, pages, id } = await pair()
  const callId = '11111111-1111-4111-8111-111111111111' as CallId
  const key = await pages.bob.messenger.accountKey()
  expect(await pages.alice.messenger.keepInTouch(callId, true, key)).toEqual({ ok: true, value: true })
  const made = { callId, accountId: accounts.bob, handle: 'bob', conversationId: id }
  pages.alice.tell({ kind: 'frame', frame: { name: 'contact.made', id: 0, body: made } })
  await world.until(() => contactOf(pages.alice, accounts.bob)?.isMetInCall === true)
  const wrong = { ...made, accountId: accounts.alice }
  pages.bob.tell({ kind: 'frame', frame: { name: 'contact.made', id: 0, body: wrong } })
  await world.until(() => contactOf(pages.bob, accounts.alice) !== undefined)
  expect(contactOf(pages.bob, accounts.alice)?.isMetInCall).toBe(false)
})

it('[M17][K1] a contact made when the call was over, without any key from it, is a contact like any other', async () => {
  const world = createPeopleWorld()
  const [alice, bob] = [world.addAccount('alice'), world.addAccount('bob')]
  const pages = { alice: world.addBrowser(alice).open(), bob: world.addBrowser(bob).open() }
  await ready(world, pages.alice)
  await ready(world, pages.bob)
  const callId = '11111111-1111-4111-8111-111111111111' as CallId
  for (const page of Object.values(pages))
    expect(await page.messenger.keepInTouch(callId, true, undefined)).toMatchObject({ ok: true })
  const id = world.addConversation([alice, bob])
  const made = (accountId: AccountId, handle: string) =>
    ({ name: 'contact.made', id: 0, body: { callId, accountId, handle, conversationId: id } }) as const
  pages.alice.tell({ kind: 'frame', frame: made(bob, 'bob') })
  pages.bob.tell({ kind: 'frame', frame: made(alice, 'alice') })
  await world.until(() => contactOf(pages.alice, bob) !== undefined && contactOf(pages.bob, alice) !== undefined)
  expect(contactOf(pages.alice, bob)).toMatchObject({ trust: 'unverified', isMetInCall: false, conversationId: id })
  const views = { alice: watch(pages.alice, id), bob: watch(pages.bob, id) }
  await say(pages.alice, id, 'so here we are')
  await world.until(() => views.bob.texts().includes('so here we are'))
  await say(pages.bob, id, 'indeed')
  await world.until(() => views.alice.texts().includes('indeed'))
})

it('[K1] a group has a title that everybody sees', async () => {
  const { world, accounts, pages } = await pair()
  const created = await pages.alice.messenger.createGroup(' Friday ', [accounts.bob])
  if (!created.ok) throw new Error(created.code)
  const inBobs = () =>
    pages.bob.messenger.snapshot().conversations.find((each) => each.conversationId === created.value)
  await world.until(() => inBobs()?.title === 'Friday')
  expect(await pages.alice.messenger.createGroup('x'.repeat(81), [accounts.bob])).toMatchObject({ ok: false })
  expect(await pages.alice.messenger.createGroup('', [])).toEqual({ ok: false, code: 'WIRE_INVALID' })
})

it('[K8] drafts are kept until they are sent, and what cannot be sent is refused', async () => {
  const { world, pages, id } = await pair()
  const { messenger } = pages.alice
  const draft = () => messenger.snapshot().conversations.find((each) => each.conversationId === id)?.draft
  await world.until(() => draft() === '')
  messenger.saveDraft(id, 'well')
  await world.until(() => draft() === 'well')
  for (const text of ['', '   ', 'x'.repeat(16 * 1024 + 1)]) {
    expect(await messenger.sendText(id, text)).toEqual({ ok: false, code: 'WIRE_INVALID' })
  }
  expect(await messenger.sendText(id, 'x', -1)).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(await messenger.react(id, 99, '🎉')).toEqual({ ok: false, code: 'WIRE_INVALID' })
  const nowhere = '22222222-2222-4222-8222-222222222222' as ConversationId
  expect(await messenger.sendText(nowhere, 'x')).toEqual({ ok: false, code: 'CONVERSATION_UNKNOWN' })
  await say(pages.alice, id, 'well then')
  await world.until(() => draft() === '')
})

it('[K10] what waits to be sent when a verified key changes is held back as well', async () => {
  const { world, accounts, pages, id, views } = await pair()
  await say(pages.alice, id, 'hello')
  await world.until(() => views.bob.texts().includes('hello'))
  await pages.alice.messenger.safetyCode(accounts.bob)
  await pages.alice.messenger.markVerified(accounts.bob)
  pages.alice.cut()
  await say(pages.alice, id, 'only for you')
  const phone = world.addBrowser(accounts.bob).open()
  await world.until(() => phone.phase() === 'unlinked')
  await phone.messenger.startAfresh('Phone')
  await ready(world, phone)
  const view = watch(phone, id)
  pages.alice.connect()
  await world.until(() => contactOf(pages.alice, accounts.bob)?.trust === 'changed')
  await say(phone, id, 'hello from me')
  await world.until(() => views.alice.texts().includes('hello from me'))
  expect(view.texts()).toEqual(['hello from me'])
  expect(views.alice.messages().at(-1)).toMatchObject({ text: 'only for you', state: 'sending' })
  await pages.alice.messenger.acceptNewKey(accounts.bob)
  await world.until(() => view.texts().includes('only for you'))
  expect(view.texts()).toEqual(['hello from me', 'only for you'])
})

it('[K2] a file is shown while it goes up, sent when it is up, and opened by the other; view-once only once', async () => {
  const [mine, theirs] = [createFakeFiles(), createFakeFiles()]
  const { world, pages, id, views } = await pair({ alice: mine.files, bob: theirs.files })
  await agreeToShare(world, [pages.alice, pages.bob], id)
  const blob = new Blob(['a picture'], { type: 'image/jpeg' })
  const file = { blob, name: 'a.jpg', role: 'photo', isViewOnce: true } as const
  const sent = await pages.alice.messenger.sendFile(id, file, 'look')
  if (!sent.ok) throw new Error(sent.code)
  await world.until(() => views.alice.messages().length === 1)
  expect(views.alice.messages()[0]).toMatchObject({ kind: 'photo', text: 'look', state: 'sending' })
  mine.uploads.get(sent.value)?.({ ok: false, code: 'NETWORK_OFFLINE' })
  await world.until(() => views.alice.messages()[0]?.state === 'failed')
  expect(views.alice.messages()[0]?.code).toBe('NETWORK_OFFLINE')
  await pages.alice.messenger.retry(sent.value)
  const descriptor = {
    fileId: '33333333-3333-4333-8333-333333333333',
    key: new Uint8Array(32).fill(1),
    root: new Uint8Array(32).fill(2),
    sizeBytes: blob.size,
    mime: 'image/jpeg',
    name: 'a.jpg',
    role: 'photo',
    isViewOnce: true,
  } as const
  mine.uploads.get(sent.value)?.({ ok: true, value: descriptor })
  await world.until(() => views.bob.messages().length === 1)
  theirs.blobs.set(sent.value, blob)
  const position = views.bob.messages()[0]?.position ?? 0
  expect(await pages.bob.messenger.fileOf(id, position)).toMatchObject({ ok: true })
  await world.until(() => views.bob.messages()[0]?.file?.isOpened === true)
  expect(theirs.forgotten).toEqual([sent.value])
  expect(await pages.bob.messenger.fileOf(id, position)).toEqual({ ok: false, code: 'FILE_GONE' })
  const empty = { ...file, blob: new Blob([]) }
  expect(await pages.alice.messenger.sendFile(id, empty, '')).toEqual({ ok: false, code: 'WIRE_INVALID' })
})

it('[K2] a file that is not up yet can be taken back', async () => {
  const mine = createFakeFiles()
  const { world, pages, id, views } = await pair({ alice: mine.files })
  await agreeToShare(world, [pages.alice, pages.bob], id)
  const file = { blob: new Blob(['x']), name: 'x.txt', role: 'document', isViewOnce: false } as const
  const sent = await pages.alice.messenger.sendFile(id, file, '')
  if (!sent.ok) throw new Error(sent.code)
  await world.until(() => views.alice.messages().length === 1)
  await pages.alice.messenger.cancelTransfer(id, sent.value)
  await world.until(() => views.alice.messages().length === 0)
  expect(views.bob.messages()).toEqual([])
})

it('[K9] without a network the messenger says so, and is ready as soon as there is one', async () => {
  const world = createPeopleWorld()
  const page = world.addBrowser(world.addAccount('alice')).open()
  page.cut()
  await world.until(() => page.phase() === 'failed')
  expect(page.messenger.snapshot().phase).toEqual({ kind: 'failed', code: 'NETWORK_OFFLINE' })
  page.connect()
  await ready(world, page)
})

it('[K8] search names the conversation, and settings are kept', async () => {
  const { world, browsers, pages, id, views } = await pair()
  await say(pages.alice, id, 'Meet me at the café')
  await world.until(() => views.bob.texts().length === 1)
  expect(await pages.bob.messenger.search('CAFE')).toMatchObject([{ conversationId: id, title: 'alice', position: 1 }])
  await pages.bob.messenger.setSettings({ sendsRead: false, sendsTyping: false })
  const before = world.calls.length
  pages.bob.messenger.typing(id)
  expect(world.calls.slice(before)).not.toContain('conversation.typing')
  pages.bob.tell({ kind: 'elsewhere' })
  const page = browsers.bob.open()
  await ready(world, page)
  expect(await page.messenger.settings()).toEqual({ sendsRead: false, sendsTyping: false })
})

it('[K5] a timer that one sets is shown to both', async () => {
  const { world, pages, id, views } = await pair()
  expect(await pages.alice.messenger.setTimer(id, 3_600)).toEqual({ ok: true, value: true })
  expect(await pages.alice.messenger.setTimer(id, -1)).toEqual({ ok: false, code: 'WIRE_INVALID' })
  const notices = () => views.bob.view()?.messages.map(({ notice }) => notice)
  await world.until(() => notices()?.some((notice) => notice?.kind === 'timer') === true)
  expect(notices()).toContainEqual({ kind: 'timer', handle: 'alice', seconds: 3_600 })
  expect(pages.bob.messenger.snapshot().conversations[0]).toMatchObject({ timerSeconds: 3_600 })
})
