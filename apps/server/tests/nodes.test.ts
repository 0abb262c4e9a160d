import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { createSeededRandom } from '@visavis/testkit'
import { CODES, type DeviceId, type MessageId } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInProcessBus } from '../src/bus/index.ts'
import { loadSecrets } from '../src/secrets.ts'
import type { Storage } from '../src/storage/index.ts'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { codeOf, remove } from './support/people-app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { openSocket, startWholeApp, type SocketClient } from './support/whole-app.ts'
import { befriend, linkDevice, newWriter, type Writer } from './support/writing-people.ts'

// Two equal nodes over one storage and one bus: requests arrive at the first, sockets are held by the second.

let storage: Storage
let [requests, sockets]: (TestApp | undefined)[] = []
const bus = createInProcessBus()

function nodes(): { requests: TestApp; sockets: TestApp } {
  if (!requests || !sockets) throw new Error('the nodes do not run')
  return { requests, sockets }
}

beforeAll(async () => {
  storage = await openEmbeddedCopy()
  const random = createSeededRandom(randomBytes(8).readBigUInt64LE())
  const secrets = loadSecrets({ configured: 'a root secret shared by both of the nodes', dataDir: tmpdir(), random })
  requests = await startWholeApp(storage, { bus, secrets })
  sockets = await startWholeApp(storage, { bus, secrets, env: { VISAVIS_METRICS_PORT: '0' } })
})
afterAll(async () => {
  await requests?.end()
  await sockets?.end()
  await bus.close()
  await storage.close()
})

async function person(handle: string) {
  const browser: Browser = createBrowser(nodes().requests)
  await signUp(browser, handle)
  return { browser, socket: await openSocket(nodes().sockets, browser) }
}

it('[O1] tells an operator how many there are, and not who', async () => {
  const figures = async () => (await fetch(`http://127.0.0.1:${nodes().sockets.metricsPort}/metrics`)).text()
  const [one, two] = [await person('quiet-otter-11'), await person('quiet-otter-12')]
  await one.socket.seek()
  expect(await figures()).toMatch(/\nvisavis_sockets 2\n[^]*\nvisavis_waiting 1\n[^]*\nvisavis_calls 0\n/)
  await two.socket.seek()
  const { callId } = await two.socket.nth('match.found', 1)
  const text = await figures()
  expect(text).toMatch(/\nvisavis_waiting 0\n[^]*\nvisavis_calls 1\n[^]*\nvisavis_relay_legs 0\n/)
  expect(text).not.toMatch(new RegExp(`${callId}|quiet-otter|[0-9a-f]{8}-[0-9a-f]{4}-`))
  for (const { socket } of [one, two]) await socket.end()
})

it('[M7] a block made at one node ends the call on another, and keeps the waiting apart there', async () => {
  const [alice, bob, carol] = [
    await person('amber-otter-41'),
    await person('brisk-heron-17'),
    await person('calm-lynx-63'),
  ]
  await alice.socket.seek()
  await bob.socket.seek()
  const { callId } = await alice.socket.nth('match.found', 1)
  // The other node knows the call from the storage, once it is written.
  let made: Response
  do made = await alice.browser.post('/api/blocks', { callId })
  while (made.status === 404)
  expect(made.status).toBe(200)
  expect(await bob.socket.nth('call.ended', 1)).toEqual({ callId, reason: 'left' })
  await alice.socket.nth('call.ended', 1)
  await alice.socket.seek()
  await bob.socket.seek()
  await carol.socket.seek()
  await carol.socket.nth('match.found', 1)
  const met = [alice, bob].map(({ socket }) => socket.all('match.found').length)
  expect(met.toSorted((a, b) => a - b)).toEqual([1, 2])
  for (const { socket } of [alice, bob, carol]) await socket.end()
})

it('[A11] a session that ends at one node loses its socket on another, and only that one', async () => {
  const [dave, mod] = [await person('dapper-wren-88'), await person('mossy-owl-05')]
  expect((await dave.browser.post('/api/sign-out', {})).status).toBe(200)
  expect(await dave.socket.closed()).toBe(CODES.AUTH_REQUIRED.close)
  await mod.socket.seek()
  await mod.socket.end()
})

describe('[O1] private messages on two nodes', () => {
  const WAIT = { timeout: 10_000, interval: 5 }

  /** Two contacts with real keys: what they ask goes to the one node, their sockets are at the other. */
  async function pairAcross() {
    const [one, other] = [await newWriter(nodes().requests), await newWriter(nodes().requests)]
    for (const writer of [one, other]) writer.socket = await openSocket(nodes().sockets, writer.browser)
    return { one, other, conversationId: await befriend(one, other) }
  }
  const socketOf = ({ socket }: Writer): SocketClient => {
    if (!socket) throw new Error('no socket')
    return socket
  }
  const changes = (writer: Writer) =>
    socketOf(writer)
      .all('changed')
      .map(({ what }) => what)
  /** Waits until this was told `count` times. */
  const told = (writer: Writer, what: string, count: number) =>
    expect.poll(() => changes(writer).filter((each) => each === what).length, WAIT).toBe(count)

  it('[K7] a request and its answer at one node are news for devices on the other, each told once', async () => {
    const { one, other } = await pairAcross()
    for (const writer of [one, other]) {
      await told(writer, 'contacts', 2)
      await told(writer, 'conversations', 2)
    }
    expect(await codeOf(remove(nodes().requests, one.browser, `/api/contacts/${other.accountId}`))).toBe('ok')
    for (const writer of [one, other]) await told(writer, 'contacts', 3)
    for (const writer of [one, other]) await socketOf(writer).end()
  })

  it('[K9] a device that is linked or revoked at one node is news for the account and its contacts on the other', async () => {
    const { one, other } = await pairAcross()
    await told(other, 'conversations', 2)
    await told(one, 'devices', 0)
    const second = await linkDevice(nodes().requests, one)
    await told(one, 'devices', 1)
    await told(other, 'conversations', 3)
    const secondSocket = await openSocket(nodes().sockets, second.browser)
    expect(await codeOf(remove(nodes().requests, one.browser, `/api/devices/${second.device.deviceId}`))).toBe('ok')
    expect(await secondSocket.closed()).toBe(CODES.AUTH_REQUIRED.close)
    await told(one, 'devices', 2)
    await told(other, 'conversations', 4)
    expect(changes(other)).not.toContain('devices')
    for (const writer of [one, other]) await socketOf(writer).end()
  })

  it('[M17] who is kept at one node is told on the other, by name', async () => {
    const [one, other] = [await person('eager-finch-31'), await person('fuzzy-crane-32')]
    await one.socket.seek()
    await other.socket.seek()
    const { callId } = await one.socket.nth('match.found', 1)
    await other.socket.ask('contact.keep', { callId, keep: true })
    // A socket of the same session at the other node, which knows the call from the storage, once it is written.
    const elsewhere = await openSocket(nodes().requests, one.browser)
    while (other.socket.all('contact.made').length === 0) await elsewhere.ask('contact.keep', { callId, keep: true })
    expect(other.socket.all('contact.made')).toMatchObject([{ callId, handle: 'eager-finch-31' }])
    expect(await elsewhere.nth('contact.made', 1)).toMatchObject({ callId, handle: 'fuzzy-crane-32' })
    for (const socket of [one.socket, other.socket, elsewhere]) await socket.end()
  })

  it('[WV4] [K3] typing and what has arrived cross from one node to the other', async () => {
    const { one, other, conversationId } = await pairAcross()
    const writing = await openSocket(nodes().requests, one.browser)
    const id = () => crypto.randomUUID() as MessageId
    const adds = [other.device.deviceId as DeviceId]
    const start = { conversationId, generation: 1, epoch: 0, removes: [], welcome: Uint8Array.of(1), adds }
    await writing.ask('conversation.commit', { ...start, messageId: id() })
    await writing.ask('conversation.typing', { conversationId })
    expect(await socketOf(other).nth('conversation.typing', 1)).toEqual({ conversationId, accountId: one.accountId })
    // Nobody is told of their own typing, on whichever node.
    expect(socketOf(one).all('conversation.typing')).toEqual([])

    const bytes = { commitment: new Uint8Array(32), ciphertext: Uint8Array.of(2) }
    const said = { conversationId, generation: 1, epoch: 1, messageId: id(), ...bytes }
    const { position } = await writing.ask('conversation.send', said)
    await socketOf(other).end()
    const back = await openSocket(nodes().sockets, other.browser)
    const { seq } = await back.nth('entry', 2)
    back.post('received', { sessionSeq: 0, durableSeq: seq })
    const delivered = { conversationId, accountId: other.accountId, position }
    expect(await writing.nth('conversation.delivered', 1)).toEqual(delivered)
    for (const socket of [writing, back, socketOf(one)]) await socket.end()
  })

  it('[WV7] what is over at one node takes no file and no typing at the other, which knew it as open', async () => {
    const { one, other, conversationId } = await pairAcross()
    const writing = await openSocket(nodes().requests, one.browser)
    const typing = () =>
      writing.ask('conversation.typing', { conversationId }).then(
        () => 'ok',
        ({ message }) => message,
      )
    expect(await typing()).toBe('ok')
    expect(await codeOf(remove(nodes().sockets, other.browser, `/api/contacts/${one.accountId}`))).toBe('ok')
    await expect.poll(typing, WAIT).toBe('CONVERSATION_UNKNOWN')
    const file = one.browser.post('/api/files', { conversationId, sizeBytes: 1 })
    expect(await codeOf(file)).toBe('CONVERSATION_UNKNOWN')
    for (const socket of [writing, socketOf(one), socketOf(other)]) await socket.end()
  })
})
