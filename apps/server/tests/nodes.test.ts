import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { createSeededRandom } from '@visavis/testkit'
import { CODES } from '@visavis/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createInProcessBus } from '../src/bus/index.ts'
import { loadSecrets } from '../src/secrets.ts'
import type { Storage } from '../src/storage/index.ts'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { openSocket, startWholeApp } from './support/whole-app.ts'

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
