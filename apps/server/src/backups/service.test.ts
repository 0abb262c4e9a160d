import { alice, bob, createFakeClock, createFakeLog, settle } from '@visavis/testkit'
import { DAY, HOUR } from '@visavis/ports'
import { BACKUP_DAYS, toB64 } from '@visavis/wire'
import { expect, it } from 'vitest'
import { uploadIdOf } from '../../tests/support/backup-contract.ts'
import { createMemoryBackupStore } from '../../tests/support/memory-backups.ts'
import { createBackups } from './service.ts'

const A = { accountId: alice.accountId, isRegistered: true }
const UNLINKED = { ...A, isRegistered: false }
const B = { accountId: bob.accountId, isRegistered: true }
const NO_DEVICE = { ok: false, code: 'DEVICE_REQUIRED' }
const CHANGED = { ok: false, code: 'BACKUP_CHANGED' }
const place = { uploadId: uploadIdOf(1), segment: 0 }
const sealed = { slot: toB64(Uint8Array.of(1)), manifest: toB64(Uint8Array.of(2)) }
const wish = { uploadId: uploadIdOf(1), version: 1, segments: 1, ...sealed }

function setUp() {
  const clock = createFakeClock()
  const log = createFakeLog()
  const store = createMemoryBackupStore()
  return { clock, log, store, backups: createBackups({ clock, log, store }) }
}

it('[WH4] [K9] a registered device makes the backup, and any session of the account reads it; others see nothing', async () => {
  const { backups, clock } = setUp()
  expect(await backups.find(A)).toEqual({ ok: true, value: { backup: null } })
  expect(await backups.put(UNLINKED, place, Uint8Array.of(7))).toEqual(NO_DEVICE)
  expect(await backups.commit(UNLINKED, wish)).toEqual(NO_DEVICE)
  expect(await backups.commit(A, wish)).toEqual(CHANGED)
  expect(await backups.put(A, place, Uint8Array.of(7))).toEqual({ ok: true, value: {} })
  const expiresAtMs = clock.nowMs() + BACKUP_DAYS * DAY
  expect(await backups.commit(A, wish)).toEqual({ ok: true, value: { expiresAtMs } })
  expect(await backups.find(UNLINKED)).toMatchObject({ value: { backup: { ...wish, expiresAtMs } } })
  expect(await backups.read(UNLINKED, place)).toEqual({ ok: true, value: { bytes: Uint8Array.of(7) } })
  expect(await backups.find(B)).toEqual({ ok: true, value: { backup: null } })
  expect(await backups.read(B, place)).toEqual(CHANGED)
  expect(await backups.remove(UNLINKED)).toEqual(NO_DEVICE)
  expect(await backups.remove(B)).toEqual({ ok: true, value: {} })
  expect(await backups.read(A, place)).toMatchObject({ ok: true })
  expect(await backups.remove(A)).toEqual({ ok: true, value: {} })
  expect(await backups.read(A, place)).toEqual(CHANGED)
})

it('[K9] what is not base64 of one form is refused', async () => {
  const { backups } = setUp()
  await backups.put(A, place, Uint8Array.of(7))
  expect(await backups.commit(A, { ...wish, slot: 'A' })).toEqual({ ok: false, code: 'WIRE_INVALID' })
})

it('[WH4] [K9] a backup is gone 30 days after its last renewal, to the minute for people and within the hour on disk', async () => {
  const { backups, clock, store } = setUp()
  const stop = backups.start()
  await backups.put(A, place, Uint8Array.of(7))
  await backups.commit(A, wish)
  await clock.advance(BACKUP_DAYS * DAY - 1)
  expect(await backups.find(A)).toMatchObject({ value: { backup: { version: 1 } } })
  await clock.advance(1)
  expect(await backups.find(A)).toEqual({ ok: true, value: { backup: null } })
  expect(await backups.read(A, place)).toEqual(CHANGED)
  await clock.advance(HOUR)
  await settle()
  expect(await store.find(A.accountId)).toBeUndefined()
  stop()
})

it('[K9] a sweep that fails is told without a word of whose backups, and tried again', async () => {
  const { clock, log, store } = setUp()
  const failing = { ...store, sweep: () => Promise.reject(new Error('away')) }
  const stop = createBackups({ clock, log, store: failing }).start()
  await settle()
  expect(log.text()).toContain('backups.sweep-failed')
  stop()
})
