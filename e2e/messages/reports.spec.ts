import { expect, test, type Locator } from '@playwright/test'
import type { ReportEntry } from '@visavis/e2ee'
import type { ReportFault } from '@visavis/wire'
import {
  editMessage,
  chooseFor,
  expectMessage,
  handInReport,
  makeContacts,
  makeGroup,
  openChat,
  writeMessage,
} from '../support/chats.ts'
import { commitmentOf, entryWith, reworded } from '../support/evidence.ts'
import { accountOf, evidenceOnly, makeLyingReporter, type LyingReporter } from '../support/lying-reporter.ts'
import { createModeratedSite, type ModeratedSite } from '../support/moderated-site.ts'
import { listedReport, readReport } from '../support/moderator.ts'
import type { Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'

/**
 * A report of messages that is true, and every way of lying with one: each is refused and named in the verdict, on the
 * screen of who reports and on the moderators'.
 *
 * Method: whoever lies uses their own session and the real evidence that their client has gathered, changed on its way
 * out.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

const CRUEL = ['an unkind word about your hat', 'a crueller one about your hair', 'the worst, about your dog'] as const
const [UNKIND, CRUELLER, WORST] = CRUEL
const FORGED = 'I will burn down your house!!!'
const ALTERED = 'a crueller one about your life'
/** Said elsewhere: a line of a play, among friends who rehearse it. */
const LINE_OF_A_PLAY = 'I shall come for you at midnight, Leonora'

let site: ModeratedSite
/** Receives cruel words, and lies about them too. */
let red: Person
/** Writes them, and denies it. */
let green: Person
let blue: Person
let moderator: Person
let redLies: LyingReporter
let honestReport: string
const accounts = { red: '', green: '' }

test.beforeAll(async () => {
  site = await createModeratedSite({
    people: [{ look: LOOKS.red }, { look: LOOKS.green, viewport: { width: 390, height: 844 } }, { look: LOOKS.blue }],
  })
  ;[red, green, blue] = site.people as [Person, Person, Person]
  moderator = site.moderator
  accounts.red = await accountOf(red.page)
  accounts.green = await accountOf(green.page)
})

test.afterAll(() => site?.close())

const receiptOf = (sheet: Locator) => sheet.locator('code').innerText()

test('[T2] [T1] three messages of the other are reported: verified, for who reports and for the moderators', async () => {
  await makeContacts(red, green)
  for (const text of CRUEL) await writeMessage(green, text)
  await expectMessage(red, WORST)
  await writeMessage(red, 'please stop this')
  await expectMessage(green, 'please stop this')

  const sheet = await handInReport(red, CRUEL, 'It goes on like this.')
  await expect(sheet.getByText('Verified: it is proven who wrote these messages.')).toBeVisible()
  await expect(sheet.getByRole('listitem')).toHaveCount(0)
  honestReport = await receiptOf(sheet)
  await sheet.getByRole('button', { name: 'Done' }).click()

  const report = await readReport(moderator.page, honestReport)
  expect(report).toMatchObject({ isVerified: true, faults: [], reporter: accounts.red, words: 'It goes on like this.' })
  expect(report.verdict).toEqual(['Verified: every opened message was sent by the account that is named with it.'])
  const opened = report.messages.filter(({ kind }) => kind !== 'withheld')
  expect(opened.map(({ text, sender, isProven }) => [text, sender, isProven])).toEqual(
    CRUEL.map((text) => [text, accounts.green, true]),
  )
  expect(await listedReport(moderator.page, honestReport)).toMatchObject({
    reported: accounts.green,
    isVerified: true,
  })
  await expect(green.page.getByText(/report/i)).toHaveCount(0)
})

/** Reports the three cruel messages with this lie in it; both verdicts name exactly this fault, at this position. */
async function expectNamed(
  lie: (entries: readonly ReportEntry[]) => readonly ReportEntry[],
  expected: { readonly fault: ReportFault; readonly shown: string; readonly told: RegExp },
  position: (entries: readonly ReportEntry[]) => number | undefined,
): Promise<void> {
  redLies.lie(lie)
  const sheet = await handInReport(red, CRUEL, 'A lie.')
  await expect(sheet.getByText('Received, but not everything could be proven.')).toBeVisible()
  await expect(sheet.getByRole('listitem')).toHaveText([expected.shown])
  const receipt = await receiptOf(sheet)
  await sheet.getByRole('button', { name: 'Done' }).click()

  const report = await readReport(moderator.page, receipt)
  const place = position(redLies.gathered())
  expect(report.faults).toEqual([{ fault: expected.fault, position: place }])
  expect(report.isVerified).toBe(false)
  expect(report.verdict).toHaveLength(1)
  expect(report.verdict[0]).toMatch(expected.told)
  expect(report.verdict[0]).toContain(`essage ${place} `.trimEnd())
  expect(await listedReport(moderator.page, receipt)).toMatchObject({ isVerified: false })
  // Nothing that was made up, changed or carried over is shown as anybody's words.
  for (const { isProven, text } of report.messages) {
    if (!isProven) expect(text).toBeNull()
    else expect([null, ...CRUEL]).toContain(text)
  }
}

const positionOf = (words: string) => (entries: readonly ReportEntry[]) => entryWith(entries, words).stamped.position

test('[T2] a forged message, which the other never sent, is named', async () => {
  redLies = await makeLyingReporter(red.page)
  await expectNamed(
    (entries) => {
      const entry = entryWith(entries, CRUELLER)
      // All that can be made fits: only the server's stamp cannot be made.
      const evidence = reworded(entry, CRUELLER, FORGED)
      const stamped = { ...entry.stamped, commitment: commitmentOf(evidence) }
      return entries.with(entry.at, { stamped, stamp: entry.stamp, evidence })
    },
    {
      fault: 'stamp',
      shown: 'A message does not carry our stamp.',
      told: /does not carry our stamp.+invented.+\(stamp\)$/,
    },
    positionOf(CRUELLER),
  )
})

test('[T2] an altered message is named', async () => {
  await expectNamed(
    (entries) => {
      const entry = entryWith(entries, CRUELLER)
      return entries.with(entry.at, { ...entry, evidence: reworded(entry, CRUELLER, ALTERED) })
    },
    {
      fault: 'commitment',
      shown: 'The words of a message are not those that were sent.',
      told: /was altered: these are not the words that were sent.+\(commitment\)$/,
    },
    positionOf(CRUELLER),
  )
})

test('[T2] a message that is dropped from the middle is named', async () => {
  await expectNamed(
    (entries) => entries.toSpliced(entryWith(entries, CRUELLER).at, 1),
    { fault: 'gap', shown: 'Messages in between are missing.', told: /^Messages are missing right before.+\(gap\)$/ },
    (entries) => entries[entryWith(entries, CRUELLER).at + 1]?.stamped.position,
  )
})

test('[T2] a message that is replayed from another conversation is named', async () => {
  await makeContacts(red, blue)
  await makeGroup(red, 'The rehearsal', [green, blue])
  await openChat(green, 'The rehearsal')
  await writeMessage(green, LINE_OF_A_PLAY)
  await expectMessage(red, LINE_OF_A_PLAY)
  const replayed = await evidenceOnly(red, redLies, LINE_OF_A_PLAY)

  await openChat(red, green.handle)
  await openChat(green, red.handle)
  await expectNamed(
    (entries) => {
      const { at, stamped } = entryWith(entries, CRUELLER)
      const { conversationId, generation, position, sentAtMs } = stamped
      return entries.with(at, {
        ...replayed,
        stamped: { ...replayed.stamped, conversationId, generation, position, sentAtMs },
      })
    },
    {
      fault: 'other-conversation',
      shown: 'A message is from another conversation.',
      told: /is replayed: it belongs to another conversation.+\(other-conversation\)$/,
    },
    positionOf(CRUELLER),
  )
  // Under its own name it is recognised as well.
  redLies.lie((entries) => entries.with(entryWith(entries, CRUELLER).at, replayed))
  const sheet = await handInReport(red, CRUEL, 'A lie.')
  await expect(sheet.getByRole('listitem').filter({ hasText: 'from another conversation' })).toHaveCount(1)
  await sheet.getByRole('button', { name: 'Done' }).click()
  await redLies.stop()
})

test('[T2] who wrote it denies it: takes it back, changes it, blames the other; the proof stands', async () => {
  await editMessage(green, UNKIND, 'a kind word about your hat')
  await expectMessage(red, 'a kind word about your hat')
  await chooseFor(green, WORST, 'Take back')
  await expectMessage(red, 'This message was taken back.')

  // "It was the other one": the stamps are real, and were made for this person; only the name on them is another.
  await writeMessage(red, 'I will report you')
  await expectMessage(green, 'I will report you')
  const greenLies = await makeLyingReporter(green.page)
  const blamed: number[] = []
  greenLies.lie((entries) =>
    entries.map((entry) => {
      if (entry.stamped.senderAccount !== accounts.green) return entry
      blamed.push(entry.stamped.position)
      return { ...entry, stamped: { ...entry.stamped, senderAccount: accounts.red } }
    }),
  )
  const sheet = await handInReport(green, ['May I write to you?', 'please stop this'], 'That was not me.')
  await expect(sheet.getByText('Received, but not everything could be proven.')).toBeVisible()
  const counter = await readReport(moderator.page, await receiptOf(sheet))
  await sheet.getByRole('button', { name: 'Done' }).click()
  expect(blamed.length).toBeGreaterThanOrEqual(CRUEL.length)
  expect(counter.faults).toEqual(blamed.map((position) => ({ fault: 'stamp', position })))
  for (const sentence of counter.verdict) expect(sentence).toMatch(/its sender.+exchanged.+\(stamp\)$/)

  const report = await readReport(moderator.page, honestReport)
  expect(report).toMatchObject({ isVerified: true, faults: [] })
  const opened = report.messages.filter(({ kind }) => kind !== 'withheld')
  expect(opened.map(({ text, sender, isProven }) => [text, sender, isProven])).toEqual(
    CRUEL.map((text) => [text, accounts.green, true]),
  )
  const named = new Set(counter.messages.map(({ position, sender }) => `${position} ${sender}`))
  for (const { position } of opened) expect(named.has(`${position} ${accounts.green}`)).toBe(false)
  expect(await listedReport(moderator.page, honestReport)).toMatchObject({ reported: accounts.green, isVerified: true })
})
