import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decodeClientFrame } from '@visavis/wire'
import { expect, test } from '@playwright/test'
import { loadSecrets } from '../../apps/server/src/secrets.ts'
import { postgresPrograms, startCluster } from '../../apps/server/tests/support/postgres.ts'
import { plantInBrowser, readBrowserStores } from '../support/browser-stores.ts'
import {
  editMessage,
  expectMessage,
  expectReaction,
  makeContacts,
  makeGroup,
  message,
  openChat,
  react,
  reportMessages,
  saveDocument,
  sendDocument,
  writeMessage,
} from '../support/chats.ts'
import { agreeToShare } from '../support/sharing.ts'
import { dumpPostgres, dumpTables, readFolder } from '../support/database-dump.ts'
import { createPerson, FLAGS, signUp, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer } from '../support/server.ts'
import { holds, holdsBytes } from '../support/spellings.ts'
import { startWireTap } from '../support/wire-tap.ts'

/**
 * What people write to each other, looked for in every place where it could have been left.
 *
 * Method: three people write, edit, react, name a group, send a file, report and name a device, all with words that are
 * nowhere else. Every byte between them and the server passes a tap, which sits where the server does: inside the
 * transport encryption. Then the server is stopped and all it has left is read, and all that the browsers have kept, one of
 * them from its folder on the disk. Every search is shown to find something that must be there.
 */
test.describe.configure({ timeout: 240_000 })

/** Between people and nobody else. */
const PRIVATE = {
  request: 'May the marzipan heron write to you?',
  text: 'The cartographer hides seventeen umbrellas',
  mistake: 'Der Gärtner züchtet blaue Stachelbeeren',
  edited: 'Der Gärtner züchtet graue Nachtkerzen',
  groupTitle: 'Velvet Accordion Society',
  groupText: 'Tonight the walrus conducts in E flat minor',
  documentName: 'turbot-inventory-of-may.txt',
  documentText: 'eleven turbots, four of them left-handed, and a bassoon. '.repeat(40),
  draft: 'An unsent thought about porcelain badgers',
  /** Found by the device that it reaches [S3]: its quote is kept there, and the finding goes nowhere. */
  redFlag: 'please send me 340 dollars in gift cards for the ostrich nursery',
} as const
/** Told to the server by whoever chose to: it may read them, and keeps them sealed. */
const TOLD = {
  reportWords: 'The heron frightened my grandmother twice',
  deviceName: 'Cinnamon telescope in the attic',
} as const
const PLANTED = 'A careless application would write this'
const REACTION = '🙏'

/** Which of these texts, or a piece of them, lies where. */
function findings(hays: Readonly<Record<string, Buffer>>, texts: readonly string[]): readonly string[] {
  const found = (hay: Buffer, text: string) => holds(hay, text) || (text.length > 24 && holds(hay, text.slice(4, 24)))
  return Object.entries(hays).flatMap(([place, hay]) =>
    texts.filter((text) => found(hay, text)).map((text) => `${text} in ${place}`),
  )
}

type Party = readonly [red: Person, green: Person, blue: Person]

async function correspond([red, green, blue]: Party): Promise<void> {
  await makeContacts(red, green, PRIVATE.request)
  await writeMessage(green, PRIVATE.text)
  await expectMessage(red, PRIVATE.text)
  await writeMessage(green, PRIVATE.mistake)
  await expectMessage(red, PRIVATE.mistake)
  await editMessage(green, PRIVATE.mistake, PRIVATE.edited)
  await expectMessage(red, PRIVATE.edited)
  await react(red, PRIVATE.text, REACTION)
  await expectReaction(green, PRIVATE.text, REACTION)
  await writeMessage(green, PRIVATE.redFlag)
  await expectMessage(red, PRIVATE.redFlag)
  await expect(red.page.getByText('This looks like a request for gift cards.').last()).toBeVisible({ timeout: 30_000 })
  const document = { name: PRIVATE.documentName, text: PRIVATE.documentText }
  await agreeToShare(red, green)
  await sendDocument(green, document)
  expect((await saveDocument(red, document.name)).toString()).toBe(document.text)
  await reportMessages(red, [PRIVATE.text, PRIVATE.edited], TOLD.reportWords)

  await makeContacts(red, blue, PRIVATE.request)
  await makeGroup(red, PRIVATE.groupTitle, [green, blue])
  await writeMessage(red, PRIVATE.groupText)
  for (const person of [green, blue]) {
    await openChat(person, PRIVATE.groupTitle)
    await expectMessage(person, PRIVATE.groupText)
  }
}

/** A name for the device, and words that are not sent: kept for later, and in the page while it is left. */
async function keepThings({ page }: Person): Promise<void> {
  await page.goto('/settings')
  await page.getByRole('button', { name: /^Rename / }).click()
  await page.getByLabel('Name of the device').fill(TOLD.deviceName)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(TOLD.deviceName)).toBeVisible()
}

async function leaveDraft(person: Person, title: string): Promise<void> {
  const { page } = person
  await openChat(person, title)
  await page.locator('#message-text').fill(PRIVATE.draft)
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await expect(page).toHaveURL(/\/settings$/)
  await openChat(person, title)
  await expect(page.locator('#message-text')).toHaveValue(PRIVATE.draft)
}

/** What the browser of a person who has everything open in front of them has written down. */
async function expectStoresToTellNothing(person: Person, others: readonly Person[]): Promise<void> {
  await plantInBrowser(person.page, PLANTED)
  const stores = await readBrowserStores(person.page)
  expect(holds(stores.bytes, PLANTED)).toBe(true)
  expect(stores.databases.length).toBeGreaterThanOrEqual(2)
  expect(stores.records).toBeGreaterThan(20)
  expect(stores.areKeysExtractable.length).toBeGreaterThan(0)
  expect(stores.areKeysExtractable.filter(Boolean)).toEqual([])
  const words = [...Object.values(PRIVATE), ...Object.values(TOLD), ...others.map(({ handle }) => handle)]
  expect(findings({ [`the browser of ${person.look.name}`]: stores.bytes }, words)).toEqual([])
}

const storages = [
  { name: 'the embedded database', programs: undefined },
  ...[postgresPrograms()]
    .filter((programs) => programs !== undefined)
    .map((programs) => ({ name: 'PostgreSQL', programs })),
]

for (const { name, programs } of storages) {
  test(`[K1] [K11] [T2] what is written is in no frame, request, log, table or file, and unsealed in no browser: ${name}`, async () => {
    const endings: (() => unknown)[] = []
    try {
      const cluster = programs ? await startCluster(programs) : undefined
      endings.push(() => cluster?.stop())
      const databaseUrl = cluster?.url('postgres')
      const fronts = ['127.77.5.1', '127.77.5.2', '127.77.5.3']
      let serverPort = 0
      const tap = await startWireTap({
        fronts,
        backs: ['127.77.6.1', '127.77.6.2', '127.77.6.3'],
        toPort: () => serverPort,
      })
      endings.push(() => tap.close())
      const origin = `http://localhost:${tap.port}`
      const server = await createTestServer({
        VISAVIS_ORIGIN: origin,
        VISAVIS_LOG_LEVEL: 'debug',
        ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      })
      serverPort = server.port
      endings.push(() => server.remove())
      await server.start()

      const profile = mkdtempSync(path.join(tmpdir(), 'visavis-profile-'))
      endings.push(() => rmSync(profile, { recursive: true, force: true }))
      const join = async (side: 0 | 1 | 2): Promise<Person> => {
        const person = await createPerson({
          origin,
          look: [LOOKS.red, LOOKS.green, LOOKS.blue][side] ?? LOOKS.red,
          flags: [...FLAGS, `--host-resolver-rules=MAP localhost ${fronts[side]}`],
          ...(side === 0 ? { profile } : {}),
        })
        endings.push(() => person.close())
        await signUp(person)
        return person
      }
      const party: Party = await Promise.all([join(0), join(1), join(2)])
      const [red, green, blue] = party
      await correspond(party)
      await keepThings(red)
      await leaveDraft(red, green.handle)
      await expect(message(red, PRIVATE.edited)).toBeAttached()

      await expectStoresToTellNothing(red, [green, blue])
      await expectStoresToTellNothing(green, [red])
      for (const person of party) await person.close()
      await server.stop()

      const log = Buffer.from(server.output())
      const wire = tap.everything()
      const files = readFolder(server.dataDir)
      const disk = readFolder(profile)
      const { tables, bytes } = databaseUrl ? await dumpPostgres(databaseUrl) : await dumpTables(server.dataDir)

      // The searches find what must be there.
      const sent = tap.connections.flatMap(({ frames }) =>
        frames.toServer.map(({ payload }) => decodeClientFrame(payload)),
      )
      expect(sent.filter((frame) => frame.ok && frame.value.name === 'conversation.send').length).toBeGreaterThan(5)
      for (const text of Object.values(TOLD)) expect(holds(wire, text), text).toBe(true)
      expect(holds(wire, red.handle)).toBe(true)
      expect(log.toString()).toContain('report.messages-made')
      expect(tables.length).toBeGreaterThan(10)
      expect(holds(bytes, red.handle)).toBe(true)
      expect(holds(disk, PLANTED)).toBe(true)

      expect(findings({ wire, log, files, disk, tables: bytes }, Object.values(PRIVATE))).toEqual([])
      expect(findings({ log, files, disk, tables: bytes }, Object.values(TOLD))).toEqual([])
      expect(
        findings(
          { log, files, tables: bytes },
          party.map(({ password }) => password),
        ),
      ).toEqual([])
      expect(
        findings(
          { log },
          party.map(({ handle }) => handle),
        ),
      ).toEqual([])
      // Reports open with one of these, stamps are made with what another seals: they stay in the process.
      const secrets = loadSecrets({
        configured: undefined,
        dataDir: server.dataDir,
        random: { bytes: refuse, uuid: refuse, float: refuse },
      })
      for (const [key, value] of Object.entries(secrets))
        for (const [place, hay] of Object.entries({ wire, log, tables: bytes, disk }))
          expect(holdsBytes(hay, Buffer.from(value)), `${key} in ${place}`).toBe(false)
    } finally {
      for (const end of endings.toReversed()) await end()
    }
  })
}

/** The secret is there already: nothing is to be made up. */
function refuse(): never {
  throw new Error('the server has kept no secret')
}
