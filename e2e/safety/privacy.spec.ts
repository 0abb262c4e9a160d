import { ADVICE, REASONS } from '@visavis/safety'
import { expect, test } from '@playwright/test'
import { plantInBrowser, readBrowserStores } from '../support/browser-stores.ts'
import { makeContacts, openChat, reportMessages, writeMessage } from '../support/chats.ts'
import { dumpTables, readFolder } from '../support/database-dump.ts'
import { expectNoticed, openNotice, openSafetySettings } from '../support/noticed.ts'
import { createPerson, FLAGS, signUp, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer } from '../support/server.ts'
import { holds } from '../support/spellings.ts'
import { startWireTap } from '../support/wire-tap.ts'

/**
 * What was noticed, looked for in every place where it could have been left.
 *
 * Method: somebody makes false claims and asks for money; the other is told, opens the line, ignores one, mutes another, reads
 * the log, and keeps a number to themselves. Every byte to and from the server passes a tap inside the transport encryption.
 * Then one message is reported, of which only its own words may be known. Every search is shown to find what must be there.
 */
test.describe.configure({ timeout: 180_000 })

/** Words that are nowhere else, and parts of them that are quotes or claims. */
const SAID = {
  age: 'hello, i am 45 years old and live in a turquoise windmill',
  otherAge: 'i am 58 years old and never felt so young',
  money: 'can you send me 731 dollars for the turquoise windmill please',
  number: 'my card is 4111 1111 1111 1111',
} as const
const QUOTES = ['45 years old', '58 years old', '731 dollars', '4111 1111 1111 1111', 'turquoise windmill']
/** Sealed for the moderators; the words beside it are told to the server. */
const REPORTED = 'what is your password? the purple harmonica needs it'
const REPORT_WORDS = 'The harmonica asked for a password'
/** Ids of reasons, advice and memory; those that are also ordinary words say nothing when they are found. */
const IDS = [...[...REASONS, ...ADVICE].filter((id) => id.includes('_')), 'claims/']
const PLANTED = 'A careless application would write this'

test('[S13] [S16] no finding, quote or claim is in a request, a frame, a log, a table, or unsealed in a browser', async () => {
  const endings: (() => unknown)[] = []
  try {
    const fronts = ['127.77.7.1', '127.77.7.2']
    let serverPort = 0
    const tap = await startWireTap({ fronts, backs: ['127.77.8.1', '127.77.8.2'], toPort: () => serverPort })
    endings.push(() => tap.close())
    const origin = `http://localhost:${tap.port}`
    const server = await createTestServer({ VISAVIS_ORIGIN: origin, VISAVIS_LOG_LEVEL: 'debug' })
    serverPort = server.port
    endings.push(() => server.remove())
    await server.start()
    const join = async (side: 0 | 1): Promise<Person> => {
      const person = await createPerson({
        origin,
        look: side === 0 ? LOOKS.red : LOOKS.green,
        flags: [...FLAGS, `--host-resolver-rules=MAP localhost ${fronts[side]}`],
      })
      endings.push(() => person.close())
      await signUp(person)
      return person
    }
    const [red, green] = await Promise.all([join(0), join(1)])
    await makeContacts(red, green)

    await writeMessage(red, SAID.age)
    await writeMessage(red, SAID.otherAge)
    await writeMessage(red, SAID.money)
    await expectNoticed(green, SAID.otherAge, 'Earlier they said something else about their age')
    await expectNoticed(green, SAID.money, 'a request for money')
    const odd = await openNotice(green, SAID.otherAge)
    await expect(odd).toContainText('45 years old')
    await odd.getByRole('button', { name: 'Ignore' }).click()
    const money = await openNotice(green, SAID.money)
    await money.getByRole('button', { name: 'Don’t tell me this here again' }).click()
    await green.page.locator('#message-text').fill(SAID.number)
    await green.page.locator('#message-text').press('Enter')
    await expect(green.page.getByRole('region', { name: /gives away your card number/ })).toBeVisible()
    await openSafetySettings(green)
    await expect(green.page.getByText('ignored')).toBeVisible()

    await plantInBrowser(green.page, PLANTED)
    const stores = await readBrowserStores(green.page)
    expect(holds(stores.bytes, PLANTED)).toBe(true)
    expect(stores.records).toBeGreaterThan(10)
    const told = [...QUOTES, ...IDS, red.handle]
    expect(told.filter((each) => holds(stores.bytes, each))).toEqual([])

    // A report has its own message, and nothing of why.
    await green.page
      .getByRole('link', { name: /^Chats/ })
      .first()
      .click()
    await openChat(green, red.handle)
    await writeMessage(red, REPORTED)
    await expectNoticed(green, REPORTED, 'a request for a password')
    await reportMessages(green, [REPORTED], REPORT_WORDS)
    for (const person of [red, green]) await person.close()
    await server.stop()

    // The rules come to the browser and have all the ids: what goes to the server must have none.
    const toServer = Buffer.concat(
      tap.connections.flatMap(({ plain, frames }) => [
        ...plain.toServer,
        ...frames.toServer.map(({ payload }) => payload),
      ]),
    )
    const wire = tap.everything()
    const log = Buffer.from(server.output())
    const files = readFolder(server.dataDir)
    const { tables, bytes } = await dumpTables(server.dataDir)
    expect(holds(toServer, REPORT_WORDS)).toBe(true)
    expect(log.toString()).toContain('report.messages-made')
    expect(tables.length).toBeGreaterThan(10)

    const places = { wire, log, files, tables: bytes }
    for (const [place, hay] of Object.entries(places))
      expect(
        [...QUOTES, ...Object.values(SAID), REPORTED].filter((each) => holds(hay, each)),
        place,
      ).toEqual([])
    for (const [place, hay] of Object.entries({ toServer, log, files, tables: bytes }))
      expect(
        IDS.filter((each) => holds(hay, each)),
        place,
      ).toEqual([])
  } finally {
    for (const end of endings.toReversed()) await end()
  }
})
