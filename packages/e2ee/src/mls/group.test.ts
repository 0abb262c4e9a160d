import {
  createApplicationMessage,
  createCommit,
  createGroup,
  createProposal,
  encodeMlsMessage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  decodeMlsMessage,
  emptyPskIndex,
  zeroOutUint8Array,
  type ClientState,
  type CiphersuiteImpl,
  type KeyPackage,
  type Proposal,
  type Welcome,
} from 'ts-mls'
import { beforeAll, describe, expect, it } from 'vitest'
import { CALL_ID, itemAt, NOW_MS, text, valueOf } from '../../tests/pair.ts'
import { encodeContent } from '../content.ts'
import { createMatchIdentity, joinMatch } from '../index.ts'
import { pad } from '../padding.ts'
import { encodePseudonym } from '../pseudonym.ts'
import { createGroupHandle, enterGroup, startGroup } from './group.ts'
import { createLeaf, type Leaf } from './leaf.ts'
import { loadSuite } from './suite.ts'

/**
 * The far side here is a hostile partner: it holds the group's keys and drives the library directly, so what it sends
 * passes every cryptographic check. What must hold then are our own rules.
 */
const OPEN_FAILED = { ok: false, code: 'E2EE_OPEN_FAILED' }
const groupId = new TextEncoder().encode(CALL_ID)
const admit = () => true
let suite: CiphersuiteImpl

beforeAll(async () => {
  suite = await loadSuite()
})

function newLeaf(of = suite): Promise<Leaf> {
  return createLeaf(of, encodePseudonym(of.rng.randomBytes(16), NOW_MS))
}

function keyPackageOf(bytes: Uint8Array): KeyPackage {
  const message = decodeMlsMessage(bytes, 0)?.[0]
  if (message?.wireformat !== 'mls_key_package') throw new Error('expected a key package')
  return message.keyPackage
}

function add(keyPackage: KeyPackage): Proposal {
  return { proposalType: 'add', add: { keyPackage } }
}

async function commit(state: ClientState, extraProposals: Proposal[]) {
  const made = await createCommit({ state, cipherSuite: suite }, { extraProposals, ratchetTreeExtension: true })
  return { ...made, welcome: made.welcome! }
}

function encodeWelcome(welcome: Welcome): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', wireformat: 'mls_welcome', welcome })
}

async function emptyGroup(id = groupId, leaf?: Leaf): Promise<ClientState> {
  const own = leaf ?? (await newLeaf())
  return createGroup(id, own.publicPackage, own.privatePackage, [], suite)
}

/** A hostile creator with its raw state, and an honest joiner behind our door. */
async function hostileMatch() {
  const identity = await createMatchIdentity({ nowMs: NOW_MS })
  const started = await commit(await emptyGroup(), [add(keyPackageOf(identity.keyPackage))])
  const at = { callId: CALL_ID, welcome: encodeWelcome(started.welcome), nowMs: NOW_MS }
  const { session } = valueOf(await joinMatch(identity, at))
  let state = started.newState
  const sealRaw = async (plain: Uint8Array, aad?: Uint8Array) => {
    const made = await createApplicationMessage(state, plain, suite, aad)
    state = made.newState
    return encodeMlsMessage({
      version: 'mls10',
      wireformat: 'mls_private_message',
      privateMessage: made.privateMessage,
    })
  }
  return { session, sealRaw, state: () => state }
}

describe('a hostile creator', () => {
  async function joinAfter(make: (partner: KeyPackage) => Promise<Uint8Array>) {
    const identity = await createMatchIdentity({ nowMs: NOW_MS })
    const welcome = await make(keyPackageOf(identity.keyPackage))
    return joinMatch(identity, { callId: CALL_ID, welcome, nowMs: NOW_MS })
  }

  it('[ER7] is accepted while it behaves, so that the refusals below mean something', async () => {
    const result = await joinAfter(async (partner) =>
      encodeWelcome((await commit(await emptyGroup(), [add(partner)])).welcome),
    )
    expect(result.ok).toBe(true)
  })

  it('[ER7] cannot slip in a third member beside the joiner', async () => {
    const third = (await newLeaf()).publicPackage
    for (const order of [0, 1]) {
      const result = await joinAfter(async (partner) => {
        const proposals = [add(partner), add(third)]
        const { welcome } = await commit(await emptyGroup(), order === 0 ? proposals : proposals.toReversed())
        return encodeWelcome(welcome)
      })
      expect(result).toEqual(OPEN_FAILED)
    }
  })

  it('[ER7] cannot hide the third member by leaving out its part of the welcome', async () => {
    const third = (await newLeaf()).publicPackage
    const result = await joinAfter(async (partner) => {
      const { welcome } = await commit(await emptyGroup(), [add(partner), add(third)])
      return encodeWelcome({ ...welcome, secrets: welcome.secrets.slice(0, 1) })
    })
    expect(result).toEqual(OPEN_FAILED)
  })

  it('[ER7] cannot add the joiner to a group that already has two, or that is older than one epoch', async () => {
    const third = (await newLeaf()).publicPackage
    const crowded = await joinAfter(async (partner) => {
      const { newState } = await commit(await emptyGroup(), [add(third)])
      return encodeWelcome((await commit(newState, [add(partner)])).welcome)
    })
    expect(crowded).toEqual(OPEN_FAILED)
    const aged = await joinAfter(async (partner) => {
      const { newState } = await createCommit({ state: await emptyGroup(), cipherSuite: suite }, {})
      return encodeWelcome((await commit(newState, [add(partner)])).welcome)
    })
    expect(aged).toEqual(OPEN_FAILED)
  })

  it('[ER7] cannot use another group id, even one that begins with the call id', async () => {
    for (const id of [new Uint8Array(), new TextEncoder().encode(`${CALL_ID}x`)]) {
      const result = await joinAfter(async (partner) =>
        encodeWelcome((await commit(await emptyGroup(id), [add(partner)])).welcome),
      )
      expect(result).toEqual(OPEN_FAILED)
    }
  })

  it.each([
    ['a name instead of a pseudonym', new TextEncoder().encode('alice')],
    ['a pseudonym that expired', encodePseudonym(new Uint8Array(16), NOW_MS - 25 * 60 * 60_000)],
    ['a pseudonym from the future', encodePseudonym(new Uint8Array(16), NOW_MS + 2 * 60 * 60_000)],
    ['a longer pseudonym', Uint8Array.of(...encodePseudonym(new Uint8Array(16), NOW_MS), 0)],
    ['a pseudonym of another version', Uint8Array.of(2, ...encodePseudonym(new Uint8Array(16), NOW_MS).subarray(1))],
    [
      'a pseudonym that tells the second',
      Uint8Array.of(...encodePseudonym(new Uint8Array(16), NOW_MS).subarray(0, 24), 1),
    ],
  ])('[ER2][ER4] cannot carry %s', async (_, pseudonym) => {
    const leaf = await createLeaf(suite, pseudonym)
    const result = await joinAfter(async (partner) =>
      encodeWelcome((await commit(await emptyGroup(groupId, leaf), [add(partner)])).welcome),
    )
    expect(result).toEqual(OPEN_FAILED)
  })
})

describe('a hostile partner inside the match', () => {
  const good = pad(encodeContent(text('fine')))

  it.each([
    ['an unknown kind', pad(Uint8Array.of(99))],
    ['an empty content', pad(new Uint8Array())],
    ['trailing bytes', pad(Uint8Array.of(5, 0))],
    ['unpadded content', encodeContent(text('fine'))],
    ['nothing', new Uint8Array()],
    ['padding that is not zero', good.map((byte, i) => (i === good.length - 1 ? 1 : byte))],
    ['a larger bucket than needed', Uint8Array.of(...good, ...new Uint8Array(64))],
    ['an unknown padding version', good.map((byte, i) => (i === 0 ? 2 : byte))],
    ['a flag that is not defined', pad(Uint8Array.of(3, 8))],
  ])('[ER12][ER14] %s is refused, spends its key, and harms nothing after it', async (_, plain) => {
    const { session, sealRaw } = await hostileMatch()
    expect(await session.open(await sealRaw(plain))).toEqual(OPEN_FAILED)
    expect(valueOf(await session.open(await sealRaw(good)))).toEqual({ ...text('fine'), position: 1 })
  })

  it('[ER8] readable additional data is not part of the profile', async () => {
    const { session, sealRaw } = await hostileMatch()
    expect(await session.open(await sealRaw(good, Uint8Array.of(1)))).toEqual(OPEN_FAILED)
  })

  it('[ER8] commits and proposals, private or public, are refused unread', async () => {
    const { session, sealRaw, state } = await hostileMatch()
    const third = (await newLeaf()).publicPackage
    for (const wireAsPublicMessage of [false, true]) {
      for (const extraProposals of [[], [add(third)]]) {
        const made = await createCommit({ state: state(), cipherSuite: suite }, { extraProposals, wireAsPublicMessage })
        expect(await session.open(encodeMlsMessage(made.commit))).toEqual(OPEN_FAILED)
      }
      const proposed = await createProposal(state(), wireAsPublicMessage, add(third), suite)
      expect(await session.open(encodeMlsMessage(proposed.message))).toEqual(OPEN_FAILED)
    }
    expect((await session.open(await sealRaw(good))).ok).toBe(true)
  })

  it('[ER10] cannot speak with our own leaf', async () => {
    const { session, state } = await hostileMatch()
    const asJoiner: ClientState = { ...state(), privatePath: { ...state().privatePath, leafIndex: 1 } }
    const { privateMessage } = await createApplicationMessage(asJoiner, good, suite)
    const bytes = encodeMlsMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage })
    expect(await session.open(bytes)).toEqual(OPEN_FAILED)
  })
})

describe('another suite', () => {
  it('[ER1][ER5] a key package of a suite without the post-quantum half is refused', async () => {
    const weaker = await getCiphersuiteImpl(getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'))
    const partner = await newLeaf(weaker)
    const match = { groupId, partnerKeyPackage: partner.keyPackageBytes, admit }
    expect(await startGroup(suite, await newLeaf(), match)).toBeUndefined()
  })

  it('[ER1][ER6] a welcome of another suite is refused', async () => {
    const weaker = await getCiphersuiteImpl(getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'))
    const [creator, joiner] = await Promise.all([newLeaf(weaker), newLeaf(weaker)])
    const group = await createGroup(groupId, creator.publicPackage, creator.privatePackage, [], weaker)
    const options = { extraProposals: [add(joiner.publicPackage)], ratchetTreeExtension: true }
    const { welcome } = await createCommit({ state: group, cipherSuite: weaker }, options)
    const match = { groupId, welcome: encodeWelcome(welcome!), admit }
    expect(await enterGroup(weaker, joiner, match)).toBeUndefined()
  })
})

describe('the zero-key trap', () => {
  const plain = pad(encodeContent({ kind: 'confirm' }))

  async function rawPair() {
    const [creator, joiner] = await Promise.all([newLeaf(), newLeaf()])
    const group = await createGroup(groupId, creator.publicPackage, creator.privatePackage, [], suite)
    const { newState, welcome } = await commit(group, [add(joiner.publicPackage)])
    const { publicPackage, privatePackage } = joiner
    const partner = await joinGroup(welcome, publicPackage, privatePackage, emptyPskIndex, suite)
    return { own: newState, partner: createGroupHandle(suite, partner, 1) }
  }

  function ownSecret(state: ClientState): Uint8Array {
    return itemAt(state.secretTree, 0).application.secret
  }

  const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

  it('[ER15] is still in the library: an old state whose consumed keys were wiped encrypts under zeros', async () => {
    const { own } = await rawPair()
    const { consumed } = await createApplicationMessage(own, plain, suite)
    expect(isZero(ownSecret(own))).toBe(false)
    for (const array of consumed) zeroOutUint8Array(array)
    expect(isZero(ownSecret(own))).toBe(true)
    await expect(createApplicationMessage(own, plain, suite)).resolves.toBeDefined()
  })

  it('[ER15] a sealed message moves the session on, wipes the old key, and the next uses a live one', async () => {
    const { own, partner } = await rawPair()
    const group = createGroupHandle(suite, own, 0)
    const first = await group.seal(plain)
    expect(isZero(ownSecret(own))).toBe(true)
    expect(await partner.open(first)).toEqual({ plain, position: 0 })
    expect(await partner.open(await group.seal(plain))).toEqual({ plain, position: 1 })
  })

  it('[ER15] a seal that fails half-way wipes nothing: the retry uses a live key and the partner opens it', async () => {
    const { own, partner } = await rawPair()
    for (const failingCall of [1, 2]) {
      let calls = 0
      const encryptAead: CiphersuiteImpl['hpke']['encryptAead'] = (...args) => {
        calls++
        return calls === failingCall ? Promise.reject(new Error('no memory')) : suite.hpke.encryptAead(...args)
      }
      const group = createGroupHandle({ ...suite, hpke: { ...suite.hpke, encryptAead } }, own, 0)
      await expect(group.seal(plain)).rejects.toThrow('no memory')
      expect(isZero(ownSecret(own))).toBe(false)
      if (failingCall === 2) expect(await partner.open(await group.seal(plain))).toEqual({ plain, position: 0 })
    }
  })

  it('[ER10] a message of one’s own leaf is refused even where its key is still unused, as in a second copy', async () => {
    const { own, partner } = await rawPair()
    const copy: ClientState = {
      ...own,
      secretTree: own.secretTree.map((node) => ({
        ...node,
        application: { ...node.application, secret: node.application.secret.slice() },
      })),
    }
    const sealed = await createGroupHandle(suite, own, 0).seal(plain)
    expect(await createGroupHandle(suite, copy, 0).open(sealed)).toBeUndefined()
    expect(await partner.open(sealed)).toEqual({ plain, position: 0 })
  })

  it('[ER8] a commit of the partner is refused before any decryption', async () => {
    const { own, partner } = await rawPair()
    let decryptions = 0
    const decryptAead: CiphersuiteImpl['hpke']['decryptAead'] = (...args) => {
      decryptions++
      return suite.hpke.decryptAead(...args)
    }
    const watched = createGroupHandle({ ...suite, hpke: { ...suite.hpke, decryptAead } }, own, 0)
    const { commit: made } = await createCommit({ state: own, cipherSuite: suite }, {})
    expect(await watched.open(encodeMlsMessage(made))).toBeUndefined()
    expect(decryptions).toBe(0)
    expect(await watched.open(await partner.seal(plain))).toEqual({ plain, position: 0 })
    expect(decryptions).toBeGreaterThan(0)
  })

  it('[ER15] a session whose key was wiped refuses to seal', async () => {
    const { own } = await rawPair()
    zeroOutUint8Array(ownSecret(own))
    await expect(createGroupHandle(suite, own, 0).seal(plain)).rejects.toThrow('wiped key')
  })

  it('[ER16] close zeros every secret the state reaches, skipped keys included', async () => {
    const { own, partner } = await rawPair()
    const group = createGroupHandle(suite, own, 0)
    const skipped = [await partner.seal(plain), await partner.seal(plain)]
    expect(await group.open(itemAt(skipped, 1))).toBeDefined()
    const before = [
      ...Object.values(own.keySchedule),
      own.signaturePrivateKey,
      ...Object.values(own.privatePath.privateKeys),
      itemAt(own.secretTree, 0).application.secret,
      itemAt(own.secretTree, 0).handshake.secret,
      itemAt(own.secretTree, 2).application.secret, // Kept for the skipped message, so still live.
    ]
    expect(before.some(isZero)).toBe(false)
    group.close()
    expect(before.every(isZero)).toBe(true)
    expect(await group.open(itemAt(skipped, 0))).toBeUndefined()
    await expect(group.seal(plain)).rejects.toThrow('wiped key')
  })
})
