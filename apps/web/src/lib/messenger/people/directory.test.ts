import type { DeviceCredential } from '@visavis/e2ee'
import { createFakeLog } from '@visavis/testkit'
import { toB64, type AccountId, type CallId } from '@visavis/wire'
import { expect, it } from 'vitest'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import type { ServerConversation } from '../core-types.ts'
import { ALICE, BOB, CONVERSATION, keyOf } from '../view/sim/fake-core.ts'
import { openDirectory } from './directory.ts'

const log = createFakeLog()
const EVE = '99999999-9999-4999-8999-999999999999' as AccountId
const CALL = '11111111-1111-4111-8111-111111111111' as CallId
const self = { accountId: ALICE, accountKey: keyOf(1), handle: 'alice' }

/** The conversation as the server lists it, with this key for Bob. */
function listed(bobsKey: Uint8Array): ServerConversation {
  const member = (accountId: AccountId, handle: string, accountKey: Uint8Array) => ({
    accountId,
    handle,
    accountKey: toB64(accountKey),
    isOwner: false,
    devices: [],
    deliveredPosition: 0,
  })
  return {
    conversationId: CONVERSATION,
    kind: 'pair',
    state: 'open',
    generation: 0,
    epoch: 0,
    position: 0,
    createdAtMs: 0,
    members: [member(ALICE, 'alice', keyOf(1)), member(BOB, 'bob', bobsKey)],
    roster: [],
  }
}

function credential(accountId: AccountId, accountKey: Uint8Array): DeviceCredential {
  return { accountId, deviceId: 'd', accountKey, deviceKey: keyOf(7), signature: new Uint8Array(64) }
}

it('[K10] the first key seen of an account is kept, over restarts', async () => {
  const vault = createMemoryVault()
  const first = await openDirectory({ vault, log, self })
  expect(await first.observe([listed(keyOf(2))])).toEqual([])
  const second = await openDirectory({ vault, log, self })
  expect(second.known(BOB)).toMatchObject({ pinned: keyOf(2), isVerified: false, handle: 'bob' })
  expect(second.trustOf(BOB)).toBe('unverified')
})

it('[K10] another key is told once per conversation; sending waits only if the old one was verified', async () => {
  const directory = await openDirectory({ vault: createMemoryVault(), log, self })
  await directory.observe([listed(keyOf(2))])
  expect(await directory.observe([listed(keyOf(3))])).toEqual([{ accountId: BOB, conversationId: CONVERSATION }])
  expect(await directory.observe([listed(keyOf(3))])).toEqual([])
  expect(directory.trustOf(BOB)).toBe('changed')
  expect(directory.isHeld(listed(keyOf(3)))).toBe(false)
  await directory.accept(BOB)
  expect(directory.trustOf(BOB)).toBe('unverified')
  await directory.verify(BOB)
  await directory.observe([listed(keyOf(4))])
  expect(directory.isHeld(listed(keyOf(4)))).toBe(true)
  // The old key is back: nothing has happened.
  await directory.observe([listed(keyOf(3))])
  expect(directory.trustOf(BOB)).toBe('verified')
})

it('[K10] nobody but members under their known or present key is admitted to a group, and own devices', async () => {
  const directory = await openDirectory({ vault: createMemoryVault(), log, self })
  let present: ServerConversation | undefined
  const admit = directory.admit(() => present)
  expect(admit(credential(BOB, keyOf(2)))).toBe(false)
  present = listed(keyOf(2))
  expect(admit(credential(BOB, keyOf(2)))).toBe(true)
  expect(admit(credential(BOB, keyOf(3)))).toBe(false)
  expect(admit(credential(EVE, keyOf(2)))).toBe(false)
  expect(admit(credential(ALICE, keyOf(1)))).toBe(true)
  expect(admit(credential(ALICE, keyOf(2)))).toBe(false)
  present = listed(keyOf(3))
  expect(admit(credential(BOB, keyOf(3)))).toBe(true)
  expect(admit(credential(BOB, keyOf(2)))).toBe(true)
  // What a group saw first is still told.
  expect(await directory.observe([present])).toHaveLength(1)
  present = { ...present, members: present.members.slice(0, 1) }
  expect(admit(credential(BOB, keyOf(3)))).toBe(false)
})

it('[M17] the key heard in a call is the one to agree with, also before any list names its account', async () => {
  const directory = await openDirectory({ vault: createMemoryVault(), log, self })
  await directory.heardInCall(CALL, keyOf(2))
  await directory.contactMade(CALL, BOB)
  expect(directory.isMetInCall(BOB)).toBe(true)
  expect(await directory.observe([listed(keyOf(3))])).toHaveLength(1)
  expect(directory.isMetInCall(BOB)).toBe(false)
  await directory.contactMade(CALL, EVE)
  expect(directory.known(EVE)).toBeUndefined()
})

it('[K9] what another device of the account has verified is known on a new one', async () => {
  const old = await openDirectory({ vault: createMemoryVault(), log, self })
  await old.observe([listed(keyOf(2))])
  await old.verify(BOB)
  const vault = createMemoryVault()
  const fresh = await openDirectory({ vault, log, self })
  await fresh.learn(old.toHandOver())
  const later = await openDirectory({ vault, log, self })
  expect(later.trustOf(BOB)).toBe('verified')
})

it('[M17] a key that a call names beside a verified one changes nothing', async () => {
  const directory = await openDirectory({ vault: createMemoryVault(), log, self })
  await directory.observe([listed(keyOf(2))])
  await directory.metInCall(BOB, keyOf(2))
  expect(directory.isMetInCall(BOB)).toBe(true)
  await directory.verify(BOB)
  await directory.metInCall(BOB, keyOf(5))
  expect(directory.trustOf(BOB)).toBe('verified')
  expect(directory.known(BOB)?.pinned).toEqual(keyOf(2))
})

it('[K10] a contact whose record cannot be read is changed until the person has looked, and is not written to before', async () => {
  const vault = createMemoryVault()
  await (await openDirectory({ vault, log, self })).observe([listed(keyOf(2))])
  await vault.write([{ shelf: 'contacts', key: [BOB], value: { pinned: 'half a record' } }])
  const directory = await openDirectory({ vault, log, self })
  expect(directory.toHandOver()).toEqual([])
  expect(await directory.observe([listed(keyOf(2))])).toEqual([{ accountId: BOB, conversationId: CONVERSATION }])
  expect(directory.trustOf(BOB)).toBe('changed')
  expect(directory.isHeld(listed(keyOf(2)))).toBe(true)
  await directory.accept(BOB)
  expect(directory.known(BOB)).toMatchObject({ pinned: keyOf(2), isVerified: false, handle: 'bob' })
  expect(directory.isHeld(listed(keyOf(2)))).toBe(false)
})
