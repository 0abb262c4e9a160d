import type { CallId, ConversationId } from '@visavis/wire'
import { expect, it } from 'vitest'
import { createPeopleWorld, type Page, type PeopleWorld } from '../people/sim/people-world.ts'
import type { ConversationView } from '../types.ts'

/**
 * Whole messengers with the real core, real encryption and the shipped engine, before a server in memory: red flags as
 * somebody meets them, and where nothing of them may be.
 */
const SCAM = 'can you send me 200 dollars in gift cards right now please'
const PLANTED = 'gift cards'

async function ready(world: PeopleWorld, page: Page): Promise<void> {
  await world.until(() => page.phase() === 'ready')
  page.connect()
}

/** As `until`, for what takes true time on a busy machine. */
async function patiently(world: PeopleWorld, isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 20 && !isSo(); round++) await world.until(isSo).catch(() => undefined)
  expect(isSo()).toBe(true)
}

function watch(page: Page, conversationId: ConversationId) {
  let view: ConversationView | undefined
  page.messenger.watch(conversationId, (next) => (view = next))
  return () => view?.messages.filter(({ kind }) => kind !== 'notice') ?? []
}

async function pair() {
  const world = createPeopleWorld()
  const [alice, bob] = [world.addAccount('alice'), world.addAccount('bob')]
  const browsers = { alice: world.addBrowser(alice), bob: world.addBrowser(bob) }
  const pages = { alice: browsers.alice.open(), bob: browsers.bob.open() }
  await ready(world, pages.alice)
  await ready(world, pages.bob)
  const id = world.addConversation([alice, bob])
  const views = { alice: watch(pages.alice, id), bob: watch(pages.bob, id) }
  await world.until(() => Object.values(pages).every((page) => page.messenger.snapshot().conversations.length === 1))
  return { world, accounts: { alice, bob }, browsers, pages, id, views }
}

async function logOf(page: Page) {
  const log = await page.messenger.safetyLog()
  if (!log.ok) throw new Error(log.code)
  return log.value
}

it('[S3][S12] a red flag stands under the message of the other, in the log, and can be ignored and muted', async () => {
  const { world, pages, id, views } = await pair()
  await pages.bob.messenger.sendText(id, SCAM)
  await world.until(() => views.alice().some(({ findings }) => findings !== undefined))
  const [message] = views.alice()
  expect(message).toMatchObject({ text: SCAM, findings: [{ flag: 'money', reasonId: expect.any(String) }] })
  expect(message?.findings?.[0]?.quote).toContain(PLANTED)
  expect(await logOf(pages.alice)).toMatchObject([
    { handle: 'bob', source: { conversationId: id, position: 1 }, state: 'open' },
  ])
  // Whoever wrote it sees nothing of it.
  expect(views.bob().map(({ findings }) => findings)).toEqual([undefined])
  expect(await logOf(pages.bob)).toEqual([])

  await pages.alice.messenger.muteFlag(id, 'money', true)
  await world.until(() => views.alice().every(({ findings }) => findings === undefined))
  expect(pages.alice.messenger.snapshot().conversations[0]?.mutedFlags).toEqual(['money'])
  await pages.alice.messenger.muteFlag(id, 'money', false)
  await world.until(() => views.alice().some(({ findings }) => findings !== undefined))
  await pages.alice.messenger.ignoreFinding(id, 1, 'money')
  await world.until(() => views.alice().every(({ findings }) => findings === undefined))
  expect((await logOf(pages.alice)).map(({ state }) => state)).toEqual(['ignored'])
})

it('[S12][K5] nothing of it goes to the server, into a log or into a backup; wiped it is gone', async () => {
  const { world, accounts, browsers, pages, id, views } = await pair()
  await pages.bob.messenger.sendText(id, SCAM)
  await world.until(() => views.alice().some(({ findings }) => findings !== undefined))
  const before = world.calls.length
  await pages.alice.messenger.muteFlag(id, 'money', true)
  await pages.alice.messenger.ignoreFinding(id, 1, 'money')
  const found = (await logOf(pages.alice)).map(({ finding }) => ({ finding, quote: PLANTED }))
  await pages.alice.messenger.noteCallFindings('a-call' as CallId, 'robin', world.clock.nowMs(), found)
  expect(await logOf(pages.alice)).toHaveLength(2)
  expect(world.calls.slice(before)).toEqual([])
  for (const page of Object.values(pages)) expect(JSON.stringify(page.log.lines)).not.toContain(PLANTED)

  const made = await pages.alice.messenger.makeBackup([
    { kind: 'passphrase', passphrase: 'tidy lantern orbits slowly' },
  ])
  expect(made.ok).toBe(true)
  const phone = world.addBrowser(accounts.alice).open()
  await world.until(() => phone.phase() === 'unlinked')
  await phone.messenger.restoreBackup({ kind: 'passphrase', passphrase: 'tidy lantern orbits slowly' }, 'Phone')
  await ready(world, phone)
  // The restored messages are looked at anew; what the person had chosen and what was found in calls did not come along.
  await world.until(() => phone.messenger.snapshot().conversations.length === 1)
  expect(phone.messenger.snapshot().conversations[0]?.mutedFlags).toEqual([])
  expect((await logOf(phone)).some(({ source }) => source.kind === 'call')).toBe(false)

  await pages.alice.messenger.wipe()
  expect(await pages.alice.messenger.safetyLog()).toMatchObject({ ok: false })
  const again = browsers.alice.open()
  await world.until(() => again.phase() !== 'opening')
  if (again.phase() === 'ready') expect(await logOf(again)).toEqual([])
})

it('[K11] behind the app lock there is no log, and after it everything is there', async () => {
  const { world, pages, id, views } = await pair()
  await pages.bob.messenger.sendText(id, SCAM)
  await world.until(() => views.alice().some(({ findings }) => findings !== undefined))
  await pages.alice.messenger.setLock('a long enough passphrase')
  pages.alice.messenger.lock()
  expect(await pages.alice.messenger.safetyLog()).toEqual({ ok: false, code: 'VAULT_LOCKED' })
  expect(await pages.alice.messenger.clearSafetyLog()).toEqual({ ok: false, code: 'VAULT_LOCKED' })
  await pages.alice.messenger.unlock('a long enough passphrase')
  await world.until(() => pages.alice.phase() === 'ready')
  expect(await logOf(pages.alice)).toHaveLength(1)
})

it('[K3][S12] 200 messages that come at once are shown and acknowledged, however slow the engine is', async () => {
  const { world, pages, id, views } = await pair()
  const { safety } = pages.alice
  let goOn: () => void = () => undefined
  const stuck = new Promise<void>((resolve) => (goOn = resolve))
  safety.before(() => stuck)
  for (let at = 0; at < 200; at++) await pages.bob.messenger.sendText(id, at === 150 ? SCAM : `line ${at}`)
  await patiently(world, () => pages.alice.messenger.snapshot().unread === 200)
  await patiently(world, () => views.bob().at(-1)?.state === 'delivered' || views.bob().at(-1)?.state === 'sent')
  expect(views.alice().some(({ findings }) => findings !== undefined)).toBe(false)
  expect(safety.asked).toHaveLength(1)
  safety.before(() => Promise.resolve())
  goOn()
  await patiently(world, () => views.alice().some(({ findings }) => findings !== undefined))
  await patiently(world, () => safety.asked.length >= 200)
  // Each once, and in order: those that were looked at while the engine was stuck are not asked about again.
  expect(safety.asked.map(({ text }) => text).filter((text) => text.startsWith('line'))).toEqual(
    Array.from({ length: 200 }, (_, at) => `line ${at}`).filter((text) => text !== 'line 150'),
  )
}, 60_000)

it('[S12] two devices of one person find the same, each for itself', async () => {
  const { world, accounts, pages, id, views } = await pair()
  const phone = world.addBrowser(accounts.alice).open()
  await world.until(() => phone.phase() === 'unlinked')
  let outcome: unknown
  const link = await phone.messenger.openLink('Phone', (result) => (outcome = result))
  if (!link.ok) throw new Error(link.code)
  await pages.alice.messenger.confirmLink(link.value.qr)
  await world.until(() => outcome !== undefined)
  await ready(world, phone)
  const view = watch(phone, id)
  await world.until(() => phone.messenger.snapshot().conversations.some((each) => !each.isSecuring))
  await pages.bob.messenger.sendText(id, SCAM)
  await world.until(() =>
    [views.alice(), view()].every((lines) => lines.some(({ findings }) => findings !== undefined)),
  )
  await pages.alice.messenger.clearSafetyLog()
  expect(await logOf(pages.alice)).toEqual([])
  expect(await logOf(phone)).toHaveLength(1)
})
