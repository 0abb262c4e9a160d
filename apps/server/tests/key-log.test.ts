import { verifyLogProof, type LogKnowledge, type LogProof } from '@visavis/e2ee'
import { alice, bob, carol, createFakeClock, createSeededRandom, dave } from '@visavis/testkit'
import { fromB64, ROUTES, type AccountId, type DeviceId, type RouteResponse } from '@visavis/wire'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeviceStore } from '../src/devices/index.ts'
import { createKeyLog } from '../src/key-log/index.ts'
import type { Storage } from '../src/storage/index.ts'
import { createBrowser, type Browser } from './support/app.ts'
import { codeOf, freshDevice, json, register, remove, startPeopleApp, type PeopleApp } from './support/people-app.ts'
import { closedAfterEach, eachStorage } from './support/storages.ts'

// The log over the real tables, checked with what clients check it with; then who may ask for what, over HTTP.

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const people = [alice, bob, carol, dave].map(({ accountId }) => accountId)
const deviceIdOf = (number: number) => `d0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as DeviceId

eachStorage((_, open) => {
  const { freshWithPeople } = closedAfterEach(open)

  async function world() {
    const storage = await freshWithPeople()
    return { storage, ...partsOn(storage) }
  }

  /** The subject as a process makes it at its start. */
  function partsOn({ db }: Storage, seed = 1) {
    const clock = createFakeClock(1_767_225_600_000)
    const keyLog = createKeyLog({ db, clock, random: createSeededRandom(seed), seed: bytes(32, 5) })
    const devices = createDeviceStore(db, keyLog)
    const add = (number: number, accountId: AccountId, more: { key?: number; startAfresh?: boolean } = {}) =>
      devices.add({
        device: {
          deviceId: deviceIdOf(number),
          accountId,
          deviceKey: bytes(32, number),
          signature: bytes(64, 1),
          name: bytes(20, 1),
          createdAtMs: number,
          lastSeenMs: 0,
        },
        accountKey: bytes(32, more.key ?? 200),
        startAfresh: more.startAfresh ?? false,
        devicesMax: 100,
      })
    return { clock, devices, keyLog, add }
  }
  type World = Awaited<ReturnType<typeof world>>

  async function proofOf({ keyLog }: Pick<World, 'keyLog'>, accountId: AccountId, known: LogKnowledge = {}) {
    const proof = await keyLog.prove(accountId, known.checkpoint?.size ?? 0)
    if (!proof.ok) throw new Error(proof.code)
    expect(await verifyLogProof(proof.value, known)).toBe(true)
    return proof.value
  }
  const size = async ({ keyLog }: Pick<World, 'keyLog'>) => (await keyLog.checkpoint()).size

  it('[K10] every change of devices or account key is one entry, proven from whatever was known before', async () => {
    const log = await world()
    expect(await size(log)).toBe(0)
    expect(await log.keyLog.prove(alice.accountId, 0)).toMatchObject({ ok: false, code: 'NOT_FOUND' })
    const seen: LogProof[] = []
    const steps = [
      () => log.add(1, alice.accountId),
      () => log.add(2, alice.accountId),
      () => log.devices.revoke(alice.accountId, deviceIdOf(1), 1),
      () => log.add(3, bob.accountId),
      () => log.add(4, alice.accountId, { key: 201, startAfresh: true }),
      () => log.devices.revoke(alice.accountId, deviceIdOf(4), 1),
    ]
    for (const [at, step] of steps.entries()) {
      await step()
      expect(await size(log)).toBe(at + 1)
      const proof = await proofOf(log, alice.accountId)
      for (const { checkpoint, entry, publicKey } of seen) {
        await proofOf(log, alice.accountId, { checkpoint, entry, publicKey })
      }
      seen.push(proof)
    }
    expect(seen.map(({ entry }) => entry.version)).toEqual([1, 2, 3, 3, 4, 5])
    expect(new Set(seen.map(({ entry }) => String(entry.deviceSet))).size).toBe(5)
    const other = await proofOf(log, bob.accountId)
    expect(other.entry.logId).not.toEqual(seen[0]?.entry.logId)
  })

  it('[K10] what changes nothing, or was refused, appends nothing', async () => {
    const log = await world()
    await log.add(1, alice.accountId)
    expect(await log.add(1, alice.accountId)).toEqual({ kind: 'known' })
    expect(await log.add(2, alice.accountId, { key: 201 })).toEqual({ kind: 'other-key' })
    expect(await log.add(1, bob.accountId)).toEqual({ kind: 'taken' })
    expect(await log.devices.revoke(bob.accountId, deviceIdOf(1), 1)).toBe(false)
    expect(await size(log)).toBe(1)
  })

  it('[K10] a change that cannot be logged does not happen', async () => {
    const log = await world()
    await log.add(1, alice.accountId)
    await sql`delete from key_log_head`.execute(log.storage.db)
    await expect(log.add(2, alice.accountId)).rejects.toThrow()
    await expect(log.devices.revoke(alice.accountId, deviceIdOf(1), 1)).rejects.toThrow()
    expect((await log.devices.ofAccounts([alice.accountId])).get(alice.accountId)?.devices).toHaveLength(1)
  })

  it('[K10] changes that come at once follow each other, and each is in the log', async () => {
    const log = await world()
    const all = Array.from({ length: 24 }, (_none, at) => log.add(at + 1, people.at(at % 4)!))
    expect((await Promise.all(all)).every(({ kind }) => kind === 'added')).toBe(true)
    expect(await size(log)).toBe(24)
    for (const account of people) expect((await proofOf(log, account)).entry.version).toBe(6)
  })

  it('[K10] goes on after a restart, under the same key', async () => {
    const log = await world()
    for (let number = 1; number <= 5; number += 1) await log.add(number, people.at(number % 4)!)
    const before = await proofOf(log, bob.accountId)
    const again = partsOn(log.storage, 2)
    for (let number = 6; number <= 9; number += 1) await again.add(number, people.at(number % 4)!)
    const after = await proofOf(again, bob.accountId, before)
    expect(after.entry.logId).toEqual(before.entry.logId)
    expect(after.checkpoint.size).toBe(9)
  })

  it('[K10] a log that was rewritten in the database is found out by whoever knew it', async () => {
    const log = await world()
    for (let number = 1; number <= 4; number += 1) await log.add(number, people.at(number % 4)!)
    const known = await proofOf(log, bob.accountId)
    await sql`truncate key_log_nodes, key_log_accounts`.execute(log.storage.db)
    await sql`update key_log_head set size = 0, root = sha256('')`.execute(log.storage.db)
    for (let number = 11; number <= 20; number += 1) await log.add(number, people.at(number % 4)!)
    const proof = await log.keyLog.prove(bob.accountId, known.checkpoint.size)
    expect(proof.ok && (await verifyLogProof(proof.value, {}))).toBe(true)
    expect(proof.ok && (await verifyLogProof(proof.value, known))).toBe(false)
    expect(proof.ok && (await verifyLogProof(proof.value, { ...known, entry: undefined }))).toBe(false)
  })

  it('[K10] says a new time each minute, and signs once for those who ask meanwhile', async () => {
    const log = await world()
    await log.add(1, alice.accountId)
    const first = await log.keyLog.checkpoint()
    await log.clock.advance(59_000)
    expect(await log.keyLog.checkpoint()).toEqual(first)
    await log.clock.advance(1_000)
    expect((await log.keyLog.checkpoint()).atMs).toBe(first.atMs + 60_000)
    expect(await log.keyLog.prove(alice.accountId, 99)).toMatchObject({ ok: true, value: { consistency: [] } })
  })
})

describe('over HTTP', () => {
  let world: PeopleApp
  beforeAll(async () => {
    world = await startPeopleApp()
  })
  afterAll(() => world.end())

  type Answer = RouteResponse<'proveDevices'>
  const prove = (browser: Browser, accountId: string) => browser.post('/api/key-log/proofs', { accountId, fromSize: 0 })

  it('[K10] anyone may read the checkpoint, and it names nobody', async () => {
    const member = await world.member()
    const answer = await createBrowser(world.app).get('/api/key-log')
    const checkpoint = ROUTES.getLogCheckpoint.response.parse(await answer.json())
    expect(Object.keys(checkpoint).toSorted()).toEqual(['atMs', 'publicKey', 'root', 'signature', 'size'])
    expect(checkpoint.size).toBeGreaterThan(0)
    expect(JSON.stringify(checkpoint)).not.toContain(member.accountId)
  })

  it('[K10] proofs are for the account itself and for people it shares a conversation with, and for nobody else', async () => {
    const [one, two, stranger] = [await world.member(), await world.member(), await world.member()]
    expect(await codeOf(prove(one.browser, one.accountId))).toBe('ok')
    expect(await codeOf(prove(one.browser, two.accountId))).toBe('NOT_FOUND')
    const group = crypto.randomUUID() as Parameters<typeof world.groups.set>[0]
    world.groups.set(group, [one.accountId, two.accountId])
    const told = await json<Answer>(prove(one.browser, two.accountId))
    expect(told).toMatchObject({ version: 1, previous: null })
    expect(await codeOf(prove(two.browser, one.accountId))).toBe('ok')
    expect(await codeOf(prove(stranger.browser, one.accountId))).toBe('NOT_FOUND')
    expect(await codeOf(prove(one.browser, crypto.randomUUID()))).toBe('NOT_FOUND')
    expect(await codeOf(prove(createBrowser(world.app), one.accountId))).toBe('AUTH_REQUIRED')
    const newcomer = await world.visitor()
    expect(await codeOf(prove(newcomer.browser, newcomer.accountId))).toBe('NOT_FOUND')
    expect(await codeOf(one.browser.post('/api/key-log/proofs', { accountId: one.accountId, fromSize: -1 }))).toBe(
      'WIRE_INVALID',
    )
  })

  it('[K10] devices that come and go over HTTP leave their entries', async () => {
    const member = await world.member()
    const version = async () => (await json<Answer>(prove(member.browser, member.accountId))).version
    expect(await version()).toBe(1)
    const second = await freshDevice(member)
    expect((await register(second)).status).toBe(200)
    expect(await version()).toBe(2)
    expect((await remove(world.app, member.browser, `/api/devices/${member.deviceId}`)).status).toBe(200)
    const answer = await json<Answer>(prove(member.browser, member.accountId))
    expect(answer.version).toBe(3)
    expect(fromB64(answer.logId)).toHaveLength(32)
  })
})
