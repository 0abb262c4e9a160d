import {
  createAccountKeys,
  createDeviceKeys,
  createKeyPackage,
  createMatch,
  createMatchIdentity,
  joinConversation,
  joinMatch,
  openMessage,
  sealMessage,
  startConversation,
  type Group,
  type SenderChain,
} from '@visavis/e2ee'

/** What is measured of our own, the same in Node and in a browser. No imports but the product. */
export const BYTES = 1_024
const TEXT = 'Lorem ipsum '.repeat(BYTES).slice(0, BYTES)
const CONVERSATION = '0f0e0d0c-0000-4000-8000-000000000001'
const NAME = { conversationId: CONVERSATION, generation: 1 }

/** Encrypts and decrypts one message of `BYTES`, and throws if it did not come out as it went in. */
export type RoundTrip = () => Promise<void>

async function makeDevice(accountId: string) {
  const account = await createAccountKeys()
  return createDeviceKeys({ account, accountId, deviceId: `${accountId}-phone` })
}

/** Two devices in the group of one conversation, as clients open it. */
async function makeGroups(): Promise<readonly [Group, Group]> {
  const nowMs = Date.now()
  const [alice, bob] = [await makeDevice('alice'), await makeDevice('bob')]
  const keyPackage = await createKeyPackage(bob, { suite: 'pair', nowMs, isLast: false })
  const given = { suite: 'pair', name: NAME, admit: () => true, nowMs } as const
  const started = await startConversation({ ...given, device: alice, members: [keyPackage.bytes] })
  if (!started.ok || !started.value.first.welcome) throw new Error('not started')
  started.value.first.apply()
  const { welcome } = started.value.first
  const joined = await joinConversation({ ...given, device: bob, welcome, keyPackage: async () => keyPackage })
  if (!joined.ok) throw new Error('not joined')
  return [started.value.group, joined.value.group]
}

/** The MLS group alone: no franking, no padding, nothing beside the ciphertext. */
export async function createMlsAlone(): Promise<RoundTrip> {
  const [alice, bob] = await makeGroups()
  const plain = new TextEncoder().encode(TEXT)
  return async () => {
    const sealed = await alice.seal(plain, new Uint8Array(0))
    sealed.apply()
    const opened = await bob.open(sealed.ciphertext)
    if (!opened.ok || opened.value.plain.byteLength !== BYTES) throw new Error('not opened')
    opened.value.apply()
  }
}

/** The whole path of a message: franking key, commitment, body, chain, padding, MLS, and all checks on the other side. */
export async function createFranked(): Promise<RoundTrip> {
  const [alice, bob] = await makeGroups()
  let chain: SenderChain | undefined
  let seenChain: SenderChain | undefined
  let seen = 0
  return async () => {
    const content = { kind: 'text', text: TEXT } as const
    const sealed = await sealMessage(alice, { content, deviceId: 'alice-phone', chain, seen, clientMs: Date.now() })
    sealed.apply()
    chain = sealed.chain
    const { ciphertext, commitment } = sealed
    const from = { senderAccount: 'alice', senderDevice: 'alice-phone', ...NAME }
    const opened = await openMessage(bob, { ...from, ciphertext, commitment, chain: () => seenChain })
    const isWhole = opened.ok && opened.value.content.kind === 'text' && opened.value.content.text === TEXT
    if (!opened.ok || !isWhole) throw new Error('not opened')
    opened.value.apply()
    seenChain = opened.value.chain
    seen += 1
  }
}

/** Milliseconds from a match's key package to a group at both ends. Identities are made in the lobby and not counted. */
export async function measureOpenings(count: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const nowMs = Date.now()
    const [creator, joiner] = [await createMatchIdentity({ nowMs }), await createMatchIdentity({ nowMs })]
    const callId = crypto.randomUUID()
    const startMs = performance.now()
    const created = await createMatch(creator, { callId, partnerKeyPackage: joiner.keyPackage, nowMs })
    if (!created.ok) throw new Error('not created')
    const joined = await joinMatch(joiner, { callId, welcome: created.value.welcome, nowMs })
    if (!joined.ok) throw new Error('not joined')
    times.push(performance.now() - startMs)
    await Promise.all([created.value.session.destroy(), joined.value.session.destroy()])
  }
  return times
}

const WARM_UP = 100

/** Of one block: the median microseconds of a round trip of each. */
export type Block = Readonly<Record<string, number>>

/**
 * Round trips of each in small blocks. Within a block the trips take turns, each time in another order: what else the
 * machine does, and what one leaves behind for the next, falls on all of them alike, and one that was interrupted does
 * not count. The first messages of each are not counted.
 */
export async function measureInTurn(
  trips: Readonly<Record<string, RoundTrip>>,
  options: { readonly blocks: number; readonly perBlock: number },
): Promise<readonly Block[]> {
  const all = Object.entries(trips)
  for (const [, trip] of all) for (let n = 0; n < WARM_UP; n++) await trip()
  const blocks: Block[] = []
  for (let block = 0; block < options.blocks; block++) {
    const times: Record<string, number[]> = Object.fromEntries(all.map(([name]) => [name, []]))
    for (let n = 0; n < options.perBlock; n++)
      for (const [name, trip] of [...all.slice(n % all.length), ...all.slice(0, n % all.length)]) {
        const startMs = performance.now()
        await trip()
        times[name]?.push((performance.now() - startMs) * 1_000)
      }
    blocks.push(Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)])))
  }
  return blocks
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export type Ours = {
  readonly blocks: readonly Block[]
  readonly openMs: readonly number[]
}

/** Everything of ours in this process. */
export async function measureOurs(options: { blocks: number; perBlock: number; openings: number }): Promise<Ours> {
  const trips = { mls: await createMlsAlone(), franked: await createFranked() }
  return { blocks: await measureInTurn(trips, options), openMs: await measureOpenings(options.openings) }
}
