import {
  createAccountKeys,
  createDeviceKeys,
  createKeyPackage,
  signSessionBinding,
  type DeviceKeys,
} from '@visavis/e2ee'
import { CODES, toB64, type DeviceId } from '@visavis/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser, PASSWORD, signUp, type Browser, type TestApp } from './support/app.ts'
import { codeOf, json, personOf, remove } from './support/people-app.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { openSocket, startWholeApp } from './support/whole-app.ts'

// The whole server as it is started, with real keys: from a call of two strangers to a contact on registered devices.

let app: TestApp
beforeAll(async () => {
  app = await startWholeApp(await openEmbeddedCopy())
})
afterAll(async () => {
  await app.end()
  await app.storage.close()
})

type Someone = { readonly browser: Browser; readonly handle: string; readonly device: DeviceKeys }
let people = 0

const registration = (device: DeviceKeys) => ({
  deviceId: device.deviceId,
  name: 'laptop',
  accountKey: toB64(device.accountKey),
  deviceKey: toB64(device.deviceKey),
  signature: toB64(device.signature),
  startAfresh: false,
})

async function someone(): Promise<Someone> {
  const browser = createBrowser(app)
  const handle = `calm-lynx-${(people += 1) + 400}`
  await signUp(browser, handle)
  const accountId = (await personOf(browser))?.accountId ?? ''
  const account = await createAccountKeys()
  const device = await createDeviceKeys({ account, accountId, deviceId: crypto.randomUUID() })
  expect(await codeOf(browser.post('/api/devices', registration(device)))).toBe('ok')
  return { browser, handle, device }
}

it('[M17] two who met in a call and both say so are contacts, and their devices hear of it', async () => {
  const [one, other] = [await someone(), await someone()]
  const sockets = [await openSocket(app, one.browser), await openSocket(app, other.browser)] as const
  for (const socket of sockets) await socket.seek()
  const { callId } = await sockets[0].nth('match.found', 1)
  expect(await sockets[0].ask('contact.keep', { callId, keep: true })).toEqual({})
  expect(await sockets[1].ask('contact.keep', { callId, keep: true })).toEqual({})
  expect(await sockets[0].nth('contact.made', 1)).toMatchObject({ callId, handle: other.handle })
  const made = await sockets[1].nth('contact.made', 1)
  expect(made).toMatchObject({ accountId: one.device.accountId, handle: one.handle })
  await sockets[0].nth('changed', 2)
  const { conversations } = await json<{ conversations: { conversationId: string; state: string }[] }>(
    one.browser.get('/api/conversations'),
  )
  expect(conversations).toMatchObject([{ conversationId: made.conversationId, state: 'open' }])

  const packaged = await createKeyPackage(other.device, { suite: 'pair', nowMs: Date.now(), isLast: false })
  const packages = [toB64(packaged.bytes)]
  expect(await codeOf(one.browser.post('/api/key-packages', { suite: 'pair', packages }))).toBe('DEVICE_KEY_REFUSED')
  expect(await json(other.browser.post('/api/key-packages', { suite: 'pair', packages }))).toEqual({ left: 1 })
  const wish = { conversationId: made.conversationId, devices: [other.device.deviceId] }
  const claimed = await json(one.browser.post('/api/key-packages/claim', wish))
  expect(claimed).toMatchObject({ packages: [{ deviceId: other.device.deviceId, keyPackage: packages[0] }] })

  expect(await codeOf(remove(app, other.browser, `/api/contacts/${one.device.accountId}`))).toBe('ok')
  await sockets[0].nth('changed', 4)
  for (const socket of sockets) await socket.end()
})

it('[K7] a declined asker goes on seeing the request as sent', async () => {
  const [one, other] = [await someone(), await someone()]
  const { code } = await json<{ code: string }>(other.browser.post('/api/contact-code', { on: true }))
  const { conversationId } = await json<{ conversationId: string }>(one.browser.post('/api/contact-requests', { code }))
  const statesOf = async ({ browser }: Someone) =>
    (await json<{ conversations: { state: string }[] }>(browser.get('/api/conversations'))).conversations.map(
      (conversation) => conversation.state,
    )
  expect([await statesOf(one), await statesOf(other)]).toEqual([['requested'], ['request']])
  await other.browser.post(`/api/contact-requests/${conversationId}`, { accept: false })
  expect(await statesOf(one)).toEqual(['requested'])
  expect(await statesOf(other)).not.toContain('request')
})

it('[K9] a session bound with the key of its device speaks for it; the socket of a revoked device ends', async () => {
  const { browser, device, handle } = await someone()
  const former = await openSocket(app, browser)
  const second = createBrowser(app)
  await second.post('/api/sign-in', { handle, password: PASSWORD })
  const early = await openSocket(app, second)
  const sessionId = (await personOf(second))?.sessionId ?? ''
  const atMs = Date.now()
  const deviceId = device.deviceId as DeviceId
  const bind = (signature: Uint8Array) =>
    second.post('/api/devices/bind', { deviceId, atMs, signature: toB64(signature) })
  expect(await codeOf(bind(await signSessionBinding(device, { sessionId, atMs: atMs + 1 })))).toBe('DEVICE_KEY_REFUSED')
  expect(await codeOf(bind(await signSessionBinding(device, { sessionId, atMs })))).toBe('ok')
  expect(await former.closed()).toBe(CODES.AUTH_REQUIRED.close)
  const socket = await openSocket(app, second)
  await second.post(`/api/devices/${deviceId}/name`, { name: 'phone' })
  expect(await codeOf(second.post('/api/sign-out', {}))).toBe('ok')
  // Also the socket that was opened before the session was bound.
  for (const open of [socket, early]) expect(await open.closed()).toBe(CODES.AUTH_REQUIRED.close)
  const third = createBrowser(app)
  await third.post('/api/sign-in', { handle, password: PASSWORD })
  expect(await json(third.get('/api/devices'))).toMatchObject({ devices: [] })
})
