import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createFakeLog, createSeededRandom } from '@visavis/testkit'
import type { ConversationId, DeviceId, MessageId, RouteResponse } from '@visavis/wire'
import { afterEach, expect, it } from 'vitest'
import { loadSecrets } from '../src/secrets.ts'
import { openStorage, type Storage } from '../src/storage/index.ts'
import { createBrowser, type Browser, type TestApp } from './support/app.ts'
import { json } from './support/people-app.ts'
import { openSocket, startWholeApp, type SocketClient } from './support/whole-app.ts'
import { befriend, newWriter, type Writer } from './support/writing-people.ts'

// An older copy of the database on disk is put back while devices are ahead of it, as operations.md says, with the command
// that is named there. What the devices make of it is the matter of the messenger's own test (core/restore.test.ts).

const CLI = path.join(import.meta.dirname, '../src/staff-cli.ts')
const random = createSeededRandom(randomBytes(8).readBigUInt64LE())
const secrets = loadSecrets({ configured: 'a root secret that outlives the database', dataDir: tmpdir(), random })
const folders: string[] = []
const running: { storage: Storage; app: TestApp }[] = []
const newFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-restore-'))
  folders.push(folder)
  return path.join(folder, 'data')
}
afterEach(async () => {
  await halt()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function boot(dataDir: string): Promise<TestApp> {
  const storage = await openStorage({ dataDir, log: createFakeLog() })
  const app = await startWholeApp(storage, { secrets })
  running.push({ storage, app })
  return app
}
async function halt(): Promise<void> {
  for (const { app, storage } of running.splice(0)) {
    await app.end()
    await storage.close()
  }
}

/** The same browser, which finds the server again after a restart; its port is another one here. */
function again(app: TestApp, { browser }: Writer): Browser {
  const found = createBrowser(app)
  for (const [name, value] of browser.cookies) found.cookies.set(name, value)
  return found
}
const connect = async (app: TestApp, writers: readonly [Writer, Writer]) =>
  [await openSocket(app, again(app, writers[0])), await openSocket(app, again(app, writers[1]))] as const

const id = () => crypto.randomUUID() as MessageId
const start = (socket: SocketClient, conversationId: ConversationId, generation: number, other: Writer) => {
  const adds = [other.device.deviceId as DeviceId]
  const step = { conversationId, generation, epoch: 0, messageId: id(), removes: [], adds }
  return socket.ask('conversation.commit', { ...step, welcome: Uint8Array.of(1) })
}
const say = (socket: SocketClient, conversationId: ConversationId, generation: number) => {
  const sealed = { commitment: new Uint8Array(32), ciphertext: Uint8Array.of(2) }
  return socket.ask('conversation.send', { conversationId, generation, epoch: 1, messageId: id(), ...sealed })
}

it('[O1] [WV1] after an older database was put back nothing is given out twice, and every group has to start again', async () => {
  const [data, backup] = [newFolder(), newFolder()]
  let app = await boot(data)
  const [one, other] = [await newWriter(app), await newWriter(app)]
  const conversationId = await befriend(one, other)
  let [writing, reading] = await connect(app, [one, other])
  await start(writing, conversationId, 1, other)
  await say(writing, conversationId, 1)
  await reading.nth('entry', 2)
  await halt()
  cpSync(data, backup, { recursive: true })

  // Life goes on: a generation and three messages that the backup does not know.
  app = await boot(data)
  ;[writing, reading] = await connect(app, [one, other])
  await start(writing, conversationId, 2, other)
  const ahead = []
  for (let count = 0; count < 3; count += 1) ahead.push((await say(writing, conversationId, 2)).position)
  expect(ahead).toEqual([2, 3, 4])
  const last = await reading.nth('entry', 6)
  await halt()

  const env = { ...process.env, VISAVIS_DATA: backup, DATABASE_URL: '' }
  const { status, stdout } = spawnSync(process.execPath, [CLI, 'restored'], { env, encoding: 'utf8' })
  expect([status, stdout]).toEqual([0, 'Ready to start. 1 conversations will begin a new group by themselves.\n'])

  app = await boot(backup)
  ;[writing, reading] = await connect(app, [one, other])
  const answer = again(app, one).get('/api/conversations')
  const [listed] = (await json<RouteResponse<'listConversations'>>(answer)).conversations
  expect(listed).toMatchObject({ state: 'open', epoch: 0, roster: [] })
  const generation = listed?.generation ?? 0
  expect(generation).toBeGreaterThan(2)
  for (const former of [1, 2]) await expect(say(writing, conversationId, former)).rejects.toThrow('CONVERSATION_EPOCH')
  await start(writing, conversationId, generation + 1, other)
  const { position } = await say(writing, conversationId, generation + 1)
  expect(position).toBeGreaterThan(4)
  const entries = [await reading.nth('entry', 1), await reading.nth('entry', 2)]
  const fresh = entries.concat(reading.all('entry').slice(2)).filter((entry) => entry.generation === generation + 1)
  for (const { seq } of fresh) expect(seq).toBeGreaterThan(last.seq)
}, 180_000)
