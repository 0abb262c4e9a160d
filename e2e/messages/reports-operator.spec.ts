import { expect, test } from '@playwright/test'
import { expectMessage, expectState, makeContacts, reportMessages, writeMessage } from '../support/chats.ts'
import { dumpTables, readFolder } from '../support/database-dump.ts'
import { commitmentOf } from '../support/evidence.ts'
import { evidenceOnly, makeLyingReporter } from '../support/lying-reporter.ts'
import { createNetwork } from '../support/network.ts'
import { allKeys, openStored, storedReports } from '../support/operator.ts'
import { createPerson, signUp } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer } from '../support/server.ts'
import { holds } from '../support/spellings.ts'

/**
 * What an operator learns from a report who wants to read the rest.
 *
 * Method: of three messages in a row the first and the last are reported, and a fourth waits for somebody who is away. Then
 * the operator has everything: database, files, log, every byte that passed inside the transport encryption, and every key of the
 * server. The keys are tried on all reports, and on the message between, whose words the operator is even told.
 */
test.describe.configure({ timeout: 240_000 })

const CHOSEN = ['said before the velvet ladder', 'said after the velvet ladder'] as const
const KEPT = {
  before: 'The lighthouse keeps a ledger of moths',
  between: 'Only we two know where it leads to',
  waiting: 'Nobody has fetched this pomegranate yet',
} as const
/** Told to the moderators in so many words: shows that the searches find what is there. */
const TOLD = 'Please read only these two'

const endings: (() => unknown)[] = []
test.afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

async function meet() {
  const network = await createNetwork({ serverPort: () => server.port, capture: true })
  endings.push(() => network.close())
  const server = await createTestServer({ ...network.env, VISAVIS_LOG_LEVEL: 'debug' })
  endings.push(() => server.remove())
  await server.start()
  const join = async (look: (typeof LOOKS)[keyof typeof LOOKS]) => {
    const person = await createPerson({ origin: network.origin, look })
    endings.push(() => person.close())
    await signUp(person)
    return person
  }
  const [red, green] = await Promise.all([join(LOOKS.red), join(LOOKS.green)])
  await makeContacts(red, green)
  return { network, server, red, green }
}

test('[T2] [K1] the operator, with all there is and every key, reads nothing that was not reported', async () => {
  const { network, server, red, green } = await meet()
  for (const text of [KEPT.before, CHOSEN[0], KEPT.between, CHOSEN[1]]) await writeMessage(green, text)
  await expectMessage(red, CHOSEN[1])
  const lies = await makeLyingReporter(red.page)
  const kept = await evidenceOnly(red, lies, KEPT.between)
  await lies.stop()
  await reportMessages(red, CHOSEN, TOLD)
  await red.close()
  await writeMessage(green, KEPT.waiting)
  await expectState(green, KEPT.waiting, /Sent$/)
  await green.close()
  expect(await server.stop()).toBe(0)

  // Nothing that was written lies anywhere, the reported messages neither.
  const { tables, bytes } = await dumpTables(server.dataDir)
  const wire = network.sockets.captured()
  const places = { tables: bytes, files: readFolder(server.dataDir), log: Buffer.from(server.output()), wire }
  expect(tables.length).toBeGreaterThan(10)
  expect(holds(bytes, red.handle)).toBe(true)
  expect(holds(wire, TOLD)).toBe(true)
  for (const [place, hay] of Object.entries(places))
    for (const words of [...Object.values(KEPT), ...CHOSEN])
      expect(holds(hay, words), `${words} in ${place}`).toBe(false)

  // The report opens with the moderators' key, and with no other that the server has.
  const { moderators, others } = await allKeys(server.dataDir)
  const [report, ...more] = await storedReports(server.dataDir)
  if (!report) throw new Error('no report was kept')
  expect(more).toEqual([])
  for (const key of others) expect(await openStored(key, report)).toBeUndefined()
  const entries = (await openStored(moderators, report)) ?? []

  // With it come the chosen messages; of those between only that they were there.
  const opened = entries.flatMap(({ evidence }) => evidence ?? [])
  expect(opened).toHaveLength(CHOSEN.length)
  for (const [at, words] of CHOSEN.entries()) expect(Buffer.from(opened[at]?.body ?? []).includes(words)).toBe(true)
  const { commitment, position } = kept.stamped
  const told = entries.find(({ stamped }) => stamped.position === position)
  expect(told?.stamped.commitment).toEqual(commitment)
  expect(told?.evidence).toBeUndefined()

  // Even who guesses its words, to the last byte of all around them, cannot tell that they are right: no key fits.
  expect(commitmentOf(kept.evidence)).toEqual(commitment)
  expect(others.length).toBeGreaterThan(10)
  for (const frankingKey of [...others, moderators, ...opened.map((each) => each.frankingKey)])
    expect(commitmentOf({ ...kept.evidence, frankingKey })).not.toEqual(commitment)
})
