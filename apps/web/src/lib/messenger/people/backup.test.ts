import { openAndVerifyReport } from '@visavis/e2ee'
import { DAY, HOUR } from '@visavis/ports'
import { fromB64, type ConversationId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { ConversationView } from '../types.ts'
import { createPeopleWorld, STAMP_KEY, type Page, type PeopleWorld } from './sim/people-world.ts'

/** Backups of whole messengers, with real encryption and real Argon2id, before a server in memory. */
const PASSPHRASE = 'three otters juggle marmalade'
const typed = (passphrase: string) => ({ kind: 'passphrase', passphrase }) as const

async function ready(world: PeopleWorld, page: Page): Promise<void> {
  await world.until(() => page.phase() === 'ready')
  page.connect()
}

function watch(page: Page, conversationId: ConversationId) {
  let view: ConversationView | undefined
  page.messenger.watch(conversationId, (next) => (view = next))
  return () => view?.messages.filter(({ kind }) => kind !== 'notice').map(({ text }) => text) ?? []
}

async function setUp() {
  const world = createPeopleWorld()
  const accounts = { alice: world.addAccount('alice'), bob: world.addAccount('bob') }
  const browsers = { alice: world.addBrowser(accounts.alice), bob: world.addBrowser(accounts.bob) }
  const pages = { alice: browsers.alice.open(), bob: browsers.bob.open() }
  await ready(world, pages.alice)
  await ready(world, pages.bob)
  const id = world.addConversation([accounts.alice, accounts.bob])
  const texts = { alice: watch(pages.alice, id), bob: watch(pages.bob, id) }
  await world.until(() => Object.values(pages).every((page) => page.messenger.snapshot().conversations.length === 1))
  async function say(from: 'alice' | 'bob', text: string): Promise<void> {
    expect(await pages[from].messenger.sendText(id, text)).toMatchObject({ ok: true })
    await world.until(() => texts.alice().includes(text) && texts.bob().includes(text))
  }
  const { messenger } = pages.bob
  return { world, accounts, browsers, pages, id, texts, say, messenger }
}

async function newBrowser(world: PeopleWorld, accountId: Parameters<PeopleWorld['addBrowser']>[0]): Promise<Page> {
  const page = world.addBrowser(accountId).open()
  await world.until(() => page.phase() === 'unlinked')
  return page
}

it('[K9] a backup is off until it is asked for, and then holds no text that its server could read', async () => {
  const { world, messenger, say } = await setUp()
  await say('alice', 'a quiet confession')
  expect(await messenger.backupState()).toEqual({ ok: true, value: { isOn: false } })
  expect(world.calls).not.toContain('commitBackup')
  expect(await messenger.makeBackup([typed('')])).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(await messenger.makeBackup([typed(PASSPHRASE)])).toEqual({ ok: true, value: true })
  const state = await messenger.backupState()
  expect(state).toMatchObject({ ok: true, value: { isOn: true, kept: { madeAtMs: expect.any(Number) } } })
  const { kept, segments } = world.backups
  const all = [...segments.values()].map((bytes) => Buffer.from(bytes).toString('latin1'))
  expect(all.join('') + JSON.stringify([...kept.values()])).not.toMatch(/confession|alice|bob/)
})

it('[K9] a person without any device left restores account, contacts and messages, and goes on writing', async () => {
  const { world, accounts, pages, id, say, messenger } = await setUp()
  await say('alice', 'first insult')
  await say('bob', 'please stop')
  await messenger.safetyCode(accounts.alice)
  await messenger.markVerified(accounts.alice)
  expect(await messenger.makeBackup([typed(PASSPHRASE)])).toEqual({ ok: true, value: true })
  const before = await messenger.accountKey()
  pages.bob.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accounts.bob)
  expect(await phone.messenger.backupState()).toMatchObject({ ok: true, value: { isOn: false, kept: {} } })
  const wrong = await phone.messenger.restoreBackup(typed('three otters juggle marmelade'), 'Phone')
  expect(wrong).toEqual({ ok: false, code: 'VAULT_LOCKED' })
  expect(phone.phase()).toBe('unlinked')
  expect(await phone.messenger.restoreBackup(typed(PASSPHRASE), '')).toEqual({ ok: false, code: 'WIRE_INVALID' })
  expect(await phone.messenger.restoreBackup(typed(PASSPHRASE), 'Phone')).toEqual({ ok: true, value: true })
  await ready(world, phone)
  expect(await phone.messenger.accountKey()).toEqual(before)
  const texts = watch(phone, id)
  await world.until(() => texts().length === 2)
  expect(texts()).toEqual(['first insult', 'please stop'])
  await world.until(() => phone.messenger.snapshot().contacts[0]?.trust === 'verified')
  // A new device, not the old one come back: the others let it in, and nobody is warned of another person.
  const group = world.model.conversations.get(id)
  expect(phone.deviceId()).not.toBe(pages.bob.deviceId())
  await world.until(() => group?.roster.some((deviceId) => deviceId === phone.deviceId()) === true)
  const atAlices = watch(pages.alice, id)
  expect(await phone.messenger.sendText(id, 'I am back')).toMatchObject({ ok: true })
  await world.until(() => atAlices().includes('I am back'))
  expect(pages.alice.messenger.snapshot().contacts[0]?.trust).toBe('unverified')
  expect(await phone.messenger.backupState()).toMatchObject({ value: { isOn: true } })
  // What was restored can be reported, and is proven.
  expect(await phone.messenger.report(id, [1], 'hate')).toMatchObject({ ok: true })
  const verdict = await openAndVerifyReport({
    privateKey: (await world.reportKeys).privateKey,
    sealed: fromB64(world.reports[0]?.sealed ?? '') ?? new Uint8Array(),
    reporter: accounts.bob,
    conversationId: id,
    stampKey: async () => STAMP_KEY,
    nowMs: world.clock.nowMs(),
  })
  expect(verdict.entries[0]).toMatchObject({ stamped: { position: 1 }, content: { text: 'first insult' } })
  expect(verdict.faults.filter(({ fault }) => fault !== 'own-only')).toEqual([])
}, 120_000)

it('[K9] never holds group state, nor what vanishes: timers, view-once, and what is older than 30 days', async () => {
  const { world, accounts, browsers, id, say, messenger, pages } = await setUp()
  await say('alice', 'stays')
  const vault = await browsers.bob.door.open()
  if (!vault.ok) throw new Error(vault.code)
  const [kept] = await vault.value.list({ shelf: 'messages', prefix: [id], limit: 1, from: 1 })
  const record = kept?.value as { readonly [name: string]: never }
  const file = {
    kind: 'file',
    caption: 'once',
    file: { role: 'photo', isViewOnce: true, name: 'a', mime: 'image/png' },
  }
  const put = (position: number, more: object) =>
    vault.value.write([
      {
        shelf: 'messages',
        key: [id, position],
        value: { ...record, messageId: `m${position}`, position, ...more } as never,
      },
    ])
  await put(50, { content: file })
  await put(51, { content: { kind: 'edit', target: 50, text: 'once more' } })
  await put(52, { content: { kind: 'text', text: 'too old' }, sentAtMs: world.clock.nowMs() - 31 * DAY })
  await put(53, { content: { kind: 'text', text: 'vanishing' } })
  await vault.value.write([{ shelf: 'messages', key: [id, 53, 'effects'], value: { expiresAtMs: 9 } }])
  await put(54, { content: { kind: 'text', text: 'last' } })
  await messenger.makeBackup([typed(PASSPHRASE)])
  pages.bob.tell({ kind: 'elsewhere' })
  const browser = world.addBrowser(accounts.bob)
  const phone = browser.open()
  await world.until(() => phone.phase() === 'unlinked')
  phone.cut()
  expect(await phone.messenger.restoreBackup(typed(PASSPHRASE), 'Phone')).toEqual({
    ok: false,
    code: 'NETWORK_OFFLINE',
  })
  phone.connect()
  expect(await phone.messenger.restoreBackup(typed(PASSPHRASE), 'Phone')).toEqual({ ok: true, value: true })
  const restored = await browser.door.open()
  if (!restored.ok) throw new Error(restored.code)
  const lines = await restored.value.list({ shelf: 'messages', prefix: [id] })
  expect(lines.flatMap(({ key }) => (key.length === 2 ? [key[1]] : []))).toEqual([1, 54])
  expect(JSON.stringify(lines)).not.toMatch(/vanishing|once|too old/)
  const groups = await restored.value.list({ shelf: 'groups', prefix: [] })
  expect(groups.filter(({ key }) => key[1] === 1)).toEqual([])
}, 120_000)

it('[K9] holds nothing written in a conversation with a timer', async () => {
  const { world, accounts, pages, id, say, messenger } = await setUp()
  await say('alice', 'before the timer')
  await messenger.setTimer(id, 3_600)
  await world.until(() => messenger.snapshot().conversations[0]?.timerSeconds === 3_600)
  await messenger.makeBackup([typed(PASSPHRASE)])
  pages.bob.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accounts.bob)
  expect(await phone.messenger.restoreBackup(typed(PASSPHRASE), 'Phone')).toEqual({ ok: true, value: true })
  await ready(world, phone)
  expect(watch(phone, id)()).toEqual([])
  expect(phone.messenger.snapshot().conversations[0]).toMatchObject({ timerSeconds: 3_600 })
}, 120_000)

it('[K9] is renewed once a day while it is on, and not after it was removed', async () => {
  const { world, accounts, messenger } = await setUp()
  await messenger.makeBackup([typed(PASSPHRASE)])
  const count = () => world.calls.filter((name) => name === 'commitBackup').length
  await world.clock.advance(20 * HOUR)
  await messenger.backupState()
  expect(count()).toBe(1)
  await world.clock.advance(5 * HOUR)
  await world.until(() => count() === 2)
  expect(await messenger.renewBackup()).toEqual({ ok: true, value: true })
  expect(world.backups.kept.get(accounts.bob)?.version).toBe(3)
  expect(await messenger.removeBackup()).toEqual({ ok: true, value: true })
  expect(await messenger.backupState()).toEqual({ ok: true, value: { isOn: false } })
  expect(await messenger.renewBackup()).toEqual({ ok: false, code: 'BACKUP_CHANGED' })
  await world.clock.advance(3 * DAY)
  await messenger.backupState()
  expect(count()).toBe(3)
}, 120_000)

it('[K9] a new passphrase opens the next backup and the old one does not; a backup made elsewhere ends this one', async () => {
  const { world, accounts, pages, messenger } = await setUp()
  await messenger.makeBackup([typed(PASSPHRASE)])
  expect(await messenger.makeBackup([typed('another set of words entirely')])).toEqual({ ok: true, value: true })
  pages.bob.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accounts.bob)
  expect(await phone.messenger.restoreBackup(typed(PASSPHRASE), 'Phone')).toEqual({ ok: false, code: 'VAULT_LOCKED' })
  const restored = await phone.messenger.restoreBackup(typed('another set of words entirely'), 'Phone')
  expect(restored).toEqual({ ok: true, value: true })
  await ready(world, phone)
  const mine = world.backups.kept.get(accounts.bob)
  await pages.alice.messenger.makeBackup([typed(PASSPHRASE)])
  const theirs = world.backups.kept.get(accounts.alice)
  if (!mine || !theirs) throw new Error('no backup')
  world.backups.kept.set(accounts.bob, { ...theirs, version: mine.version + 1 })
  expect(await phone.messenger.backupState()).toMatchObject({ value: { isOn: false, kept: {} } })
  expect(await phone.messenger.renewBackup()).toEqual({ ok: false, code: 'BACKUP_CHANGED' })
}, 120_000)

it('[EB8] [K9] a device that is shown an older backup than it made says so until that is read, and mends it', async () => {
  const { world, accounts, messenger } = await setUp()
  await messenger.makeBackup([typed(PASSPHRASE)])
  const old = world.backups.kept.get(accounts.bob)
  if (!old) throw new Error('no backup')
  await messenger.renewBackup()
  const state = await messenger.backupState()
  expect(state.ok && state.value.alarm).toBe(undefined)
  world.backups.kept.set(accounts.bob, old)
  expect(await messenger.backupState()).toMatchObject({ value: { isOn: true, alarm: 'older' } })
  expect(await messenger.renewBackup()).toEqual({ ok: true, value: true })
  expect(world.backups.kept.get(accounts.bob)?.version).toBe(3)
  expect(await messenger.backupState()).toMatchObject({ value: { isOn: true, alarm: 'older' } })
  expect(await messenger.readBackupAlarm()).toEqual({ ok: true, value: true })
  const read = await messenger.backupState()
  expect(read.ok && read.value.alarm).toBe(undefined)
}, 120_000)

it('[EB8] [K9] the daily renewal overwrites no older backup in silence: it is told, also after a restart', async () => {
  const { world, accounts, browsers, pages, messenger } = await setUp()
  await messenger.makeBackup([typed(PASSPHRASE)])
  const old = world.backups.kept.get(accounts.bob)
  if (!old) throw new Error('no backup')
  await messenger.renewBackup()
  expect(messenger.snapshot().backupAlarm).toBe(undefined)
  world.backups.kept.set(accounts.bob, old)
  await world.clock.advance(25 * HOUR)
  await world.until(() => world.backups.kept.get(accounts.bob)?.version === 3)
  expect(messenger.snapshot().backupAlarm).toBe('older')
  pages.bob.tell({ kind: 'elsewhere' })
  const again = browsers.bob.open()
  await ready(world, again)
  expect(again.messenger.snapshot().backupAlarm).toBe('older')
  await again.messenger.readBackupAlarm()
  expect(again.messenger.snapshot().backupAlarm).toBe(undefined)
}, 120_000)

it('[EB8] [K9] a backup that is gone before its days, or not of this device, is told; one removed here is not', async () => {
  const { world, accounts, messenger } = await setUp()
  await messenger.makeBackup([typed(PASSPHRASE)])
  await messenger.removeBackup()
  await messenger.backupState()
  expect(messenger.snapshot().backupAlarm).toBe(undefined)
  await messenger.makeBackup([typed(PASSPHRASE)])
  const mine = world.backups.kept.get(accounts.bob)
  if (!mine) throw new Error('no backup')
  world.backups.kept.delete(accounts.bob)
  expect(await messenger.backupState()).toEqual({ ok: true, value: { isOn: false, alarm: 'gone' } })
  await messenger.readBackupAlarm()
  await messenger.makeBackup([typed(PASSPHRASE)])
  world.backups.kept.set(accounts.bob, { ...mine, version: 9 })
  expect(await messenger.backupState()).toMatchObject({ value: { isOn: false, kept: {}, alarm: 'replaced' } })
}, 120_000)

it('[K9] a backup that was tampered with restores nothing', async () => {
  const { world, accounts, pages, messenger } = await setUp()
  await messenger.makeBackup([typed(PASSPHRASE)])
  pages.bob.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accounts.bob)
  const attempt = () => phone.messenger.restoreBackup(typed(PASSPHRASE), 'Phone')
  const { kept, segments } = world.backups
  const whole = kept.get(accounts.bob)
  const [[place, bytes] = ['', new Uint8Array()]] = segments
  if (!whole) throw new Error('no backup')
  segments.set(
    place,
    bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte)),
  )
  expect(await attempt()).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
  segments.delete(place)
  expect(await attempt()).toEqual({ ok: false, code: 'BACKUP_CHANGED' })
  segments.set(place, bytes)
  kept.set(accounts.bob, {
    ...whole,
    manifest: `${whole.manifest.startsWith('A') ? 'B' : 'A'}${whole.manifest.slice(1)}`,
  })
  expect(await attempt()).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
  kept.set(accounts.bob, { ...whole, slot: whole.slot.slice(4) })
  expect(await attempt()).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
  kept.delete(accounts.bob)
  expect(await attempt()).toEqual({ ok: false, code: 'NOT_FOUND' })
  expect(phone.phase()).toBe('unlinked')
  kept.set(accounts.bob, whole)
  expect(await attempt()).toEqual({ ok: true, value: true })
}, 120_000)
