import { createHmac } from 'node:crypto'
import { DAY } from '@visavis/ports'
import { fromB64 } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { BackupSecret, PasskeyAsk } from '../backup-types.ts'
import { createPeopleWorld, type Page, type PeopleWorld } from './sim/people-world.ts'

/** Backups that a passkey opens: whole messengers with real encryption; the passkey is what an authenticator computes. */
const words: BackupSecret = { kind: 'passphrase', passphrase: 'three otters juggle marmalade' }
const OK = { ok: true, value: true }
const LOCKED = { ok: false, code: 'VAULT_LOCKED' }

/** CTAP 2.1 section 12.5: HMAC-SHA-256 of what it is asked, under a key that never leaves it. */
function createPasskey(seed: number) {
  const key = new Uint8Array(32).fill(seed)
  const credentialId = new Uint8Array(16).fill(seed)
  return {
    answer: ({ salt, input }: PasskeyAsk) => {
      const answer = Uint8Array.from(createHmac('sha256', key).update(input).digest())
      return { kind: 'passkey', credentialId, salt, answer } as const
    },
    credentialId,
  }
}
const mine = createPasskey(1)
const stolen = createPasskey(2)

async function setUp() {
  const world = createPeopleWorld()
  const accountId = world.addAccount('bob')
  const page = world.addBrowser(accountId).open()
  await world.until(() => page.phase() === 'ready')
  page.connect()
  const { messenger } = page
  async function ask(): Promise<PasskeyAsk> {
    const asked = await messenger.askForPasskey()
    if (!asked.ok) throw new Error(asked.code)
    return asked.value
  }
  return { world, accountId, page, messenger, ask }
}

async function newBrowser(world: PeopleWorld, accountId: Parameters<PeopleWorld['addBrowser']>[0]): Promise<Page> {
  const page = world.addBrowser(accountId).open()
  await world.until(() => page.phase() === 'unlinked')
  return page
}

async function waysAt({ messenger }: Pick<Page, 'messenger'>) {
  const state = await messenger.backupState()
  if (!state.ok) throw new Error(state.code)
  return state.value.kept?.ways
}

/** As a screen does it: what the server says the slot wants, put to the passkey. */
async function restoreWith(page: Page, passkey: ReturnType<typeof createPasskey>) {
  const ways = await waysAt(page)
  if (!ways?.passkey) throw new Error('no slot of a passkey')
  return page.messenger.restoreBackup(passkey.answer(ways.passkey), 'Phone')
}

it('[EB11] [K9] a passkey alone brings the account back on a new device; another passkey and words do not', async () => {
  const { world, accountId, page, messenger, ask } = await setUp()
  const before = await messenger.accountKey()
  expect(await messenger.makeBackup([mine.answer(await ask())])).toEqual(OK)
  page.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accountId)
  expect(await waysAt(phone)).toMatchObject({ hasPassphrase: false, passkey: { credentialId: mine.credentialId } })
  expect(await restoreWith(phone, stolen)).toEqual(LOCKED)
  expect(await phone.messenger.restoreBackup(words, 'Phone')).toEqual(LOCKED)
  expect(phone.phase()).toBe('unlinked')
  expect(await restoreWith(phone, mine)).toEqual(OK)
  expect(await phone.messenger.accountKey()).toEqual(before)
}, 120_000)

it('[EB14] [K9] a second secret is added to the same backup, each opens it, and no third is taken', async () => {
  const { world, accountId, page, messenger, ask } = await setUp()
  expect(await messenger.addBackupSecret(words)).toEqual({ ok: false, code: 'BACKUP_CHANGED' })
  await messenger.makeBackup([words])
  expect(await waysAt(page)).toEqual({ hasPassphrase: true })
  expect(await messenger.addBackupSecret(mine.answer(await ask()))).toEqual(OK)
  expect(await messenger.addBackupSecret(stolen.answer(await ask()))).toEqual({ ok: false, code: 'NOT_ALLOWED' })
  expect(await messenger.addBackupSecret({ ...words, passphrase: '' })).toEqual({ ok: false, code: 'WIRE_INVALID' })
  // A renewal keeps both.
  expect(await messenger.renewBackup()).toEqual(OK)
  expect(await waysAt(page)).toMatchObject({ hasPassphrase: true, passkey: {} })
  page.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accountId)
  expect(await phone.messenger.restoreBackup(words, 'Phone')).toEqual(OK)
  phone.tell({ kind: 'elsewhere' })
  const tablet = await newBrowser(world, accountId)
  expect(await restoreWith(tablet, mine)).toEqual(OK)
}, 120_000)

it('[EB14] [K9] what was taken off a backup opens none that is made later', async () => {
  const { world, accountId, page, messenger, ask } = await setUp()
  await messenger.makeBackup([words, mine.answer(await ask())])
  const old = world.backups.kept.get(accountId)
  expect(await messenger.makeBackup([words])).toEqual(OK)
  const present = world.backups.kept.get(accountId)
  if (!old || !present) throw new Error('no backups')
  page.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accountId)
  // The server kept the slots of the backup before: its key is another.
  world.backups.kept.set(accountId, { ...present, slot: old.slot })
  expect(await restoreWith(phone, mine)).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
  world.backups.kept.set(accountId, present)
  expect((await waysAt(phone))?.passkey).toBe(undefined)
}, 120_000)

it('[EB10] [K9] no secret, two of a kind and no slots at all are refused in a closed set of codes', async () => {
  const { world, accountId, page, messenger, ask } = await setUp()
  const INVALID = { ok: false, code: 'WIRE_INVALID' }
  expect(await messenger.makeBackup([])).toEqual(INVALID)
  expect(await messenger.makeBackup([words, words])).toEqual(INVALID)
  expect(await messenger.makeBackup([mine.answer(await ask()), stolen.answer(await ask())])).toEqual(INVALID)
  await messenger.makeBackup([words])
  const made = world.backups.kept.get(accountId)
  if (!made) throw new Error('no backup')
  world.backups.kept.set(accountId, { ...made, slot: made.slot.slice(4) })
  page.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accountId)
  expect(await waysAt(phone)).toBe(undefined)
  expect(await phone.messenger.restoreBackup(words, 'Phone')).toEqual({ ok: false, code: 'E2EE_OPEN_FAILED' })
}, 120_000)

it('[EB15] what a passkey answered is overwritten however it ends, and nothing of it is sent or stored', async () => {
  const { world, accountId, page, messenger, ask } = await setUp()
  const zeros = new Uint8Array(32)
  const good = mine.answer(await ask())
  const plain = Buffer.from(good.answer)
  await messenger.makeBackup([good])
  const refused = mine.answer(await ask())
  await messenger.makeBackup([refused, refused])
  const added = mine.answer(await ask())
  await messenger.addBackupSecret(added)
  page.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accountId)
  const unlocked = stolen.answer({ salt: good.salt, input: new Uint8Array(32) })
  await phone.messenger.restoreBackup(unlocked, 'Phone')
  const unnamed = mine.answer({ salt: good.salt, input: new Uint8Array(32) })
  await phone.messenger.restoreBackup(unnamed, '')
  for (const { answer } of [good, refused, added, unlocked, unnamed]) expect(answer).toEqual(zeros)
  const { kept, segments } = world.backups
  const sent = [...kept.values()].flatMap(({ slot, manifest }) => [slot, manifest].map((b64) => fromB64(b64) ?? zeros))
  for (const bytes of [...sent, ...segments.values()]) expect(Buffer.from(bytes).includes(plain)).toBe(false)
}, 120_000)

it('[EB13] [K9] a device that renews keeps the slot that another device of the account has added', async () => {
  const { world, accountId, page, messenger } = await setUp()
  await messenger.makeBackup([words])
  page.tell({ kind: 'elsewhere' })
  const phone = await newBrowser(world, accountId)
  expect(await phone.messenger.restoreBackup(words, 'Phone')).toEqual(OK)
  await world.until(() => phone.phase() === 'ready')
  phone.connect()
  const asked = await phone.messenger.askForPasskey()
  if (!asked.ok) throw new Error(asked.code)
  const tablet = await newBrowser(world, accountId)
  expect(await tablet.messenger.restoreBackup(words, 'Tablet')).toEqual(OK)
  await world.until(() => tablet.phase() === 'ready')
  tablet.connect()
  expect(await phone.messenger.addBackupSecret(mine.answer(asked.value))).toEqual(OK)
  await world.clock.advance(2 * DAY)
  expect(await tablet.messenger.renewBackup()).toEqual(OK)
  expect(await waysAt(tablet)).toMatchObject({ hasPassphrase: true, passkey: { credentialId: mine.credentialId } })
  expect(tablet.messenger.snapshot().backupAlarm).toBe(undefined)
}, 120_000)
