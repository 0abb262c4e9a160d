import { expect, test } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import { createPerson, expectToRead, expectToSee, signIn, signUp, start, write, type Person } from './support/person.ts'
import { LOOKS } from './support/pictures.ts'
import { createTestServer, type TestServer } from './support/server.ts'
import { chooseText, expectCallWith, expectWaitingAlone, picture } from './support/worded.ts'

/**
 * What a person is told, and can do, when something is missing on their side: the camera, the relay, the only tab, the
 * right time, the session. Each outcome has words, a way on, and a server that serves others meanwhile.
 */
test.describe.configure({ timeout: 120_000 })

const BARE = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let server: TestServer
let origin: string
const open: { close(): Promise<void> }[] = []

test.beforeAll(async () => {
  server = await createTestServer({ VISAVIS_MEET_AGAIN_MINUTES: '0' })
  await server.start()
  origin = `http://localhost:${server.port}`
})
test.afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})
test.afterAll(async () => {
  await server?.remove()
})

async function person(...options: [Omit<Parameters<typeof createPerson>[0], 'origin'>, string?]): Promise<Person> {
  const made = await createPerson({ origin: options[1] ?? origin, ...options[0] })
  open.push(made)
  return made
}

/** Both are in the lobby. They meet by text and write to each other. */
async function meetByText(one: Person, other: Person): Promise<void> {
  await start(one)
  await start(other)
  await Promise.all([expectCallWith(one), expectCallWith(other)])
  await write(one, 'text is enough for a start')
  await expectToRead(other, 'text is enough for a start')
}

test('[M9] denied camera: MEDIA_DENIED in words, with help, a retry that works, and text instead', async () => {
  const flags = [...BARE, '--use-fake-device-for-media-stream']
  const refusing = await person({ look: LOOKS.red, flags, permissions: [] })
  const { page } = refusing
  await signUp(refusing)
  const alert = page.getByRole('alert').filter({ hasText: 'camera or microphone' })
  await expect(alert).toContainText('Visavis may not use your camera or microphone.')
  await expect(alert).toContainText('Press the camera sign beside the address')
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeDisabled()
  await picture(page, 'media-denied')

  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(alert).toContainText('Visavis may not use your camera or microphone.')
  await alert.getByRole('button', { name: 'Use text instead' }).click()
  const other = await person({ look: LOOKS.green })
  await haveAccount(other)
  await chooseText(other)
  await meetByText(refusing, other)

  await page.getByRole('button', { name: /^End/ }).click()
  await page.getByRole('button', { name: 'Back to the lobby' }).click()
  await refusing.context.grantPermissions(['camera', 'microphone'])
  await page.getByRole('radio', { name: 'Video', exact: true }).check({ force: true })
  await expect(page.getByLabel('Your own picture')).toBeVisible()
  await expect(alert).toBeHidden()
})

test('[M9] no camera: MEDIA_NONE in words, with help, and text instead', async () => {
  const bare = await person({ look: LOOKS.red, flags: [...BARE, '--use-fake-ui-for-media-stream'] })
  await haveAccount(bare)
  const alert = bare.page.getByRole('alert').filter({ hasText: 'camera or microphone' })
  await expect(alert).toContainText('We found no camera or microphone.')
  await expect(alert).toContainText('Plug one in or switch it on, then try again.')
  await picture(bare.page, 'media-none')
  await alert.getByRole('button', { name: 'Use text instead' }).click()
  await expect(bare.page.getByRole('button', { name: 'Start', exact: true })).toBeEnabled()
  await start(bare)
  await expectWaitingAlone(bare.page)
})

test('[M9] camera in use elsewhere: MEDIA_IN_USE in words, and the retry opens it once it is free', async () => {
  const busy = await person({ look: LOOKS.red })
  await busy.page.addInitScript(() => {
    const devices = navigator.mediaDevices
    const real = devices.getUserMedia.bind(devices)
    devices.getUserMedia = (wanted) =>
      Reflect.get(window, 'isCameraFree') === true
        ? real(wanted)
        : Promise.reject(new DOMException('Could not start video source', 'NotReadableError'))
  })
  await haveAccount(busy)
  const alert = busy.page.getByRole('alert').filter({ hasText: 'camera or microphone' })
  await expect(alert).toContainText('Your camera or microphone could not be started.')
  await expect(alert).toContainText('Close other programs and tabs that use it')
  await picture(busy.page, 'media-in-use')
  await busy.page.evaluate(() => Reflect.set(window, 'isCameraFree', true))
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(busy.page.getByLabel('Your own picture')).toBeVisible()
})

test('[M13] no relay: a video call fails closed with RELAY_UNAVAILABLE in words; text works without it', async () => {
  const bareServer = await createTestServer({ VISAVIS_RELAY: 'off' })
  open.push({ close: () => bareServer.remove() })
  await bareServer.start()
  const bareOrigin = `http://localhost:${bareServer.port}`
  const red = await person({ look: LOOKS.red }, bareOrigin)
  const green = await person({ look: LOOKS.green }, bareOrigin)
  await Promise.all([red, green].map(haveAccount))
  const startButton = red.page.getByRole('button', { name: 'Start', exact: true })
  await expect(startButton).toBeEnabled({ timeout: 30_000 })
  await startButton.click()
  await expect(red.page.getByText('Video and sound are not possible right now: the relay')).toBeVisible()
  await expect(red.page).toHaveURL(/\/lobby$/)
  await picture(red.page, 'no-relay')
  // Nothing hangs: the same words again, and no connection past the relay was ever tried.
  await startButton.click()
  await expect(red.page).toHaveURL(/\/lobby$/)
  await expect(red.page.getByText('Video and sound are not possible right now: the relay')).toBeVisible()
  await red.page.getByRole('button', { name: 'Use text instead' }).click()
  await expect(red.page.getByText('Video and sound are not possible right now: the relay')).toBeHidden()
  await chooseText(green)
  await meetByText(red, green)
})

test('[A3] two tabs of one account: the newer one takes over, "Continue here" takes it back, and they never meet', async () => {
  const red = await person({ look: LOOKS.red })
  await haveAccount(red)
  await start(red)
  await expectWaitingAlone(red.page)
  const first = red.page
  const second = await red.context.newPage()
  await second.goto('/lobby')
  await expect(second.getByText('Ready. You are connected.')).toBeVisible()
  await expect(first.getByRole('heading', { name: 'Open in another tab' })).toBeVisible()
  await expect(first.getByText('Visavis is running in another tab or window of this browser.')).toBeVisible()
  await picture(first, 'replaced')

  await first.getByRole('button', { name: 'Continue here' }).click()
  await expect(second.getByRole('heading', { name: 'Open in another tab' })).toBeVisible()
  await expect(first).toHaveURL(/\/lobby$/)
  await expect(first.getByText('Ready. You are connected.')).toBeVisible()
  await start(red)
  await expectWaitingAlone(first)
  await second.getByRole('button', { name: 'Continue here' }).click()
  await start({ ...red, page: second })
  await expectWaitingAlone(second)
  await expect(first.getByRole('heading', { name: 'Open in another tab' })).toBeVisible()
})

test('[M4] two browsers of one account both wait and never meet each other; a third person meets one of them', async () => {
  const red = await person({ look: LOOKS.red })
  await haveAccount(red)
  const again = await person({ look: LOOKS.blue })
  again.handle = red.handle
  await signIn({ ...again, password: red.password })
  await start(red)
  await expectWaitingAlone(red.page)
  await start(again)
  await expectWaitingAlone(again.page)
  const green = await person({ look: LOOKS.green })
  await haveAccount(green)
  await start(green)
  await expect(green.page.getByLabel(/^Picture of /)).toBeVisible({ timeout: 30_000 })
  const inCall = (each: Person) => each.page.getByLabel(/^Picture of /).count()
  await expect.poll(async () => (await inCall(red)) + (await inCall(again))).toBe(1)
  const other = (await inCall(red)) === 1 ? again : red
  await expectWaitingAlone(other.page)
})

test('[M1] [M16] wrong clock: a page three days off meets, sees, writes, and tells the wait and the call in true time', async () => {
  const late = await person({ look: LOOKS.red })
  await late.page.addInitScript(() => {
    const offMs = 3 * 24 * 3_600_000
    const RealDate = Date
    const now = () => RealDate.now() - offMs
    Reflect.set(
      window,
      'Date',
      new Proxy(RealDate, {
        construct: (target, args: []) => (args.length === 0 ? new target(now()) : new target(...args)),
        apply: () => new RealDate(now()).toString(),
        get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
      }),
    )
  })
  await signUp(late)
  const green = await person({ look: LOOKS.green })
  await haveAccount(green)
  await start(late)
  await expectWaitingAlone(late.page)
  await expect(late.page.getByText(/^Waiting for 0:(0[1-9]|[1-5]\d)$/)).toBeVisible()
  await start(green)
  await Promise.all([expectToSee(late, LOOKS.green), expectToSee(green, LOOKS.red)])
  await expect(late.page.getByText(/^0:[0-5]\d$/)).toBeVisible()
  await write(late, 'what day is it?')
  await expectToRead(green, 'what day is it?')
  await write(green, 'Sunday')
  await expectToRead(late, 'Sunday')
})

test('[A3] expired session: signed out in another tab, the socket closes, words, and a way back in', async () => {
  const red = await person({ look: LOOKS.red })
  await haveAccount(red)
  await start(red)
  await expectWaitingAlone(red.page)
  const settings = await red.context.newPage()
  await settings.goto('/settings')
  await settings.getByRole('button', { name: 'Sign out' }).click()
  // This tab cannot know whether there are messages: the other one has them.
  await settings.getByRole('button', { name: 'Delete and sign out' }).click()
  await expect(settings).toHaveURL(/\/$/)
  await expect(red.page).toHaveURL(/\/sign-in/)
  await expect(red.page.getByText('You have been signed out, because the session ended.')).toBeVisible()
  await picture(red.page, 'expired')
  await settings.close()
  await red.page.getByLabel('Handle', { exact: true }).fill(red.handle)
  await red.page.getByLabel('Password', { exact: true }).and(red.page.locator('input[autocomplete]')).fill(red.password)
  await red.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(red.page).toHaveURL(/\/lobby$/)
  await start(red)
  await expectWaitingAlone(red.page)
})

test('[A3] lost cookie: the next question to the server leads to sign-in with words', async () => {
  const red = await person({ look: LOOKS.red })
  await haveAccount(red)
  await expect(red.page.getByText('Ready. You are connected.')).toBeVisible()
  await red.context.clearCookies()
  await red.page.getByRole('link', { name: 'Settings' }).click()
  await expect(red.page).toHaveURL(/\/sign-in/)
  await expect(red.page.getByText('You have been signed out, because the session ended.')).toBeVisible()
})

test('[O5] an unknown address shows a friendly page and the way home', async ({ browser }) => {
  const page = await browser.newPage({ baseURL: origin })
  open.push({ close: () => page.close() })
  await page.goto('/no/such/place')
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  await expect(page.getByText('The address may have changed, or was typed with a slip.')).toBeVisible()
  await picture(page, 'missing')
  await page.getByRole('main').getByRole('link', { name: 'Home' }).click()
  await expect(page.getByRole('heading', { name: 'Meet someone new, face to face.' })).toBeVisible()
})
