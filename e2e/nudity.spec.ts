import { expect, test } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import { createNetwork, type Network } from './support/network.ts'
import { LOOKS, writeSkinCamera } from './support/pictures.ts'
import { createPerson, partnerPicture, start, type Person } from './support/person.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/**
 * Somebody shows what the classifier takes for nudity (shapes in the colours of skin, `skin-shapes.ts`) to somebody who may look
 * away; they on their side cannot get the classifier's model.
 */
test.describe.configure({ mode: 'serial', timeout: 120_000 })

let server: TestServer
let network: Network
let viewer: Person
let shower: Person
const requests: string[] = []

test.beforeAll(async () => {
  network = await createNetwork({ serverPort: () => server.port })
  server = await createTestServer({ ...network.env, VISAVIS_MEET_AGAIN_MINUTES: '0' })
  await server.start()
  const { origin } = network
  ;[viewer, shower] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({
      origin,
      look: LOOKS.green,
      viewport: { width: 390, height: 844 },
      writeCamera: writeSkinCamera,
    }),
  ])
  viewer.context.on('request', (request) => requests.push(request.url()))
  await shower.context.route(/nudity-model/, (route) => route.abort())
  await Promise.all([viewer, shower].map(haveAccount))
})

test.afterAll(async () => {
  await Promise.all([viewer, shower].map((person) => person?.close()))
  await network?.close()
  await server?.remove()
})

const isVeiled = async (person: Person) =>
  (await partnerPicture(person).evaluate((video) => getComputedStyle(video).clipPath)) !== 'none'
const question = () => viewer.page.getByText('This might show nudity.')

test('[M15] likely nudity is covered for who would see it, who is asked; the other side is told nothing', async () => {
  await start(viewer)
  await start(shower)
  for (const person of [viewer, shower]) await expect(partnerPicture(person)).toBeVisible({ timeout: 30_000 })
  await viewer.page.keyboard.press('u')
  await shower.page.keyboard.press('u')
  await expect(question()).toBeVisible({ timeout: 30_000 })
  await expect(viewer.page.getByText('It was covered on your device; nobody was told.')).toBeVisible()
  await expect.poll(() => isVeiled(shower)).toBe(false)
  expect(await isVeiled(viewer)).toBe(true)
  for (const name of ['Keep covered', 'Show', 'Report', 'Next'])
    await expect(
      viewer.page.getByRole('group', { name: 'Possible nudity' }).getByRole('button', { name }),
    ).toBeEnabled()
  await expect(shower.page.getByText(/nudity/)).toHaveCount(0)
  await viewer.page.screenshot({ path: 'artifacts/nudity-desktop.png' })
})

test('[M15] who keeps it covered can still show it, and is not asked again in this call', async () => {
  await viewer.page.getByRole('button', { name: 'Keep covered' }).click()
  await expect(viewer.page.getByText('You keep this picture covered.')).toBeVisible()
  expect(await isVeiled(viewer)).toBe(true)
  await viewer.page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect.poll(() => isVeiled(viewer)).toBe(false)
  await expect(question()).toHaveCount(0)
})

test('[M15] the next call begins anew; whose check cannot be had is told, and has the call all the same', async () => {
  await viewer.page.keyboard.press('n')
  await expect(partnerPicture(shower)).toHaveCount(0)
  await shower.page.keyboard.press('n')
  await expect(question()).toBeVisible({ timeout: 30_000 })
  await expect(shower.page.getByText('The check for nudity does not work on this device just now')).toBeVisible()
  await shower.page.screenshot({ path: 'artifacts/nudity-unchecked-phone.png' })
  expect(await isVeiled(viewer)).toBe(true)
  await viewer.page.getByRole('group', { name: 'Possible nudity' }).getByRole('button', { name: 'Report' }).click()
  await expect(viewer.page.getByRole('dialog')).toBeVisible()
})

test('[M15] all of the check came from our own server, and no rule of the page was broken', () => {
  expect(requests.some((address) => address.includes('nudity-model'))).toBe(true)
  for (const address of requests.filter((each) => each.startsWith('http')))
    expect(new URL(address).origin).toBe(network.origin)
  expect(viewer.complaints.filter((text) => /Content Security Policy|TrustedScript/.test(text))).toEqual([])
})
