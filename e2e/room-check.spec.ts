import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import { createNetwork, type Network } from './support/network.ts'
import { LOOKS } from './support/pictures.ts'
import { createPerson, type Person } from './support/person.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/** The check of one's own room, with a camera whose room holds a letter, an empty sheet and a second face. */
test.describe.configure({ mode: 'serial', timeout: 120_000 })

let server: TestServer
let network: Network
let person: Person
const requests: string[] = []

const FACE_SIDE = 128
const face = gunzipSync(readFileSync(new URL('../apps/web/tests/pictures/astronaut.rgb.gz', import.meta.url)))

test.beforeAll(async () => {
  network = await createNetwork({ serverPort: () => server.port })
  server = await createTestServer(network.env)
  await server.start()
  person = await createPerson({ origin: network.origin, look: LOOKS.red })
  person.context.on('request', (request) => requests.push(request.url()))
  await person.context.addInitScript(playRoom, { bytes: [...face], side: FACE_SIDE })
  await haveAccount(person)
})

test.afterAll(async () => {
  await person?.close()
  await network?.close()
  await server?.remove()
})

/** Runs in the page: the camera is a canvas. */
function playRoom({ bytes, side }: { bytes: readonly number[]; side: number }): void {
  const devices = navigator.mediaDevices
  const own = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async (wanted) => {
    const stream = await own(wanted)
    const [camera] = stream.getVideoTracks()
    if (!camera) return stream
    const portrait = new OffscreenCanvas(side, side)
    const rgba = new ImageData(side, side)
    for (let point = 0; point < side * side; point++)
      rgba.data.set([...bytes.slice(3 * point, 3 * point + 3), 255], 4 * point)
    portrait.getContext('2d')?.putImageData(rgba, 0, 0)
    const canvas = document.createElement('canvas')
    canvas.width = 1280
    canvas.height = 720
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D
    pen.imageSmoothingQuality = 'high'
    const draw = () => {
      pen.fillStyle = '#6b5f52'
      pen.fillRect(0, 0, 1280, 720)
      pen.drawImage(portrait, 80, 140, 580, 580)
      pen.drawImage(portrait, 1010, 440, 250, 250)
      pen.fillStyle = '#f6f5f1'
      pen.fillRect(790, 60, 330, 230)
      pen.fillRect(760, 500, 150, 110)
      pen.fillStyle = '#16161a'
      pen.font = '600 34px sans-serif'
      for (const [line, text] of ['INVOICE 4711', 'Anna Berger', 'Lindenweg 12'].entries())
        pen.fillText(text, 820, 130 + 60 * line)
    }
    setInterval(draw, 50)
    draw()
    const [drawn] = canvas.captureStream(20).getVideoTracks()
    camera.stop()
    return new MediaStream([...stream.getAudioTracks(), ...(drawn ? [drawn] : [])])
  }
}

/** How much of dark writing there is where the letter hangs, in what leaves this device. */
const writing = () =>
  person.page.locator('.preview video').evaluate((element) => {
    const canvas = new OffscreenCanvas(1280, 720)
    const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
    pen.drawImage(element as HTMLVideoElement, 0, 0, 1280, 720)
    const { data } = pen.getImageData(800, 90, 300, 180)
    let [darkest, brightest] = [255, 0]
    for (let at = 0; at < data.length; at += 4) {
      darkest = Math.min(darkest, data[at] ?? 0)
      brightest = Math.max(brightest, data[at] ?? 0)
    }
    return brightest - darkest
  })

test('[M11] nothing is fetched before it is pressed for; it finds the letter, the sheet and the other face', async () => {
  const { page } = person
  await expect(page.locator('.preview video')).toBeVisible()
  await expect.poll(writing).toBeGreaterThan(150)
  expect(requests.filter((address) => /tesseract|traineddata|face_detection/.test(address))).toEqual([])
  await page.getByRole('button', { name: 'Check what is visible' }).click()
  await expect(page.getByText(/Places found: \d+\./)).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(/Readable text: .*INVOICE.*Berger/)).toBeVisible()
  await expect(page.getByText('Another face')).toBeVisible()
  await expect(page.getByText('Something like a paper or a screen')).toBeVisible()
  await page.locator('.preview').screenshot({ path: 'artifacts/room-check-desktop.png' })
})

test('[M11] one press covers a place in everything that leaves, another one shows it again', async () => {
  const { page } = person
  await page.getByRole('button', { name: /^Cover: Readable text/ }).press('Enter')
  await expect.poll(writing, { timeout: 20_000 }).toBeLessThan(25)
  await page.getByRole('button', { name: 'Cover: Another face' }).click()
  await page.locator('.preview').screenshot({ path: 'artifacts/room-covered-desktop.png' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.locator('.preview').screenshot({ path: 'artifacts/room-covered-phone.png' })
  await page.getByRole('button', { name: /^Show again: Readable text/ }).click()
  await expect.poll(writing).toBeGreaterThan(150)
})

test('[M11] a check can be stopped, and one whose files cannot be had says so', async () => {
  const { page } = person
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('button', { name: 'Check what is visible' })).toBeVisible()
  await person.context.route(/tesseract-core/, (route) => route.abort())
  await page.getByRole('button', { name: 'Check what is visible' }).click()
  await expect(page.getByText('The check did not work.')).toBeVisible({ timeout: 30_000 })
  for (const address of requests.filter((each) => each.startsWith('http')))
    expect(new URL(address).origin).toBe(network.origin)
  expect(person.complaints.filter((text) => /Content Security Policy|TrustedScript/.test(text))).toEqual([])
})
