import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { createSeededRandom } from '@visavis/testkit'
import { haveAccount } from '../support/account.ts'
import {
  expectMessage,
  makeContacts,
  message,
  openChat,
  shownMessages,
  writeMessage,
  type Writer,
} from '../support/chats.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS, type Look } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

/**
 * Each message once and in order, whatever dies meanwhile.
 *
 * Method: two people in browsers that keep what they store. While one writes numbered messages in bursts, the server is
 * killed as a power cut would, and pages and whole browsers are closed; where the dice of the seed say. A message counts as
 * written when its writer sees it. Nothing here is timed: the end is what both see when all has arrived.
 */
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const SEED = 20_261_122
const MESSAGES = 60
const BURST_MAX = 5
const ALL = Array.from({ length: MESSAGES }, (_, index) => index + 1)
/** Of the second test, told from the first by their numbers. */
const LATER = [61, 62, 63, 64, 65]
const SETTLED_MS = 120_000

/** A person whose page and whose browser may be closed at any time, and who comes back with what was kept. */
type Survivor = Writer & {
  readonly look: Look
  page: Person['page']
  handle: string
  setOffline(offline: boolean): Promise<void>
  closePage(): Promise<void>
  /** A new page with the conversation with `other` open. */
  reopen(other: Writer): Promise<void>
  closeBrowser(): Promise<void>
  close(): Promise<void>
}

async function createSurvivor(origin: string, look: Look): Promise<Survivor> {
  const profile = mkdtempSync(path.join(tmpdir(), `visavis-survivor-${look.name}-`))
  let person: Person | undefined = await createPerson({ origin, look, profile })
  await haveAccount(person)
  const survivor: Survivor = {
    look,
    page: person.page,
    handle: person.handle,
    setOffline: async (offline) => person?.context.setOffline(offline),
    closePage: () => survivor.page.close(),
    async reopen(other) {
      if (person) survivor.page = await person.context.newPage()
      else {
        person = await createPerson({ origin, look, profile })
        survivor.page = person.page
      }
      await openChat(survivor, other.handle)
    },
    async closeBrowser() {
      await person?.close()
      person = undefined
    },
    async close() {
      await survivor.closeBrowser()
      rmSync(profile, { recursive: true, force: true })
    },
  }
  return survivor
}

const line = (name: string, number: number) => `${name} writes line ${String(number).padStart(2, '0')}`

/** Those numbers, each as soon as the one before is seen by the writer. */
async function writeLines(writer: Survivor, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await writeMessage(writer, line(writer.look.name, number))
    await expectMessage(writer, line(writer.look.name, number))
  }
}

/** Lines with one of these numbers from the top down, as `red 07`. */
async function linesOf(reader: Writer, numbers: readonly number[]): Promise<readonly string[]> {
  await reader.page.setViewportSize({ width: 1280, height: 6_000 })
  const shown = await shownMessages(reader)
  return shown.flatMap((spoken) => {
    const [, name, number] = /(\w+) writes line (\d\d)/.exec(spoken) ?? []
    return name && numbers.includes(Number(number)) ? [`${name} ${number}`] : []
  })
}

const numbered = (name: string, numbers: readonly number[]) =>
  numbers.map((number) => `${name} ${String(number).padStart(2, '0')}`)

/** Own lines that have not come to the other yet. */
async function undelivered(writer: Writer): Promise<readonly string[]> {
  const own = (await shownMessages(writer)).filter(
    (spoken) => spoken.startsWith('You wrote') && / line \d\d/.test(spoken),
  )
  return own.filter((spoken) => !/(?:Delivered|Read)$/.test(spoken))
}

let server: TestServer
let network: TcpProxy
let red: Survivor
let green: Survivor
const endings: (() => unknown)[] = []

test.beforeAll(async () => {
  let serverPort = 0
  network = await startTcpProxy({ toPort: () => serverPort })
  endings.push(() => network.close())
  const origin = `http://localhost:${network.port}`
  server = await createTestServer({ VISAVIS_ORIGIN: origin })
  serverPort = server.port
  endings.push(() => server.remove())
  await server.start()
  const join = async (look: Look) => {
    const survivor = await createSurvivor(origin, look)
    endings.push(() => survivor.close())
    return survivor
  }
  ;[red, green] = await Promise.all([join(LOOKS.red), join(LOOKS.green)])
  await makeContacts(red, green)
})

test.afterAll(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

test(`[K4] ${MESSAGES} messages through kills of the server, pages and browsers: each once and in order (seed ${SEED})`, async () => {
  const { below } = createSeededRandom(SEED)
  const bursts: number[][] = []
  for (const rest = [...ALL]; rest.length > 0;) bursts.push(rest.splice(0, 1 + below(BURST_MAX)))
  const reopened = async (person: Survivor, close: () => Promise<void>) => {
    await close()
    await person.reopen(person === red ? green : red)
  }
  const disasters: Readonly<Record<string, (during: readonly number[]) => Promise<void>>> = {
    async server(during) {
      await server.stop('SIGKILL')
      await writeLines(red, during)
      await server.start()
    },
    writer: async (during) => {
      await writeLines(red, during)
      await reopened(red, red.closePage)
    },
    reader: async (during) => {
      await Promise.all([writeLines(red, during), reopened(green, green.closePage)])
    },
    readersBrowser: async (during) => {
      await Promise.all([writeLines(red, during), reopened(green, green.closeBrowser)])
    },
    writersBrowser: async (during) => {
      await writeLines(red, during)
      await reopened(red, red.closeBrowser)
    },
  }
  const order = ['server', 'server', 'writer', 'writer', 'reader', 'reader', 'readersBrowser', 'writersBrowser']
  const fates: (string | undefined)[] = bursts.map(() => undefined)
  for (const disaster of order) {
    let at = below(bursts.length)
    while (fates[at] !== undefined) at = (at + 1) % bursts.length
    fates[at] = disaster
  }
  for (const [at, burst] of bursts.entries()) {
    const fate = disasters[fates[at] ?? '']
    await (fate ? fate(burst) : writeLines(red, burst))
  }

  for (const reader of [green, red])
    await expect.poll(() => linesOf(reader, ALL), { timeout: SETTLED_MS }).toEqual(numbered('red', ALL))
  await expect.poll(() => undelivered(red), { timeout: SETTLED_MS }).toEqual([])
  // What was to come has come: nothing appears a second time after it.
  for (const reader of [green, red]) expect(await linesOf(reader, ALL)).toEqual(numbered('red', ALL))
})

test('[K4] what both write without a network waits, through a closed page too, and comes once and in one order', async () => {
  const [reds, greens] = [LATER, LATER.slice(0, 3)]
  network.cut()
  await red.setOffline(true)
  await expect(red.page.getByText('You are offline. What you write is kept and sent by itself.')).toBeVisible()
  await writeLines(red, reds)
  await writeLines(green, greens)
  for (const number of reds) await expect(message(red, line('red', number))).toHaveAttribute('aria-label', /Sending$/)
  await red.closePage()
  await red.setOffline(false)
  network.mend()
  await red.reopen(green)

  const all = [...numbered('green', greens), ...numbered('red', reds)]
  for (const reader of [red, green])
    await expect.poll(async () => (await linesOf(reader, LATER)).toSorted(), { timeout: SETTLED_MS }).toEqual(all)
  for (const writer of [red, green]) await expect.poll(() => undelivered(writer), { timeout: SETTLED_MS }).toEqual([])
  const seen = await linesOf(red, LATER)
  expect(await linesOf(green, LATER)).toEqual(seen)
  for (const name of ['red', 'green']) {
    const own = seen.filter((each) => each.startsWith(name))
    expect(own).toEqual(own.toSorted())
  }
})
