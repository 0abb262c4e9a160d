import { expect, test } from '@playwright/test'
import { haveAccount } from './support/account.ts'
import { createCrowd, type Crowd } from './support/crowd.ts'
import { countObjects, type ObjectCounts } from './support/object-counts.ts'
import { start, type Person } from './support/person.ts'
import { LOOKS } from './support/pictures.ts'
import { installScreenWatch, metSoFar, screenNotes } from './support/screen-watch.ts'
import { createTestServer, type TestServer } from './support/server.ts'

/**
 * Next, again and again, among six people whose cameras show a colour each. Everything that any of them is shown is noted
 * frame by frame, so that one black picture or one frame of the wrong person in hundreds of calls is found.
 */
const PEOPLE = [LOOKS.red, LOOKS.green, LOOKS.blue, LOOKS.yellow, LOOKS.violet, LOOKS.cyan]
const ROUNDS = 9
/** Of what one call needs, there may be so much more than at the beginning: the ended call may not be collected yet. */
const SLACK = 2

let server: TestServer
let crowd: Crowd
let people: readonly Person[]

test.beforeAll(async () => {
  test.setTimeout(150_000)
  server = await createTestServer({ VISAVIS_MEET_AGAIN_MINUTES: '0' })
  await server.start()
  crowd = await createCrowd({ origin: `http://localhost:${server.port}`, looks: PEOPLE })
  people = crowd.people
  for (const { context } of people) await context.addInitScript(installScreenWatch, [...PEOPLE])
  await Promise.all(people.map(haveAccount))
})
test.afterAll(async () => {
  await crowd?.close()
  await server?.remove()
})

test('[M2] fifty times Next among six: nobody sees a black picture, a stranger’s leftover, or leaves anything behind', async () => {
  test.setTimeout(240_000)
  await Promise.all(people.map(start))
  await everybodyMet(1)
  let before: readonly ObjectCounts[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    await Promise.all(people.map(({ page }) => page.keyboard.press('n')))
    await everybodyMet(round + 1)
    if (round === 2) before = await counted()
  }

  const after = await counted()
  for (const { look, page, complaints } of people) {
    const { sights, leftovers, presses } = await screenNotes(page)
    expect(presses, look.name).toBe(ROUNDS)
    expect(leftovers, `left on the screen of ${look.name} after Next`).toEqual([])
    const colours = new Map<number, Set<string>>()
    for (const { picture, seen } of sights) colours.set(picture, (colours.get(picture) ?? new Set()).add(seen))
    for (const [picture, seen] of colours)
      expect([...seen], `picture ${picture} that ${look.name} saw`).toEqual([expect.stringMatching(/^(?!nothing)/)])
    expect(complaints, look.name).toEqual([])
  }
  for (const [at, last] of after.entries()) {
    const [first, person] = [before[at], people[at]]
    if (!first || !person) throw new Error('nothing was counted')
    for (const kind of ['connections', 'openConnections', 'liveTracks', 'mediaElements', 'workers'] as const)
      expect(last[kind], `${kind} of ${person.look.name}, ${first[kind]} at the beginning`).toBeLessThanOrEqual(
        first[kind] + SLACK,
      )
  }
})

/** What two of them have in memory; a walk over a heap is too slow to be done for all. */
function counted(): Promise<readonly ObjectCounts[]> {
  return Promise.all(people.slice(0, 2).map(({ page }) => countObjects(page)))
}

/** Each sees somebody for the `times`th time, and that one sees them. */
async function everybodyMet(times: number): Promise<void> {
  const names: readonly string[] = people.map(({ look }) => look.name)
  const told = async () => {
    const met = await Promise.all(people.map(({ page }) => metSoFar(page)))
    return met.map(({ people: seen, now }, at) => {
      const other = met[names.indexOf(now)]
      return seen >= times && other?.now === names[at] ? 'met' : `${names[at]}, ${seen} met, sees ${now}`
    })
  }
  await expect.poll(told, { timeout: 40_000, intervals: [50, 100, 200] }).toEqual(names.map(() => 'met'))
}
