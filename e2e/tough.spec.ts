import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import {
  createPerson,
  expectToHear,
  expectToRead,
  expectToSee,
  FLAGS,
  start,
  write,
  type Person,
} from './support/person.ts'
import { LOOKS } from './support/pictures.ts'
import { findOwnProcess, sleepFor } from './support/processes.ts'
import { createTestServer, type TestServer } from './support/server.ts'
import { picture } from './support/worded.ts'

/**
 * One call that has to bear a lot: devices that stop, a permission that is taken away, a relay that dies twice, a lid that
 * is closed. Each is told to whom it concerns, in words, and the call goes on. The two stay together all the while.
 */
test.describe.configure({ mode: 'serial', timeout: 90_000 })

const LID_MS = 8_000

let server: TestServer
let red: Person
let green: Person

test.beforeAll(async () => {
  const relayDeath = pathToFileURL(path.join(import.meta.dirname, 'support', 'relay-death.ts')).href
  server = await createTestServer({
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${relayDeath}`.trim(),
  })
  await server.start()
  const origin = `http://localhost:${server.port}`
  // Real questions for camera and microphone: permissions can be given and taken as a person does.
  const flags = FLAGS.filter((flag) => flag !== '--use-fake-ui-for-media-stream')
  red = await createPerson({ origin, look: LOOKS.red, flags })
  await red.context.addInitScript(keepTracks)
  green = await createPerson({ origin, look: LOOKS.green })
  await Promise.all([red, green].map(haveAccount))
  await start(red)
  await start(green)
  await seeEachOther()
})
test.afterAll(async () => {
  await red?.close()
  await green?.close()
  await server?.remove()
})

async function seeEachOther(): Promise<void> {
  await Promise.all([expectToSee(red, LOOKS.green), expectToSee(green, LOOKS.red)])
}

/** Keeps what the devices gave within reach of the test, which pulls them out. */
function keepTracks(): void {
  const tracks: MediaStreamTrack[] = []
  Reflect.set(globalThis, 'visavisTracks', tracks)
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await real(wanted)
    tracks.push(...stream.getTracks())
    return stream
  }
}

/** As the browser does when the plug is pulled: the track ends, and says so. */
async function pullOut(page: Page, kind: 'audio' | 'video'): Promise<void> {
  await page.evaluate((lost) => {
    const tracks = Reflect.get(globalThis, 'visavisTracks') as MediaStreamTrack[]
    for (const track of tracks.filter((each) => each.kind === lost && each.readyState === 'live')) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }
  }, kind)
}

test('[M16] [M9] a camera that is pulled out: told to both, another one with one tap, and sound goes on', async () => {
  await pullOut(red.page, 'video')
  const alert = red.page.getByRole('alert').filter({ hasText: 'Your camera stopped.' })
  await expect(alert).toBeVisible()
  await expect(green.page.getByText(/ has the camera off\./)).toBeVisible()
  await picture(red.page, 'lost-camera')
  await expectToHear(green, LOOKS.red)
  await alert.getByRole('button', { name: /^Use / }).first().click()
  await expect(alert).toBeHidden()
  await expectToSee(green, LOOKS.red)
})

test('[M16] [M8] a microphone that is pulled out, and the key for it: another one is found', async () => {
  await pullOut(red.page, 'audio')
  const alert = red.page.getByRole('alert').filter({ hasText: 'Your microphone stopped.' })
  await expect(alert).toBeVisible()
  await red.page.keyboard.press('m')
  await expect(alert).toBeHidden()
  await expectToHear(green, LOOKS.red)
})

test('[M16] [M9] a permission that is taken away in the middle of a call: told to both, with help, and given again', async () => {
  await red.context.clearPermissions()
  const alert = red.page.getByRole('alert').filter({ hasText: 'Visavis may no longer use your camera.' })
  await expect(alert).toContainText('Press the camera sign beside the address')
  await expect(green.page.getByText(/ has the camera off\./)).toBeVisible()
  await picture(red.page, 'lost-permission')
  await write(red, 'can you still read me?')
  await expectToRead(green, 'can you still read me?')
  await red.context.grantPermissions(['camera', 'microphone'])
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(alert).toBeHidden()
  const other = red.page.getByRole('alert').filter({ hasText: 'Visavis may no longer use your microphone.' })
  await other.getByRole('button', { name: 'Try again' }).click()
  await expect(other).toBeHidden()
  await seeEachOther()
  await expectToHear(green, LOOKS.red)
})

test('[M16] a relay that dies in the middle of a call comes back, and both go on seeing each other', async () => {
  server.signal('SIGUSR2')
  await expect.poll(relayPorts).toHaveLength(2)
  expect(server.output()).toContain('"relay.down"')
  await seeEachOther()
})

test('[M16] [M13] a relay that dies and finds its port taken: another port, fresh leases, and the call goes on', async () => {
  server.signal('SIGUSR2')
  await expect.poll(relayPorts).toHaveLength(3)
  const [first, again, other] = relayPorts()
  expect(again).toBe(first)
  expect(other).not.toBe(first)
  await expect(red.page.getByText('Picture and sound are interrupted. Reconnecting…')).toBeVisible()
  await seeEachOther()
  await expectToHear(red, LOOKS.green)
  await write(green, 'still here')
  await expectToRead(red, 'still here')
})

test('[M16] a lid that is closed for a while: the other is told of the connection, and all goes on when it is opened', async () => {
  const asleep = sleepFor(findOwnProcess('visavis-red-'), LID_MS)
  await expect(green.page.getByText('Weak', { exact: true })).toBeAttached({ timeout: LID_MS })
  await asleep
  await seeEachOther()
  await write(red, 'back again')
  await expectToRead(green, 'back again')
})

/** Where the relay listened, each time it came up, as the server's log says. */
function relayPorts(): readonly unknown[] {
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.includes('"relay.up"'))
  return lines.map((line) => (JSON.parse(line) as { port?: unknown }).port)
}
