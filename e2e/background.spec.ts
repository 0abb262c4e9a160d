import { expect, test, type Worker } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import { installFrameWatch, seenFrames, type SeenFrame } from './support/frame-watch.ts'
import { createPerson, partnerPicture, signUp, start, type Person } from './support/person.ts'
import { LOOKS, writeFigureCamera } from './support/pictures.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/**
 * The rule of the background, proven where it counts: in every single frame that the other person received. The camera shows
 * a drawn person before a room of two loud colours. Whatever happens to the mask, no frame may show the room.
 */
test.describe.configure({ mode: 'serial', timeout: 240_000 })

let server: TestServer
let hider: Person
let viewer: Person
/** Addresses that the hider's pages and workers asked for. */
const requests: string[] = []

test.beforeAll(async () => {
  server = await createTestServer({ VISAVIS_MEET_AGAIN_MINUTES: '0' })
  await server.start()
  const origin = `http://localhost:${server.port}`
  hider = await createPerson({ origin, look: LOOKS.red, writeCamera: writeFigureCamera })
  viewer = await createPerson({ origin, look: LOOKS.green, viewport: { width: 390, height: 844 } })
  hider.context.on('request', (request) => requests.push(request.url()))
  await viewer.context.addInitScript(installFrameWatch)
  await signUp(hider)
  await haveAccount(viewer)
})
test.afterAll(async () => {
  await Promise.all([hider?.close(), viewer?.close()])
  await server?.remove()
})

/**
 * Specks at ears and shoulders are where the model errs, and the edge of a moving outline after lossy encoding; the bare room
 * is more than 0.3 of the picture, as the second test shows.
 */
const ROOM_MAX = 0.01
const showsRoom = ({ room }: SeenFrame) => room > ROOM_MAX
const isCard = ({ card, skin }: SeenFrame) => card > 0.95 && skin < 0.01
const showsPerson = ({ skin }: SeenFrame) => skin > 0.015

/** Waits until `count` frames from `from` on are as wished, and gives all from there on. */
async function waitForFrames(from: number, count: number, wish: (frame: SeenFrame) => boolean) {
  let frames: readonly SeenFrame[] = []
  await expect
    .poll(
      async () => {
        frames = (await seenFrames(viewer.page)).slice(from)
        return frames.filter(wish).length
      },
      { timeout: 120_000 },
    )
    .toBeGreaterThanOrEqual(count)
  return frames
}
const frameCount = async () => (await seenFrames(viewer.page)).length
const worst = (frames: readonly SeenFrame[]) => Math.max(0, ...frames.map(({ room }) => room))

function coverWorker(): Worker {
  // The messenger has one, too.
  const found = hider.page
    .workers()
    .findLast((worker) => /\/worker-[^/]*\.js$/.test(worker.url()) && !isMessenger(worker))
  if (!found) throw new Error(`no worker of the background among ${hider.page.workers().length}`)
  return found
}
const messengers = new Set<string>()
const isMessenger = (worker: Worker) => messengers.has(worker.url())

async function choose(name: string): Promise<void> {
  await hider.page.getByRole('button', { name, exact: true }).click()
  await expect(hider.page.getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true')
}

test('[M10] nothing of the background is fetched before somebody wants one', async () => {
  for (const worker of hider.page.workers()) messengers.add(worker.url())
  await expect(hider.page.getByLabel('Your own picture')).toBeVisible()
  expect(requests.filter((url) => /\.wasm|tflite|vision/.test(url) && !url.includes('argon'))).toEqual([])
})

test('[M10] switched on in the middle of a call: once covered, no frame shows the room again', async () => {
  await start(hider)
  await start(viewer)
  await expect(partnerPicture(viewer)).toBeVisible({ timeout: 30_000 })
  // The measure works: without a background the room is there.
  await waitForFrames(0, 10, ({ room }) => room > 0.3)
  await hider.page.keyboard.press('g')
  await choose('Strong blur')
  const frames = await waitForFrames(0, 60, (frame) => !showsRoom(frame) && showsPerson(frame))
  const firstCovered = frames.findIndex((frame) => !showsRoom(frame))
  expect(worst(frames.slice(firstCovered))).toBeLessThanOrEqual(ROOM_MAX)
  await hider.page.screenshot({ path: 'artifacts/background-call.png' })
  await viewer.page.screenshot({ path: 'artifacts/background-seen-blur.png' })
})

test('[M10] another choice, and the next call: covered from the first frame to the last', async () => {
  const from = await frameCount()
  await choose('Meadow')
  let frames = await waitForFrames(from, 40, showsPerson)
  expect(worst(frames)).toBeLessThanOrEqual(ROOM_MAX)
  await viewer.page.screenshot({ path: 'artifacts/background-seen-meadow.png' })
  await hider.page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
  const next = await frameCount()
  await hider.page.keyboard.press('n')
  await viewer.page.getByRole('button', { name: 'Meet the next person' }).click()
  frames = await waitForFrames(next, 40, showsPerson)
  expect(worst(frames)).toBeLessThanOrEqual(ROOM_MAX)
})

test('[M10] an overloaded device: the outline is found less often, and no frame shows the room', async () => {
  const from = await frameCount()
  // The browser's own drawing becomes slow, as on a device that is hot or busy.
  await coverWorker().evaluate(() => {
    const { prototype } = OffscreenCanvasRenderingContext2D
    const read = prototype.getImageData
    Object.assign(globalThis, { quick: read })
    prototype.getImageData = function slow(this: OffscreenCanvasRenderingContext2D, ...area: unknown[]) {
      const beganMs = performance.now()
      while (performance.now() - beganMs < 90);
      return Reflect.apply(read, this, area) as ImageData
    }
  })
  await hider.page.keyboard.press('g')
  await expect(hider.page.getByText('Your device is busy').first()).toBeVisible({ timeout: 30_000 })
  const frames = await waitForFrames(from, 60, showsPerson)
  expect(worst(frames)).toBeLessThanOrEqual(ROOM_MAX)
  await hider.page.screenshot({ path: 'artifacts/background-busy.png' })
  await coverWorker().evaluate(() => {
    const { quick } = globalThis as unknown as { quick: OffscreenCanvasRenderingContext2D['getImageData'] }
    OffscreenCanvasRenderingContext2D.prototype.getImageData = quick
  })
})

test('[M10] a model that fails and a worker that hangs: the card, and by itself the person again, never the room', async () => {
  let from = await frameCount()
  await coverWorker().evaluate(() => {
    OffscreenCanvasRenderingContext2D.prototype.getImageData = () => {
      throw new Error('out of memory')
    }
  })
  let frames = await waitForFrames(from, 1, isCard)
  frames = await waitForFrames(from + frames.length, 20, showsPerson)
  frames = (await seenFrames(viewer.page)).slice(from)
  expect(worst(frames)).toBeLessThanOrEqual(ROOM_MAX)

  from = await frameCount()
  void coverWorker()
    .evaluate(() => {
      for (;;);
    })
    .catch(() => undefined)
  frames = await waitForFrames(from, 1, isCard)
  frames = await waitForFrames(from + frames.length, 20, showsPerson)
  frames = (await seenFrames(viewer.page)).slice(from)
  expect(worst(frames)).toBeLessThanOrEqual(ROOM_MAX)
})

test('[M10] a worker killed in the middle of a call: the card, words, a retry, and no frame of the room', async () => {
  const from = await frameCount()
  void coverWorker()
    .evaluate(() => self.close())
    .catch(() => undefined)
  await waitForFrames(from, 3, isCard)
  await expect(hider.page.getByText('Your background does not work just now').first()).toBeVisible({ timeout: 30_000 })
  await viewer.page.screenshot({ path: 'artifacts/background-seen-card.png' })
  await hider.page.screenshot({ path: 'artifacts/background-failed.png' })
  const failed = await frameCount()
  await hider.page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click()
  await waitForFrames(failed, 20, showsPerson)
  expect(worst((await seenFrames(viewer.page)).slice(from))).toBeLessThanOrEqual(ROOM_MAX)
})

test('[M10] the choice is remembered: after a reload the own picture is never bare', async () => {
  await hider.page.keyboard.press('Escape')
  await hider.page.goto('/lobby')
  await expect(hider.page.getByRole('button', { name: 'Background: Meadow' })).toBeVisible()
  await hider.page.screenshot({ path: 'artifacts/background-lobby.png' })
  await viewer.page.goto('/lobby')
  await start(hider)
  await start(viewer)
  await expect(partnerPicture(viewer)).toBeVisible({ timeout: 30_000 })
  const frames = await waitForFrames(0, 20, showsPerson)
  expect(worst(frames)).toBeLessThanOrEqual(ROOM_MAX)
})

test('[M10] nothing was asked of anybody but our own server', () => {
  const own = `http://localhost:${server.port}/`
  expect(
    requests.filter((url) => !url.startsWith(own) && !url.startsWith('blob:') && !url.startsWith('data:')),
  ).toEqual([])
  expect(hider.complaints.filter((words) => /content security policy|trusted/i.test(words))).toEqual([])
})
