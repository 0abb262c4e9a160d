import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import {
  digestOfSaved,
  expectPartsOnDisk,
  FILE_MS_MAX,
  makeFile,
  playVoiceNote,
  savePhoto,
  sendFile,
  sendPhoto,
  sendVoiceNote,
} from '../support/attachments.ts'
import {
  expectMessage,
  expectState,
  message,
  messageLog,
  openChat,
  shownMessages,
  writeMessage,
  type Writer,
} from '../support/chats.ts'
import { jpegWithExif, metadataOf } from '../support/exif.ts'
import { linkDevice } from '../support/linking.ts'
import { createNetwork, type Network } from '../support/network.ts'
import { createPerson, expectToSee, signIn, signUp, start, type Person, type PersonOptions } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { agreeToShare } from '../support/sharing.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * Two people meet in a call and keep in touch; the next day they go on, one of them on a second device too.
 *
 * Method: in the night every browser is closed and the server is stopped. In the morning the server, the browsers and
 * their workers are started anew with their clocks set a day forward, so that all that hangs on the date happens: stamp keys of another day, keys of
 * groups that are due, "Yesterday" above what was written before. A first device comes back with the folder in which its
 * browser had kept what it stored, as a computer does that was switched off; the second device is a new browser that has
 * nothing.
 */
test.describe.configure({ mode: 'serial', timeout: 240_000 })

const DAY_MS = 24 * 60 * 60_000
const FILE_BYTES = 50 * 1024 * 1024
const SETTLED_MS = 90_000
const PHONE = { width: 390, height: 844 }
/** High enough that the list draws every message. */
const ALL_IN_SIGHT = 6_000

let server: TestServer
let network: Network
/** Keeps what it stores. */
let laptop: Person
/** Keeps what it stores, too; the other person's only device. */
let phone: Person
/** The second device of who has the laptop. */
let tablet: Person
const endings: (() => unknown)[] = []

function keptProfile(name: string): string {
  const profile = mkdtempSync(path.join(tmpdir(), `visavis-${name}-`))
  endings.push(() => rmSync(profile, { recursive: true, force: true }))
  return profile
}

async function open(options: Omit<PersonOptions, 'origin'>): Promise<Person> {
  const person = await createPerson({ origin: network.origin, ...options })
  endings.push(() => person.close())
  return person
}

test.beforeAll(async () => {
  network = await createNetwork({ serverPort: () => server.port })
  endings.push(() => network.close())
  server = await createTestServer(network.env)
  endings.push(() => server.remove())
  await server.start()
})

test.afterAll(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

const writers = () => [laptop, tablet, phone] as const

test('[M17] [K1] on the first day they meet in a call, keep in touch and write a word', async () => {
  const looks = { laptop: LOOKS.red, phone: LOOKS.green }
  const kept = { laptop: keptProfile('laptop'), phone: keptProfile('phone') }
  ;[laptop, phone] = await Promise.all([
    open({ look: looks.laptop, profile: kept.laptop, laterMs: 0 }),
    open({ look: looks.phone, profile: kept.phone, viewport: PHONE, laterMs: 0 }),
  ])
  for (const person of [laptop, phone]) await signUp(person)
  await start(laptop)
  await start(phone)
  await Promise.all([expectToSee(laptop, looks.phone), expectToSee(phone, looks.laptop)])
  for (const { page } of [laptop, phone]) await page.getByRole('button', { name: /^Stay in contact/ }).click()
  for (const { page } of [laptop, phone]) await expect(page.getByText(/are in contact now/).first()).toBeVisible()
  await laptop.page.getByRole('button', { name: /^End/ }).first().click()
  await openChat(laptop, phone.handle)
  await openChat(phone, laptop.handle)
  await writeMessage(laptop, 'see you tomorrow')
  await expectMessage(phone, 'see you tomorrow')
  await expectState(laptop, 'see you tomorrow', /Read$/)
  await agreeToShare(laptop, phone)

  await Promise.all([laptop.close(), phone.close()])
  expect(await server.stop()).toBe(0)
  await server.start({ laterMs: DAY_MS })
  const known = { laptop, phone }
  ;[laptop, phone] = await Promise.all([
    open({ look: looks.laptop, profile: kept.laptop, laterMs: DAY_MS }),
    open({ look: looks.phone, profile: kept.phone, viewport: PHONE, laterMs: DAY_MS }),
  ])
  laptop.handle = known.laptop.handle
  phone.handle = known.phone.handle
})

test('[K4] [K9] the next day both find yesterday where it was, and a second device is linked', async () => {
  await openChat(laptop, phone.handle)
  await openChat(phone, laptop.handle)
  for (const person of [laptop, phone]) {
    await expectMessage(person, 'see you tomorrow')
    await expect(messageLog(person).getByText('Yesterday')).toBeVisible()
    const clocks = await Promise.all([
      person.page.evaluate(() => Date.now()),
      ...person.page.workers().map((worker) => worker.evaluate(() => Date.now())),
    ])
    expect(clocks.length).toBeGreaterThan(1)
    for (const nowMs of clocks) expect(nowMs).toBeGreaterThan(Date.now() + DAY_MS / 2)
  }

  const fresh = await open({ look: LOOKS.blue, laterMs: DAY_MS })
  tablet = { ...fresh, handle: laptop.handle, password: laptop.password }
  await signIn(tablet)
  await linkDevice(laptop, tablet)
  await openChat(laptop, phone.handle)
  await openChat(tablet, phone.handle)
  await expect(messageLog(phone).getByText(`${laptop.handle} uses a new device.`)).toBeVisible({ timeout: SETTLED_MS })
  // A device is given what is written from its linking on.
  await expect(message(tablet, 'see you tomorrow')).toHaveCount(0)
})

const LINES = [1, 2, 3]
const IN_PASSING = 'a word in passing'
const line = (device: string, number: number) => `line ${number} from the ${device}`
const NAMES = ['laptop', 'tablet', 'phone'] as const

test('[K1] [K3] [K9] all three devices write at once: everything is everywhere, in one order', async () => {
  await Promise.all(
    writers().map(async (writer, at) => {
      for (const number of LINES) await writeMessage(writer, line(NAMES[at] ?? '', number))
    }),
  )
  for (const reader of writers())
    for (const name of NAMES) for (const number of LINES) await expectMessage(reader, line(name, number))
})

test('[K3] what arrived and what was read are told apart, on both devices of who wrote', async () => {
  await phone.page.goto('/people')
  await writeMessage(tablet, IN_PASSING)
  for (const writer of [tablet, laptop]) await expectState(writer, IN_PASSING, /Delivered$/)
  await openChat(phone, laptop.handle)
  await expectMessage(phone, IN_PASSING)
  for (const writer of [tablet, laptop]) await expectState(writer, IN_PASSING, /Read$/)
})

test('[K2] [K8] a photo without what the camera wrote into it, and a voice note, on each device', async () => {
  const picture = jpegWithExif()
  expect(metadataOf(picture)).toEqual(['Exif', 'VisavisCam', 'APP1'])
  await sendPhoto(phone, { name: 'holiday.jpg', bytes: picture })
  const seen = await Promise.all([laptop, tablet].map(savePhoto))
  for (const bytes of seen) {
    expect(metadataOf(bytes)).toEqual([])
    expect(bytes.includes('holiday')).toBe(false)
  }
  expect(seen[0]).toEqual(seen[1])

  await sendVoiceNote(laptop)
  for (const listener of [phone, tablet]) await playVoiceNote(listener)
})

test('[K2] [K4] a file of 50 MiB from the second device, with the network cut in the middle', async () => {
  const file = makeFile(test.info().outputDir, 'records.bin', FILE_BYTES)
  await sendFile(tablet, file.path)
  await expectPartsOnDisk(server, 3)
  network.cut()
  await writeMessage(phone, 'written while the line is dead')
  await writeMessage(laptop, 'and so is this')
  await expect.poll(() => network.sockets.refused(), { timeout: 30_000 }).toBeGreaterThan(3)
  await expectState(phone, 'written while the line is dead', /Sending$/)
  await expectState(laptop, 'and so is this', /Sending$/)
  await expect(message(phone, 'records.bin')).toHaveCount(0)
  network.mend()
  for (const reader of [phone, laptop])
    expect(await digestOfSaved(reader, 'records.bin'), 'the same bytes').toBe(file.digest)
})

/** What this device shows of the day, from the top down, without what differs by who looks at it. */
async function storyOf(reader: Writer): Promise<readonly string[]> {
  await reader.page.setViewportSize({ width: 1280, height: ALL_IN_SIGHT })
  const shown = await shownMessages(reader)
  return shown
    .map((spoken) => spoken.replace(/^(?:You|\S+) wrote, /, '').replace(/, \d\d:\d\d(?:, \w+)?$/, ''))
    .filter((words) => words !== 'see you tomorrow')
}

test('[K3] [K4] every device shows everything once and in one order, and what was written was read', async () => {
  const texts = [
    ...NAMES.flatMap((name) => LINES.map((number) => line(name, number))),
    IN_PASSING,
    'written while the line is dead',
    'and so is this',
  ]
  const all = [...texts, 'Photo', 'Voice note', 'File']
  for (const reader of writers())
    await expect.poll(async () => (await storyOf(reader)).toSorted(), { timeout: SETTLED_MS }).toEqual(all.toSorted())
  const story = await storyOf(laptop)
  for (const reader of [tablet, phone]) expect(await storyOf(reader)).toEqual(story)
  for (const name of NAMES)
    expect(story.filter((words) => words.endsWith(`from the ${name}`))).toEqual(
      LINES.map((number) => line(name, number)),
    )

  // Delivered to every device and read by the other person: told on both devices of who wrote it.
  for (const writer of writers()) {
    const own = async () => (await shownMessages(writer)).filter((spoken) => spoken.startsWith('You wrote'))
    const unread = async () => (await own()).filter((spoken) => !spoken.endsWith(', Read'))
    await expect.poll(unread, { timeout: SETTLED_MS }).toEqual([])
    const fromPhone = LINES.length + 2
    const lone = writer === laptop ? 1 : 0
    expect(await own()).toHaveLength(writer === phone ? fromPhone : all.length - fromPhone + lone)
  }
})

test('[K4] a fresh page shows the same, and nothing a second time', async () => {
  const story = await storyOf(laptop)
  for (const reader of writers()) {
    await reader.page.reload()
    await openChat(reader, reader === phone ? laptop.handle : phone.handle)
    await expect(message(reader, 'and so is this')).toBeVisible({ timeout: FILE_MS_MAX })
    await expect.poll(() => storyOf(reader), { timeout: SETTLED_MS }).toEqual(story)
  }
})
