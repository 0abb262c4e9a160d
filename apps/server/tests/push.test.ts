import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { ConversationId, MessageId } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPushPost } from '../src/push/index.ts'
import { createBrowser, signUp, type Browser, type TestApp } from './support/app.ts'
import { codeOf, json, remove } from './support/people-app.ts'
import { startPushService, type PushService } from './support/push-service.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'
import { newWriter, writeTogether, type Writer, type Writing } from './support/writing-people.ts'

// Pushes on the whole server, to a push service over TLS on this machine: who may, who is woken, and with what.

let app: TestApp
let service: PushService
beforeAll(async () => {
  service = await startPushService()
  app = await startWholeApp(await openEmbeddedCopy(), {
    env: { VISAVIS_PUSH_HOSTS: service.host, VISAVIS_LOG_LEVEL: 'debug' },
    postPush: createPushPost({ ca: service.certificate }),
  })
})
afterAll(async () => {
  await app.end()
  await app.storage.close()
  await service.close()
})

const turnOn = (browser: Browser, name: string) =>
  codeOf(browser.post('/api/push', { endpoint: service.endpoint(name) }))
const isOn = async (browser: Browser) => (await json<{ isOn: boolean }>(browser.get('/api/push'))).isOn
const pathsTaken = () => service.taken.map(({ path }) => path)

/** Sends bytes that nobody can read: the server does not know the difference. */
async function say({ a }: Writing, conversationId: ConversationId, isQuiet?: true): Promise<void> {
  await a.socket.ask('conversation.send', {
    conversationId,
    generation: 1,
    epoch: a.group?.epoch() ?? 0,
    messageId: crypto.randomUUID() as MessageId,
    commitment: new Uint8Array(randomBytes(32)),
    ciphertext: new Uint8Array(randomBytes(64)),
    ...(isQuiet && { isQuiet }),
  })
}

async function pair(): Promise<{ one: Writer; other: Writer; writing: Writing; id: ConversationId }> {
  const [one, other] = [await newWriter(app), await newWriter(app)]
  const writing = await writeTogether(app, one, other)
  return { one, other, id: writing.conversationId, writing }
}

describe('[K12] pushes over HTTP', () => {
  it('[K12] are for registered devices, each its own: not another’s, not the signed out’s', async () => {
    const [ally, bobby] = [await newWriter(app), await newWriter(app)]
    const unlinked = createBrowser(app)
    await signUp(unlinked, 'calm-vole-88')
    const attempts = (browser: Browser) =>
      Promise.all([
        codeOf(browser.get('/api/push')),
        turnOn(browser, 'attempt'),
        codeOf(remove(app, browser, '/api/push')),
      ])
    expect(await attempts(createBrowser(app))).toEqual(Array(3).fill('AUTH_REQUIRED'))
    expect(await attempts(unlinked)).toEqual(['ok', 'DEVICE_REQUIRED', 'DEVICE_REQUIRED'])
    expect(await turnOn(ally.browser, 'ally')).toBe('ok')
    expect([await isOn(ally.browser), await isOn(bobby.browser)]).toEqual([true, false])
    expect(await codeOf(remove(app, bobby.browser, '/api/push'))).toBe('ok')
    expect(await isOn(ally.browser)).toBe(true)
    expect(await codeOf(remove(app, ally.browser, '/api/push'))).toBe('ok')
    expect(await isOn(ally.browser)).toBe(false)
  })

  it('[WH5] have bounds, whatever the body says', async () => {
    const { browser } = await newWriter(app)
    const bodies: readonly (readonly [unknown, string])[] = [
      [{}, 'WIRE_INVALID'],
      [{ endpoint: '' }, 'WIRE_INVALID'],
      [{ endpoint: 7 }, 'WIRE_INVALID'],
      [{ endpoint: 'http://fcm.googleapis.com/x' }, 'WIRE_INVALID'],
      [{ endpoint: `https://${service.host}/a b` }, 'WIRE_INVALID'],
      [{ endpoint: `${service.endpoint('x')}${'x'.repeat(1_024)}` }, 'WIRE_INVALID'],
      [{ endpoint: service.endpoint('x'), keys: { auth: 'x' } }, 'WIRE_INVALID'],
      [{ endpoint: 'https://fcm.googleapis.com/fcm/send/x' }, 'PUSH_REFUSED'],
      [{ endpoint: 'https://169.254.169.254/latest/meta-data' }, 'PUSH_REFUSED'],
      [{ endpoint: 'https://127.0.0.1/x' }, 'PUSH_REFUSED'],
      [{ endpoint: `https://${service.host}@evil.example/x` }, 'PUSH_REFUSED'],
    ]
    for (const [body, code] of bodies)
      expect([body, await codeOf(browser.post('/api/push', body))]).toEqual([body, code])
    expect(await isOn(browser)).toBe(false)
  })
})

describe('[K12] [WV8] waking a device', () => {
  it('[K12] [WV8] happens when its socket is gone and there is something to read: once, and with nothing in it', async () => {
    const { one, other, id, writing } = await pair()
    expect(await turnOn(one.browser, 'here')).toBe('ok')
    expect(await turnOn(other.browser, 'away')).toBe('ok')
    await say(writing, id)
    await other.socket?.end()
    await say(writing, id, true)
    await say(writing, id)
    await say(writing, id)
    await expect.poll(pathsTaken, { timeout: 20_000 }).toContain('/push/away')
    const [push] = service.taken.filter(({ path }) => path === '/push/away')
    expect(push?.body.byteLength).toBe(0)
    const told = JSON.stringify([
      push,
      Buffer.from(push?.headers.authorization?.split('.')[1] ?? '', 'base64url').toString(),
    ])
    for (const secret of [id, one.accountId, other.accountId, other.device.deviceId, one.device.deviceId])
      expect(told).not.toContain(secret)

    const [quiet, later] = [await pair(), await pair()]
    for (const [each, name] of [
      [quiet, 'quiet'],
      [later, 'later'],
    ] as const) {
      expect(await turnOn(each.other.browser, name)).toBe('ok')
      await each.other.socket?.end()
      await say(each.writing, each.id, name === 'quiet' ? true : undefined)
    }
    await say(writing, id)
    // Whoever was to be woken by what was sent before would have been woken before.
    await expect.poll(pathsTaken, { timeout: 20_000 }).toContain('/push/later')
    expect(pathsTaken()).not.toContain('/push/quiet')
    expect(pathsTaken().filter((path) => path === '/push/away')).toHaveLength(1)
    expect(pathsTaken()).not.toContain('/push/here')
  })

  it('[K12] [WH5] the address is nowhere in the clear, and goes with the device', async () => {
    const [revoked, signedOut] = [await newWriter(app), await newWriter(app)]
    for (const { browser } of [revoked, signedOut]) expect(await turnOn(browser, 'plantedaddress')).toBe('ok')
    const { rows } = await sql<{ bytes: Uint8Array }>`select endpoint as bytes from push_subscriptions`.execute(
      app.storage.db,
    )
    expect(rows.length).toBeGreaterThan(1)
    for (const { bytes } of rows) expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/127\.0\.0\.1|planted/)
    expect(app.log.text()).not.toMatch(/plantedaddress|\/push\//)

    const kept = async () => {
      const ids = [revoked, signedOut].map(({ device }) => device.deviceId)
      const left = await sql<{ device_id: string }>`
        select device_id from push_subscriptions where device_id in (${sql.join(ids)})`.execute(app.storage.db)
      return left.rows.length
    }
    expect(await kept()).toBe(2)
    expect(await codeOf(remove(app, revoked.browser, `/api/devices/${revoked.device.deviceId}`))).toBe('ok')
    expect(await kept()).toBe(1)
    expect(await codeOf(signedOut.browser.post('/api/sign-out', {}))).toBe('ok')
    await expect.poll(kept).toBe(0)
  })
})
