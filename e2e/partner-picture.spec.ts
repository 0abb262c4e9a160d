import { expect, test } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import { createNetwork, type Network } from './support/network.ts'
import { LOOKS } from './support/pictures.ts'
import { createPerson, expectToSee, partnerPicture, start, type Person } from './support/person.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/** The veil over each other's pictures, and what is told of a picture in which there is nobody. */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

let server: TestServer
let network: Network
let red: Person
let green: Person
let dark: Person

test.beforeAll(async () => {
  network = await createNetwork({ serverPort: () => server.port })
  server = await createTestServer({ ...network.env, VISAVIS_MEET_AGAIN_MINUTES: '0' })
  await server.start()
  const { origin } = network
  ;[red, green, dark] = await Promise.all([
    createPerson({ origin, look: LOOKS.red }),
    createPerson({ origin, look: LOOKS.green, viewport: { width: 390, height: 844 } }),
    createPerson({ origin, look: LOOKS.dark }),
  ])
  await Promise.all([red, green, dark].map(haveAccount))
})

test.afterAll(async () => {
  await Promise.all([red, green, dark].map((person) => person?.close()))
  await network?.close()
  await server?.remove()
})

/** Whether the sharp picture can be seen: the veil is drawn over it, and it is cut away to a dot. */
async function isVeiled({ page }: Person): Promise<boolean> {
  const [clip, veil] = await Promise.all([
    page.getByLabel(/^Picture of /).evaluate((video) => getComputedStyle(video).clipPath),
    page.locator('.picture canvas').evaluate((canvas) => getComputedStyle(canvas).visibility),
  ])
  return clip !== 'none' && veil === 'visible'
}

/** Pixels of the veil, which is drawn again and again from the picture beneath. */
const veilColour = ({ page }: Person) =>
  page.locator('.picture canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement
    return [...(canvas.getContext('2d')?.getImageData(canvas.width / 2, 1, 1, 1).data ?? [])].slice(0, 3)
  })

test('[M15] each picture begins under a veil, which shows colour and movement and no face', async () => {
  await start(red)
  await start(green)
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  for (const person of [red, green]) {
    expect(await isVeiled(person)).toBe(true)
    await expect(person.page.getByText('Pictures start softly veiled')).toBeVisible()
  }
  await expect.poll(async () => (await veilColour(red))[1] ?? 0).toBeGreaterThan(120)
  const size = await red.page
    .locator('.picture canvas')
    .evaluate((canvas) => (canvas as HTMLCanvasElement).width * (canvas as HTMLCanvasElement).height)
  expect(size).toBeLessThan(500)
  await red.page.screenshot({ path: 'artifacts/veil-desktop.png' })
  await green.page.screenshot({ path: 'artifacts/veil-phone.png' })
})

test('[M15] one word is told to nobody and uncovers nothing; two clear both pictures', async () => {
  await red.page.keyboard.press('u')
  await expect(red.page.getByText('You are ready.')).toBeVisible()
  await expect(green.page.getByText('Pictures start softly veiled')).toBeVisible()
  expect(await isVeiled(red)).toBe(true)
  await green.page.getByRole('button', { name: 'Clear the veil' }).click()
  for (const person of [red, green]) await expect.poll(() => isVeiled(person)).toBe(false)
  await red.page.screenshot({ path: 'artifacts/clear-desktop.png' })
})

test('[M24] a picture that plays the same two seconds over and over is told, without accusing', async () => {
  await expect(red.page.getByText(/repeat itself|repeats itself/)).toBeVisible({ timeout: 60_000 })
  await expect(red.page.getByText('You decide whether to stay.')).toBeVisible()
  await red.page.screenshot({ path: 'artifacts/note-desktop.png' })
  await green.page.screenshot({ path: 'artifacts/note-phone.png' })
})

test('[M15] either puts the veil back with one key, over both pictures', async () => {
  await green.page.getByRole('button', { name: 'Put the veil back' }).click()
  for (const person of [red, green]) await expect.poll(() => isVeiled(person)).toBe(true)
  await expect(red.page.getByText('You are ready.')).toBeVisible()
})

test('[M15] the next person begins under the veil; who has chosen so is ready at once', async () => {
  await red.page.keyboard.press('Escape')
  await red.page.keyboard.press('Escape')
  await red.page.goto('/lobby')
  await red.page.getByLabel('Clear the veil at once').check()
  await start(red)
  await green.page.keyboard.press('n')
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
  expect(await isVeiled(green)).toBe(true)
  await expect(red.page.getByText('You are ready.')).toBeVisible()
  await green.page.keyboard.press('u')
  await expect.poll(() => isVeiled(red)).toBe(false)
})

test('[M24] a black picture is told', async () => {
  await green.page.keyboard.press('Escape')
  await green.page.keyboard.press('Escape')
  await start(dark)
  await red.page.keyboard.press('n')
  await expect(partnerPicture(red)).toBeVisible({ timeout: 30_000 })
  await expect(red.page.getByText(/The picture of .* is black/)).toBeVisible({ timeout: 30_000 })
})

test('[M24] a camera that stays off is told after a while', async () => {
  await dark.page.keyboard.press('v')
  await expect(red.page.getByText('It has been off for a while.')).toBeVisible({ timeout: 40_000 })
})
