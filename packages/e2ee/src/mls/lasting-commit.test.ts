import { createCommit, createGroup, createProposal, encodeMlsMessage, type ClientState, type Proposal } from 'ts-mls'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  createConversation,
  createDevice,
  join,
  NAME,
  opened,
  packageOf,
  sealed,
  start,
  type TestDevice,
} from '../../tests/devices.ts'
import { itemAt, NOW_MS, valueOf } from '../../tests/pair.ts'
import { groupIdOf } from '../conversation/group-name.ts'
import { decodeStored } from '../conversation/state.ts'
import { encodeCredential } from '../devices/credential.ts'
import { sign } from '../devices/ed25519.ts'
import type { Group } from '../index.ts'
import { readDevicePackage } from './device-package.ts'
import { createLeaf } from './leaf.ts'
import { decodeState, sealIn, type LastingState } from './lasting-group.ts'
import { loadSuite } from './suite.ts'
import { wipe, wipeReplaced } from './wipe.ts'

/**
 * The far side here is a hostile member: it holds the group's keys and drives the library directly, so what it sends
 * passes every cryptographic check. What must hold then are our own rules.
 */
const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const plain = new TextEncoder().encode('hello')
const suite = await loadSuite('group')

async function rawOf(group: Group, device: TestDevice): Promise<LastingState> {
  const { nextState } = await group.seal(plain, plain)
  group.abandonSeal()
  const given = { signaturePrivateKey: device.keys.devicePrivateKey, validate: () => Promise.resolve(true) }
  const state = decodeState(decodeStored(nextState)!.mls, given)
  if (state === undefined) throw new Error('expected a state')
  return state
}

async function commitOf(state: ClientState, proposals: Proposal[] = []): Promise<Uint8Array> {
  const made = await createCommit(
    { state, cipherSuite: suite },
    { extraProposals: proposals, ratchetTreeExtension: true },
  )
  return encodeMlsMessage(made.commit)
}

async function addOf(device: TestDevice): Promise<Proposal> {
  const read = await readDevicePackage(suite, await packageOf(device, 'group'))
  return { proposalType: 'add', add: { keyPackage: read!.keyPackage } }
}

describe('a hostile member', () => {
  let bob: Group
  let carol: Group
  let mallory: LastingState
  let malloryDevice: TestDevice

  beforeAll(async () => {
    const { groups, devices } = await createConversation('group', ['mallory', 'bob', 'carol'])
    bob = itemAt(groups, 1)
    carol = itemAt(groups, 2)
    malloryDevice = itemAt(devices, 0)
    mallory = await rawOf(itemAt(groups, 0), malloryDevice)
  })

  async function expectRefused(commit: Uint8Array): Promise<void> {
    const before = await bob.exporter('x', plain, 32)
    expect(await bob.process(commit, NOW_MS)).toEqual(OPEN_FAILED)
    expect(await bob.exporter('x', plain, 32)).toEqual(before)
    expect(await opened(bob, await sealed(carol, plain))).toEqual(plain)
  }

  it('[ER31] its honest commit would be followed', async () => {
    expect((await bob.process(await commitOf(mallory), NOW_MS)).ok).toBe(true)
    const dave = await createDevice('dave', 'dave-1')
    expect((await bob.process(await commitOf(mallory, [await addOf(dave)]), NOW_MS)).ok).toBe(true)
  })

  it('[ER31] trap: pre-shared keys, re-initialisation, group extensions, unknown proposals are refused', async () => {
    const { groupId } = mallory.groupContext
    const hostile: Proposal[] = [
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions: [] } },
      {
        proposalType: 'reinit',
        reinit: { groupId, version: 'mls10', cipherSuite: suite.name, extensions: [] },
      },
      { proposalType: 0xf0_01, proposalData: plain },
    ]
    for (const proposal of hostile) await expectRefused(await commitOf(mallory, [proposal]))
    const pskNonce = new Uint8Array(suite.kdf.size)
    const pskId = { psktype: 'resumption', usage: 'application', pskGroupId: groupId, pskEpoch: 1n, pskNonce } as const
    await expectRefused(await commitOf(mallory, [{ proposalType: 'psk', psk: { preSharedKeyId: pskId } }]))
  })

  it('[ER31] trap: proposals that stand alone are refused, and so is a commit that refers to one', async () => {
    const dave = await createDevice('dave', 'dave-1')
    const proposed = await createProposal(mallory, false, await addOf(dave), suite)
    const alone = encodeMlsMessage(proposed.message)
    expect(await bob.process(alone, NOW_MS)).toEqual(OPEN_FAILED)
    expect(await bob.open(alone)).toEqual(OPEN_FAILED)
    await expectRefused(await commitOf(proposed.newState))
  })

  it('[ER31] a commit in the clear, or with something beside it, is refused', async () => {
    const context = { state: mallory, cipherSuite: suite }
    const open = await createCommit(context, { wireAsPublicMessage: true })
    await expectRefused(encodeMlsMessage(open.commit))
    const labelled = await createCommit(context, { authenticatedData: plain })
    await expectRefused(encodeMlsMessage(labelled.commit))
  })

  it('[ER31] a second leaf of a device, also put in the place of its first, is refused', async () => {
    const twin = await createDevice('dave', 'bob-1')
    await expectRefused(await commitOf(mallory, [await addOf(twin)]))
    const another = await createDevice('carol', 'carol-1')
    const out: Proposal = { proposalType: 'remove', remove: { removed: 2 } }
    await expectRefused(await commitOf(mallory, [out, await addOf(another)]))
    const dave = await createDevice('dave', 'dave-1')
    const namesake = await createDevice('eve', 'dave-1')
    await expectRefused(await commitOf(mallory, [await addOf(dave), await addOf(namesake)]))
  })

  it('[ER31][ER27] somebody with a forged credential or a borrowed key is refused', async () => {
    const dave = await createDevice('dave', 'dave-1')
    const eve = await createDevice('eve', 'eve-1')
    const add = async (identity: Uint8Array): Promise<Proposal> => {
      const signatureKeys = { publicKey: eve.keys.deviceKey, privateKey: eve.keys.devicePrivateKey }
      const { publicPackage } = await createLeaf(suite, identity, { signatureKeys, madeOnDay: 1 })
      return { proposalType: 'add', add: { keyPackage: publicPackage } }
    }
    expect((await bob.process(await commitOf(mallory, [await add(encodeCredential(eve.keys))]), NOW_MS)).ok).toBe(true)
    await expectRefused(await commitOf(mallory, [await add(encodeCredential(dave.keys))]))
    const forged = encodeCredential({ ...dave.keys, deviceKey: eve.keys.deviceKey })
    await expectRefused(await commitOf(mallory, [await add(forged)]))
    await expectRefused(await commitOf(mallory, [await add(plain)]))
  })

  it('[ER31] a member cannot turn into another device while it renews its keys', async () => {
    // Signed by its own account, and with the key of its leaf: every signature holds.
    const other = await createDevice('mallory', 'mallory-2', malloryDevice.account)
    const statement = encodeStatement('mallory', 'mallory-2', malloryDevice.keys.deviceKey)
    const signature = await sign(malloryDevice.account.privateKey, statement)
    const { deviceKey } = malloryDevice.keys
    const identity = encodeCredential({ ...other.keys, deviceKey, signature })
    const ratchetTree = mallory.ratchetTree.map((node, at) =>
      at === 0 && node?.nodeType === 'leaf'
        ? { ...node, leaf: { ...node.leaf, credential: { credentialType: 'basic' as const, identity } } }
        : node,
    )
    await expectRefused(await commitOf({ ...mallory, ratchetTree }))
  })

  it('[ER31] a commit made with the keys of somebody else is refused', async () => {
    const stolen = { ...mallory, signaturePrivateKey: Uint8Array.from(malloryDevice.account.privateKey) }
    await expectRefused(await commitOf(stolen))
    const asBob = { ...mallory, privatePath: { ...mallory.privatePath, leafIndex: 1 } }
    await expectRefused(await commitOf(asBob).catch(() => new Uint8Array()))
  })
})

function encodeStatement(accountId: string, deviceId: string, deviceKey: Uint8Array): Uint8Array {
  const parts = ['visavis/device/1', accountId, deviceId].map((text) => new TextEncoder().encode(text))
  return Uint8Array.from([...parts.flatMap((part) => [0, part.length, ...part]), ...deviceKey])
}

describe('a hostile starter', () => {
  const startWith = async (extensions: Parameters<typeof createGroup>[3]) => {
    const [mallory, bob] = [await createDevice('mallory', 'mallory-1'), await createDevice('bob', 'bob-1')]
    const signatureKeys = { publicKey: mallory.keys.deviceKey, privateKey: mallory.keys.devicePrivateKey }
    const leaf = await createLeaf(suite, encodeCredential(mallory.keys), { signatureKeys, madeOnDay: 1 })
    const state = await createGroup(groupIdOf(NAME), leaf.publicPackage, leaf.privatePackage, extensions, suite)
    const made = await createCommit(
      { state, cipherSuite: suite },
      { extraProposals: [await addOf(bob)], ratchetTreeExtension: true },
    )
    const welcome = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome! })
    return join(bob, welcome)
  }

  it('[ER26] a group with extensions is not entered', async () => {
    expect((await startWith([])).ok).toBe(true)
    // Requires nothing, which every leaf can do: the library would enter.
    const extensionData = Uint8Array.of(0, 0, 0)
    expect(await startWith([{ extensionType: 'required_capabilities', extensionData }])).toEqual(OPEN_FAILED)
  })
})

describe('a crowd', () => {
  it('[ER26][ER31] nobody follows to a 61st device, nor enters with it', { timeout: 60_000 }, async () => {
    const devices = await Promise.all(Array.from({ length: 60 }, (_, i) => createDevice(`a${i % 12}`, `d${i}`)))
    const { group, welcome } = await start(itemAt(devices, 0), devices.slice(1))
    const bob = valueOf(await join(itemAt(devices, 1), welcome)).group
    const newcomer = await createDevice('mallory', 'mallory-1')
    const made = await createCommit(
      { state: await rawOf(group, itemAt(devices, 0)), cipherSuite: suite },
      { extraProposals: [await addOf(newcomer)], ratchetTreeExtension: true },
    )
    expect(await bob.process(encodeMlsMessage(made.commit), NOW_MS)).toEqual(OPEN_FAILED)
    const sent = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome! })
    expect(await join(newcomer, sent)).toEqual(OPEN_FAILED)
    expect(await group.commit({ add: [await packageOf(newcomer, 'group')], remove: [], nowMs: NOW_MS })).toEqual(
      OPEN_FAILED,
    )
  })
})

describe('keys that were used', () => {
  const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

  it('[ER34] trap: wiped before the swap, the library would seal under zeros; here it throws', async () => {
    const { groups, devices } = await createConversation()
    const state = await rawOf(itemAt(groups, 0), itemAt(devices, 0))
    const { consumed } = await sealIn(suite, state, { plain, additional: plain })
    wipe(consumed)
    await expect(sealIn(suite, state, { plain, additional: plain })).rejects.toThrow('wiped key')
  })

  it('[ER36] a new epoch wipes what only the former one had, and nothing that is still needed', async () => {
    const { groups, devices } = await createConversation()
    const state = await rawOf(itemAt(groups, 0), itemAt(devices, 0))
    const { newState } = await createCommit({ state, cipherSuite: suite }, {})
    const { exporterSecret, initSecret, senderDataSecret, confirmationKey } = state.keySchedule
    const former = [
      exporterSecret,
      initSecret,
      confirmationKey,
      itemAt(Object.values(state.privatePath.privateKeys), 0),
    ]
    const kept = [
      senderDataSecret,
      state.signaturePrivateKey,
      ...Object.values(newState.keySchedule),
      itemAt(state.secretTree, 2).application.secret,
      ...Object.values(newState.privatePath.privateKeys),
    ]
    expect([...former, ...kept].some(isZero)).toBe(false)
    wipeReplaced(state, newState)
    expect(former.every(isZero)).toBe(true)
    expect(kept.some(isZero)).toBe(false)
  })

  it('[ER36] the epoch that is kept no longer is wiped', async () => {
    const { groups, devices } = await createConversation()
    let state = await rawOf(itemAt(groups, 0), itemAt(devices, 0))
    const first = itemAt(state.secretTree, 2).application.secret
    for (let i = 0; i < 4; i++) {
      expect(isZero(first)).toBe(false)
      const { newState } = await createCommit({ state, cipherSuite: suite }, {})
      wipeReplaced(state, newState)
      state = newState
    }
    expect(state.historicalReceiverData.size).toBe(3)
    expect(isZero(first)).toBe(true)
  })
})
