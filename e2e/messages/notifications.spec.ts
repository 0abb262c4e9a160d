import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { startPushService, type PushService } from '../../apps/server/tests/support/push-service.ts'
import { haveAccount } from '../support/account.ts'
import { expectMessage, makeContacts, message, openChat, writeMessage } from '../support/chats.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import {
  deliverPush,
  playPushManager,
  pushCalls,
  serviceWorkerOf,
  shownNotifications,
} from '../support/push-browser.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * The app without a network, and being told of messages while it is closed. The tests go on from each other: two people
 * become contacts, one of them loses the network, then closes the app and is woken.
 */
test.describe.configure({ mode: 'serial', timeout: 240_000 })

const WORDS = {
  first: 'The lighthouse keeper collects paper lanterns',
  offline: 'Written in a tunnel under the mountains',
  away: 'The sturgeon has left by the night train',
}

let pushes: PushService
let server: TestServer
let folder: string
let origin: string
let red: Person
let green: Person

test.beforeAll(async () => {
  test.setTimeout(300_000)
  folder = mkdtempSync(path.join(tmpdir(), 'visavis-push-'))
  pushes = await startPushService()
  const certificate = path.join(folder, 'push-service.pem')
  writeFileSync(certificate, pushes.certificate)
  server = await createTestServer({
    VISAVIS_PUSH_HOSTS: pushes.host,
    NODE_EXTRA_CA_CERTS: certificate,
    VISAVIS_LOG_LEVEL: 'debug',
  })
  await server.start()
  origin = `http://localhost:${server.port}`
  red = await createPerson({ origin, look: LOOKS.red, permissions: ['camera', 'microphone', 'notifications'] })
  green = await createPerson({ origin, look: LOOKS.green })
  await playPushManager(red.page, pushes.endpoint('red'))
  await Promise.all([red, green].map(haveAccount))
  await makeContacts(red, green)
  await writeMessage(green, WORDS.first)
  await expectMessage(red, WORDS.first)
})

test.afterAll(async () => {
  await Promise.all([red, green].map((person) => person?.close()))
  await server?.remove()
  await pushes?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('[K12] [K4] without a network and without a server the app opens, shows the messages, and says that it is offline', async () => {
  const { page } = red
  await serviceWorkerOf(page)
  await server.stop()
  await red.context.setOffline(true)
  await page.goto('/chats')
  await openChat(red, green.handle)
  await expect(message(red, WORDS.first)).toBeAttached()
  await expect(page.getByText('You are offline.').first()).toBeVisible()
  await page.reload()
  await expect(message(red, WORDS.first)).toBeAttached({ timeout: 60_000 })
  await writeMessage(red, WORDS.offline)
  await expect(message(red, WORDS.offline)).toBeAttached()

  await server.start()
  await red.context.setOffline(false)
  await openChat(green, red.handle)
  await expectMessage(green, WORDS.offline)
  expect(red.complaints.filter((text) => /policy|trusted/i.test(text))).toEqual([])
})

test('[K12] [M9] nobody is asked before the switch is pressed; then the server knows where to push, and shows it', async () => {
  const { page } = red
  await page.goto('/settings')
  const change = page.getByRole('switch', { name: 'Tell me of new messages on this device' })
  await expect(change).not.toBeChecked()
  expect(await pushCalls(page)).toEqual([])
  await change.click()
  await expect(change).toBeChecked()
  const [subscribed = ''] = await pushCalls(page)
  expect(subscribed).toMatch(/^subscribe \{"userVisibleOnly":true,"applicationServerKey":"[\w-]{87}"\}$/)
  await page.reload()
  await expect(change).toBeChecked()
})

test('[K12] [WV8] a closed app is woken once, by a push without content; the notification says one line and no more', async () => {
  const worker = await serviceWorkerOf(red.page)
  await red.page.goto('about:blank')
  await openChat(green, red.handle)
  await writeMessage(green, WORDS.away)
  await expect.poll(() => pushes.taken.length, { timeout: 30_000 }).toBe(1)
  expect(pushes.taken[0]?.body.byteLength).toBe(0)
  expect(JSON.stringify(pushes.taken)).not.toContain(green.handle)

  const [watcher] = [await red.context.newPage()]
  await watcher.goto('about:blank')
  await deliverPush(watcher, origin)
  await expect.poll(() => shownNotifications(worker)).toHaveLength(1)
  const shown = await shownNotifications(worker)
  expect(shown).toEqual([{ title: 'Visavis', body: 'There are new messages for you.', tag: 'messages', data: null }])
  for (const secret of [...Object.values(WORDS), green.handle, red.handle])
    expect(JSON.stringify(shown)).not.toContain(secret)
  await watcher.close()
})

test('[K12] whoever looks at the app is not told, and what was shown goes', async () => {
  const { page } = red
  const worker = await serviceWorkerOf(await backToChats())
  await expectMessage(red, WORDS.away)
  await expect.poll(() => shownNotifications(worker)).toEqual([])
  await deliverPush(page, origin)
  // The worker answers in order: once it has counted, the push before is done with.
  await expect.poll(() => shownNotifications(worker)).toEqual([])
})

test('[K12] [K11] signing out leaves nothing about anybody: not who it was, not in a cache, and no push', async () => {
  const { page } = red
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Delete and sign out' }).click()
  await expect(page).toHaveURL(/\/$/, { timeout: 60_000 })
  await expect
    .poll(() => page.evaluate(() => JSON.stringify(Object.entries(sessionStorage))))
    .not.toContain('played-subscription')
  const left = await page.evaluate(async () => {
    const kept: string[] = []
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) kept.push(new URL(url).pathname)
    return {
      kept,
      local: JSON.stringify(Object.entries(localStorage)),
    }
  })
  expect(left.kept.length).toBeGreaterThan(20)
  for (const each of left.kept)
    expect(each).toMatch(/^\/(?:_app\/immutable\/.+|index\.html|icon\.svg|manifest\.webmanifest)$/)
  expect(left.local).not.toContain(red.handle)
  expect(left.local).not.toMatch(/visavis\.(?:session|notifications)/)
  expect(server.output()).not.toContain('/push/red')

  await writeMessage(green, WORDS.first)
  await server.stop()
  await red.context.setOffline(true)
  await page.goto('/chats')
  await expect(page.getByText(red.handle)).toHaveCount(0)
  await expect(page.getByText(WORDS.first)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
})

async function backToChats() {
  await openChat(red, green.handle)
  return red.page
}
