import { expect, test } from '@playwright/test'
import { postgresPrograms, startCluster, type Cluster } from '../apps/server/tests/support/postgres.ts'
import { haveAccount } from './support/account.ts'
import { createPerson, expectToRead, expectToSee, signIn, start, write, type Person } from './support/person.ts'
import { LOOKS } from './support/pictures.ts'
import { createTestServer, type TestServer } from './support/server.ts'
import { chooseText, expectCallWith, picture } from './support/worded.ts'

/**
 * What people are told when something is missing on the other side: the network, the server, its database. Each outcome
 * has words, nothing written is lost or doubled, and all recovers by itself.
 */
test.describe.configure({ timeout: 180_000 })

const GONE_MS = 5_000
const SESSION_OVER = 'You have been signed out, because the session ended.'
const open: { close(): Promise<unknown> }[] = []

test.afterEach(async () => {
  // What was started last ends first: browsers, then the server, then its database.
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function startServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const server = await createTestServer(env)
  open.push({ close: () => server.remove() })
  await server.start()
  return server
}

async function person(server: TestServer, look: Person['look']): Promise<Person> {
  const made = await createPerson({ origin: `http://localhost:${server.port}`, look })
  open.push(made)
  return made
}

async function meetByText(one: Person, other: Person): Promise<void> {
  for (const each of [one, other]) {
    await chooseText(each)
    await start(each)
  }
  await Promise.all([expectCallWith(one), expectCallWith(other)])
}

const health = (server: TestServer) =>
  fetch(`http://127.0.0.1:${server.port}/healthz`).then(
    ({ status }) => status,
    () => 0,
  )

/** In the log of messages, the state of one's own message. */
const stateOf = (each: Person, text: string) =>
  each.page.getByRole('log').locator('div').filter({ hasText: text }).locator('p').last()

async function fillAccount(each: Person): Promise<void> {
  const { page } = each
  await page.goto('/join')
  await page.getByRole('button', { name: 'Yes, I am 18 or older' }).click()
  await page.getByRole('button', { name: 'I agree to these guidelines' }).click()
  const handle = page.getByLabel('Handle', { exact: true })
  await expect(handle).toHaveValue(/^[a-z0-9]/)
  each.handle = await handle.inputValue()
  await page.getByRole('radio', { name: 'Password' }).check({ force: true })
  await page.getByLabel('Password', { exact: true }).and(page.locator('input[autocomplete]')).fill(each.password)
  await expect(page.getByText('Puzzle solved.')).toBeVisible()
}

async function startDatabase(): Promise<Cluster> {
  const programs = postgresPrograms()
  test.skip(programs === undefined, 'PostgreSQL is not installed')
  const cluster = await startCluster(programs ?? '')
  open.push({ close: () => cluster.stop() })
  return cluster
}

test('[K4] [T1] database gone for 5 s in mid-call: media goes on, texts wait and arrive once, requests get words', async () => {
  const cluster = await startDatabase()
  const server = await startServer({ DATABASE_URL: cluster.url('postgres') })
  const [red, green, blue] = [
    await person(server, LOOKS.red),
    await person(server, LOOKS.green),
    await person(server, LOOKS.blue),
  ]
  await Promise.all([red, green].map(haveAccount))
  await fillAccount(blue)
  await start(red)
  await start(green)
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])

  await cluster.kill()
  const goneAtMs = Date.now()
  await write(red, 'written without a database')
  await expect(stateOf(red, 'written without a database')).toHaveText('Sending')
  await blue.page.getByRole('button', { name: 'Create account' }).click()
  const words = 'The server cannot save anything right now. Try again in a minute.'
  await expect(blue.page.getByText(words)).toBeVisible()
  await picture(blue.page, 'storage-join')
  await green.page.getByRole('button', { name: /^Report/ }).click()
  await green.page.getByRole('button', { name: /^Hate/ }).click()
  await expect(green.page.getByRole('dialog').getByText(words)).toBeVisible()
  await picture(green.page, 'storage-report')
  expect(await health(server)).toBe(503)
  await expect.poll(() => Date.now() - goneAtMs, { timeout: 2 * GONE_MS }).toBeGreaterThan(GONE_MS)
  await expect(stateOf(red, 'written without a database')).toHaveText('Sending')
  await picture(red.page, 'storage-call')
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])

  await cluster.restart()
  await expect.poll(() => health(server), { timeout: 15_000 }).toBe(200)
  await expectToRead(green, 'written without a database')
  await expect(stateOf(red, 'written without a database')).toHaveText('Delivered', { timeout: 20_000 })
  await green.page.getByRole('button', { name: /^Hate/ }).click()
  await expect(green.page.getByText('Report received')).toBeVisible()
  await green.page.getByRole('button', { name: 'Done' }).click()
  await write(green, 'and back')
  await expectToRead(red, 'and back')
  await expect(green.page.getByRole('log').getByText('written without a database')).toHaveCount(1)
  await blue.page.getByRole('button', { name: 'Create account' }).click()
  await expect(blue.page).toHaveURL(/\/lobby$/, { timeout: 30_000 })
})

test('[M16] [K4] the browser goes offline: banner, words, and what was written meanwhile arrives once', async () => {
  const server = await startServer()
  const [red, green] = [await person(server, LOOKS.red), await person(server, LOOKS.green)]
  await Promise.all([red, green].map(haveAccount))
  await meetByText(red, green)
  await red.context.setOffline(true)
  await expect(red.page.getByText('Your connection was cut. Reconnecting…')).toBeVisible()
  await write(red, 'one')
  await write(red, 'two')
  await expect(stateOf(red, 'two')).toHaveText('Sending')
  // Whoever is cut off must still be able to leave.
  for (const name of [/^End/, /^Next/])
    await expect(red.page.getByRole('button', { name })).toBeInViewport({ ratio: 1 })
  await expect(green.page.getByText(/ is reconnecting…$/)).toBeVisible()
  await picture(red.page, 'offline-call')
  await picture(green.page, 'partner-away')
  await red.context.setOffline(false)
  await expectToRead(green, 'two')
  await expect(green.page.getByRole('log').locator('.bubble')).toHaveText(['one', 'two'])
  await expect(stateOf(red, 'two')).toHaveText('Delivered')
  await expect(red.page.getByText('Your connection was cut. Reconnecting…')).toBeHidden()
  await red.page.getByRole('button', { name: /^End/ }).click()
  await red.page.getByRole('button', { name: 'Back to the lobby' }).click()
  await red.context.setOffline(true)
  const offline = red.page.getByText('You are offline. We will reconnect as soon as the network is back.')
  await expect(offline).toBeVisible()
  await picture(red.page, 'offline-lobby')
  await red.context.setOffline(false)
  await expect(offline).toBeHidden()
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible()
})

test('[M16] server stopped: honest words in the lobby, the wait, at sign-in and on other pages, and a way back', async () => {
  const server = await startServer()
  const [red, green] = [await person(server, LOOKS.red), await person(server, LOOKS.green)]
  await haveAccount(red)
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible()
  await green.page.goto('/sign-in')
  await expect(green.page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled()
  expect(await server.stop('SIGTERM')).toBe(0)
  await expect(
    red.page.getByText(/Not connected\. Trying again shortly\.|The server is being restarted\.|Connecting…/).first(),
  ).toBeVisible()
  green.handle = red.handle
  await green.page.getByLabel('Handle', { exact: true }).fill(green.handle)
  const password = green.page.getByLabel('Password', { exact: true }).and(green.page.locator('input[autocomplete]'))
  await password.fill(red.password)
  await green.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(
    green.page.getByText('There is no connection to Visavis. Check your network, then try again.'),
  ).toBeVisible()
  await expect(red.page.getByText('Not connected. Trying again shortly.')).toBeVisible()
  await picture(green.page, 'stopped-sign-in')
  await picture(red.page, 'stopped-lobby')
  await start(red)
  await expect(red.page.getByText('Your connection was cut. Reconnecting…')).toBeVisible()
  await picture(red.page, 'stopped-wait')
  await red.page.getByRole('button', { name: 'Cancel' }).click()
  await red.page.getByRole('link', { name: 'Settings' }).click()
  const unreachable = red.page.getByRole('heading', { name: 'We cannot reach Visavis' })
  await expect(unreachable).toBeVisible()
  await expect(red.page.getByText('There is no connection to Visavis.')).toBeVisible()
  await picture(red.page, 'stopped-settings')
  await red.page.getByRole('button', { name: 'Try again' }).click()
  await expect(unreachable).toBeVisible()

  await server.start()
  await red.page.getByRole('button', { name: 'Try again' }).click()
  await expect(red.page.getByText('You have blocked nobody.')).toBeVisible()
  await red.page.getByRole('link', { name: 'Back to the lobby' }).click()
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible({ timeout: 30_000 })
  await green.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(green.page).toHaveURL(/\/lobby$/)
})

test('[A3] session lost while the server was away: the next connection is refused with words, and signing in leads back', async () => {
  const server = await startServer()
  const red = await person(server, LOOKS.red)
  await haveAccount(red)
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible()
  await server.stop('SIGKILL')
  await red.context.clearCookies()
  await server.start()
  await expect(red.page).toHaveURL(/\/sign-in/, { timeout: 40_000 })
  await expect(red.page.getByText(SESSION_OVER)).toBeVisible()
  await signIn(red)
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible()
})
