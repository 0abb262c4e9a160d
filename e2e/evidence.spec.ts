import { expect, test, type Locator } from '@playwright/test'
import { commitToFrame, type FrameEvidence } from '@visavis/e2ee'
import { fromB64, type FrameFault, type RouteResponse } from '@visavis/wire'
import { readBrowserStores } from './support/browser-stores.ts'
import { makeLyingFrames, type LyingFrames } from './support/lying-frames.ts'
import { accountOf } from './support/lying-reporter.ts'
import { createModeratedSite, type ModeratedSite } from './support/moderated-site.ts'
import { expectToSee, start, type Person } from './support/person.ts'
import { LOOKS } from './support/pictures.ts'

/**
 * What can be proven of a picture in a call: an honest report, every way of lying with one, and an app that vouches for
 * nothing.
 *
 * Method: real calls in real browsers. Whoever lies uses the evidence that their own client has gathered, changed on its
 * way out.
 */
test.describe.configure({ mode: 'serial', timeout: 120_000 })

const PHONE = { width: 390, height: 844 }

let site: ModeratedSite
let red: Person
let green: Person
/** An older browser: it shows no encoded frames, so that it can neither vouch nor prove. */
let blue: Person
let moderator: Person
let lies: LyingFrames
let honest: string
let earlier: FrameEvidence

test.beforeAll(async () => {
  site = await createModeratedSite({
    env: { VISAVIS_MEET_AGAIN_MINUTES: '0' },
    people: [{ look: LOOKS.red }, { look: LOOKS.green, viewport: PHONE }, { look: LOOKS.blue, viewport: PHONE }],
    prepare: async ({ context, look }) => {
      if (look === LOOKS.blue)
        await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCRtpScriptTransform'))
    },
  })
  ;[red, green, blue] = site.people as [Person, Person, Person]
  moderator = site.moderator
})

test.afterAll(() => site?.close())

/** Both see each other without the veil. */
async function meetClearly(one: Person, other: Person): Promise<void> {
  await Promise.all([expectToSee(one, other.look), expectToSee(other, one.look)])
  for (const { page } of [one, other]) await page.keyboard.press('u')
  for (const { page } of [one, other])
    await expect(page.getByRole('button', { name: 'Put the veil back' })).toBeVisible()
}

async function openReport({ page }: Person): Promise<Locator> {
  await page.keyboard.press('r')
  return page.getByRole('dialog')
}

/** Opens the report again and again until so many pictures are there to go with it. */
async function reportWithPictures(person: Person, count: number): Promise<Locator> {
  await expect(async () => {
    const sheet = await openReport(person)
    const pictures = sheet.getByRole('checkbox')
    const isEnough = (await pictures.count()) >= count || (await waitedFor(pictures.nth(count - 1)))
    if (!isEnough) await sheet.getByRole('button', { name: 'Close' }).click()
    expect(isEnough).toBe(true)
  }).toPass({ timeout: 30_000 })
  return person.page.getByRole('dialog')
}

const waitedFor = (thing: Locator) =>
  thing.waitFor({ timeout: 800 }).then(
    () => true,
    () => false,
  )

const receiptOf = (sheet: Locator) => sheet.locator('code').innerText()

async function readCallReport(reportId: string): Promise<RouteResponse<'readCallReport'>> {
  const answer = await moderator.page.goto(`/staff/call-reports/${reportId}`)
  expect(answer?.status()).toBe(200)
  return (await answer?.json()) as RouteResponse<'readCallReport'>
}

/** The colour in the middle of a picture file, decoded by a browser. */
async function colourOf(webp: string): Promise<readonly number[]> {
  return moderator.page.evaluate(async (b64) => {
    const bytes = Uint8Array.from(atob(b64.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.codePointAt(0) ?? 0)
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/webp' }))
    const pen = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
    pen?.drawImage(picture, 0, 0)
    return [...(pen?.getImageData(picture.width / 2, 4, 1, 1).data ?? [])].slice(0, 3)
  }, webp)
}

test('[T3] [T1] chosen key frames of the last seconds go with a report of one press, and are proven', async () => {
  await start(red)
  await start(green)
  await meetClearly(red, green)
  const sheet = await reportWithPictures(red, 2)
  const pictures = sheet.getByRole('checkbox')
  await expect(sheet.getByText(/^Pictures that go with it: [23]$/)).toBeVisible()
  await expect(sheet.getByRole('button', { name: /^Picture 1: / })).toHaveAttribute('aria-pressed', 'false')
  await red.page.screenshot({ path: 'artifacts/report-pictures-desktop.png' })
  const chosen = await pictures.evaluateAll((boxes) => boxes.filter((box) => (box as HTMLInputElement).checked).length)
  await pictures.first().uncheck()
  await sheet.getByRole('button', { name: 'Something else' }).click()
  await expect(sheet.getByText('Verified: it is proven that their app sent these pictures')).toBeVisible()
  honest = await receiptOf(sheet)
  await sheet.getByRole('button', { name: 'Done' }).click()

  const report = await readCallReport(honest)
  const isFirstChosen = chosen - 1
  expect(report).toMatchObject({ isVerified: true, faults: [], reported: await accountOf(green.page) })
  expect(report.frames).toHaveLength(isFirstChosen)
  for (const frame of report.frames) {
    expect(frame.isProven).toBe(true)
    const colour = await colourOf(frame.webp ?? '')
    for (const [at, value] of colour.entries()) expect(Math.abs(value - (LOOKS.green.rgb[at] ?? 0))).toBeLessThan(45)
  }
})

test('[T3] nothing of a key frame is in any store of the browser', async () => {
  const [frame] = (await readCallReport(honest)).frames
  const webp = Buffer.from(fromB64(frame?.webp ?? '') ?? [])
  const piece = webp.subarray(webp.byteLength / 2, webp.byteLength / 2 + 24)
  const { bytes } = await readBrowserStores(red.page)
  expect(bytes.byteLength).toBeGreaterThan(1_000)
  expect(bytes.includes(piece)).toBe(false)
  expect(bytes.includes('WEBPVP8')).toBe(false)
  await red.page.evaluate((text) => localStorage.setItem('planted', text), piece.toString('latin1'))
  const planted = Buffer.from((await readBrowserStores(red.page)).bytes.toString('utf8'), 'latin1')
  expect(planted.includes(piece)).toBe(true)
  await red.page.evaluate(() => localStorage.removeItem('planted'))
})

/** The same picture but for one dot or two. */
function retouched(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(frame)
  const at = changed.byteLength - 5
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

/** Reports under a category of its own, with this lie; sheet and moderators name exactly this fault. */
async function expectNamed(
  category: string,
  lie: (frames: readonly FrameEvidence[]) => Promise<readonly FrameEvidence[]> | readonly FrameEvidence[],
  expected: { readonly fault: FrameFault; readonly shown: string },
): Promise<void> {
  lies.lie(async (report) => ({ ...report, frames: await lie(report.frames) }))
  const sheet = await reportWithPictures(red, 1)
  await sheet.getByRole('button', { name: category, exact: true }).click()
  await expect(sheet.getByText('The pictures that went with it could not be proven.')).toBeVisible()
  await expect(sheet.getByRole('listitem')).toHaveText([expected.shown])
  const receipt = await receiptOf(sheet)
  await sheet.getByRole('button', { name: 'Done' }).click()
  const report = await readCallReport(receipt)
  expect(report.isVerified).toBe(false)
  expect(new Set(report.faults.map(({ fault }) => fault))).toEqual(new Set([expected.fault]))
  for (const { isProven, webp } of report.frames) if (!isProven) expect(webp).toBeNull()
}

test('[T3] altered, invented and replayed key frames are refused, each with its reason, also after the call', async () => {
  lies = await makeLyingFrames(red.page)
  await expectNamed(
    'Hate',
    (frames) => {
      earlier = frames[0] as FrameEvidence
      return frames.map((each) => ({ ...each, frame: retouched(each.frame) }))
    },
    { fault: 'commitment', shown: 'A picture is not the one that was sent.' },
  )
  await expectNamed(
    'Nudity or sexual acts',
    (frames) =>
      Promise.all(
        frames.map(async (each) => {
          // All that can be made fits together: only the server's stamp cannot be made.
          const frame = retouched(each.frame)
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', frame))
          const frameKey = crypto.getRandomValues(new Uint8Array(32))
          const { callId, sender, count } = each
          return { ...each, ...(await commitToFrame({ frameKey, callId, sender, count, digest })), frame }
        }),
      ),
    { fault: 'stamp', shown: 'A picture does not carry our stamp.' },
  )

  for (const person of [red, green]) await person.page.keyboard.press('n')
  await meetClearly(red, green)
  await reportWithPictures(red, 1).then((sheet) => sheet.getByRole('button', { name: 'Close' }).click())
  await red.page.getByRole('button', { name: /^End/ }).click()
  await expect(red.page.getByRole('button', { name: 'Back to the lobby' })).toBeVisible()
  lies.lie((report) => ({ ...report, frames: [earlier] }))
  await red.page.getByRole('button', { name: 'Report' }).click()
  const sheet = red.page.getByRole('dialog')
  await expect(sheet.getByRole('checkbox').first()).toBeVisible()
  await sheet.getByRole('button', { name: 'Recording me' }).click()
  await expect(sheet.getByRole('listitem')).toHaveText(['A picture is from another call.'])
  const report = await readCallReport(await receiptOf(sheet))
  expect(report.faults.map(({ fault }) => fault)).toEqual(['other-call'])
  await sheet.getByRole('button', { name: 'Done' }).click()
})

test('[T3] an app that vouches for nothing is veiled, without accusing; its own reports carry what is unproven', async () => {
  await red.page.getByRole('button', { name: 'Back to the lobby' }).click()
  await expect(blue.page.getByText('This browser cannot vouch for your picture.')).toBeVisible()
  await start(red)
  await start(blue)
  await Promise.all([expectToSee(red, LOOKS.blue), expectToSee(blue, LOOKS.red)])
  for (const { page } of [red, blue]) await page.keyboard.press('u')
  const doubt = red.page.getByText('Their app does not vouch for this picture. A report could not be proven.')
  await expect(doubt).toBeVisible({ timeout: 30_000 })
  const sharp = () => red.page.getByLabel(/^Picture of /).evaluate((video) => getComputedStyle(video).clipPath)
  expect(await sharp()).not.toBe('none')
  await red.page.screenshot({ path: 'artifacts/doubted-desktop.png' })
  await red.page.getByRole('button', { name: 'Show anyway' }).click()
  await expect(doubt).toBeHidden()
  await expect.poll(sharp).toBe('none')

  // Nothing can be said of red's picture there, so that nothing is put over it.
  await expect(blue.page.getByText('Their app does not vouch')).toBeHidden()
  const sheet = await reportWithPictures(blue, 1)
  await expect(sheet.getByText('Unproven', { exact: true }).first()).toBeVisible()
  await expect(sheet.getByText('This browser cannot prove pictures of a call.')).toBeVisible()
  await blue.page.screenshot({ path: 'artifacts/report-unproven-phone.png' })
  await sheet.getByRole('button', { name: 'Something else' }).click()
  await expect(sheet.getByText('The pictures that went with it could not be proven.')).toBeVisible()
  const report = await readCallReport(await receiptOf(sheet))
  expect(report).toMatchObject({ isVerified: false, frames: [] })
  expect(report.unprovenStills.length).toBeGreaterThan(0)
})
