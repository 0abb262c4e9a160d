import { decode, encode } from 'cborg'
import { settle } from '@visavis/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shelf, VaultValue } from '../vault/types.ts'
import type { ConversationId } from '@visavis/wire'
import { noticesAt, say, textsAt, twoPeople } from './core/sim/people.ts'
import type { SimDevice } from './core/sim/world.ts'
import { createPeopleWorld, type Page } from './people/sim/people-world.ts'
import type { ConversationView } from './types.ts'

/**
 * What is in the vault may be half written, of another app or of a later one. Records are taken from real conversations and
 * wounded so that no reader can take them for whole; the messenger has to come up, and to go on.
 */
type Wound = { readonly at: number; readonly how: 'foreign' | 'cut' | 'field' | 'later'; readonly value: unknown }

type Fields = Readonly<Record<string, VaultValue | undefined>>

const foreign = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 'text', [], {}),
  fc.uint8Array({ maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
)
const wounds = fc.array(
  fc.record<Wound>({ at: fc.nat(1_000), how: fc.constantFrom('foreign', 'cut', 'field', 'later'), value: foreign }),
  { minLength: 1, maxLength: 8 },
)

function wounded(value: VaultValue, { at, how, value: other }: Wound): VaultValue {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
  if (how === 'foreign' || !isObject) return other as VaultValue
  const fields: [string, VaultValue | undefined][] = Object.entries(value as Fields)
  const chosen = fields[at % Math.max(1, fields.length)]?.[0]
  if (how === 'later') return { ...(value as Fields), recordVersion: 99 }
  const rest = Object.fromEntries(fields.filter(([name]) => name !== chosen))
  return how === 'cut' || chosen === undefined ? rest : { ...rest, [chosen]: { foreign: true } }
}

/** Wounds records on these shelves; at the given places, counted over all of them. */
function wound(device: Pick<SimDevice, 'shelves'>, shelves: readonly Shelf[], all: readonly Wound[]): void {
  const records = shelves.flatMap((shelf) =>
    [...(device.shelves.get(shelf)?.values() ?? [])].map((each) => ({ shelf, each })),
  )
  for (const one of all) {
    const { shelf, each } = records[one.at % records.length] ?? {}
    if (!shelf || !each) continue
    const bytes = encode(wounded(decode(each.bytes) as VaultValue, one), { ignoreUndefinedProperties: true })
    const name = [...(device.shelves.get(shelf) ?? [])].find(([, { key }]) => key === each.key)?.[0]
    if (name !== undefined) device.shelves.get(shelf)?.set(name, { key: each.key, bytes })
  }
}

/** Two people who have written, with something waiting at the device that will be wounded. */
async function acquainted() {
  const people = await twoPeople()
  const { world, ann, ben, conversationId } = people
  for (const [from, text] of [
    [ann, 'one'],
    [ben, 'two'],
    [ann, 'three'],
  ] as const) {
    await say(from, conversationId, text)
    await world.run(1_000)
  }
  await say(ann, conversationId, { kind: 'title', text: 'Walkers' })
  await world.run(1_000)
  ben.network.cut()
  await say(ben, conversationId, 'waiting')
  await world.run(500)
  return people
}

const SHELVES: readonly Shelf[] = ['self', 'groups', 'conversations', 'outbox', 'key-packages', 'messages', 'transfers']

async function goesOn(people: Awaited<ReturnType<typeof acquainted>>): Promise<void> {
  const { world, ann, ben, conversationId } = people
  ben.vault?.die()
  await world.run(30_000)
  await say(ann, conversationId, 'after')
  await world.run(5_000)
  expect(await textsAt(ben, conversationId)).toContain('after')
  await say(ben, conversationId, 'back')
  await world.run(30_000)
  expect(await textsAt(ann, conversationId)).toContain('back')
}

describe('the core', () => {
  it('[K4][K5] comes up with any wounded records, and messages go both ways again', async () => {
    await fc.assert(
      fc.asyncProperty(wounds, async (all) => {
        const people = await acquainted()
        wound(people.ben, SHELVES, all)
        await goesOn(people)
        people.world.close()
      }),
      { numRuns: 15 },
    )
  }, 240_000)

  it('[K4][K5] a conversation whose record is lost has its title back, and nothing is unread again', async () => {
    const people = await acquainted()
    const all = [{ at: 0, how: 'foreign', value: null }] as const
    wound(people.ben, ['conversations'], all)
    await goesOn(people)
    const [record] = people.ben.core?.conversations() ?? []
    expect(record).toMatchObject({ title: 'Walkers', readPosition: 4 })
    // Nothing but the record was lost: the group and what waited went on as they were.
    expect(await textsAt(people.ann, people.conversationId)).toContain('waiting')
    expect(await noticesAt(people.ben, people.conversationId)).not.toContain('secured-again')
    people.world.close()
  })

  it('[K4][K5] a group state that is lost is healed by a new generation', async () => {
    const people = await acquainted()
    const states = [...(people.ben.shelves.get('groups')?.values() ?? [])].length
    wound(
      people.ben,
      ['groups'],
      Array.from({ length: states }, (_, at) => ({ at, how: 'foreign', value: 7 }) as const),
    )
    await goesOn(people)
    expect(await noticesAt(people.ben, people.conversationId)).toContain('secured-again')
    people.world.close()
  })

  it('[K4] without its cursor nothing that is stored is told or damaged again', async () => {
    const { ann, ben, conversationId, world } = await acquainted()
    await say(ann, conversationId, 'after')
    await world.run(2_000)
    const held = ben.model.mail.map((entry) => ({ ...entry, bytes: Uint8Array.from(entry.bytes) }))
    ben.network.connect()
    await world.run(5_000)
    const before = await textsAt(ben, conversationId)
    expect(before).toContain('after')
    // The acknowledgement was lost, too: the server sends again what it holds.
    ben.vault?.die()
    ben.shelves.get('self')?.clear()
    ben.model.mail.unshift(...held)
    await world.run(20_000)
    expect(await textsAt(ben, conversationId)).toEqual(before)
    await say(ann, conversationId, 'last')
    await world.run(2_000)
    expect(await textsAt(ben, conversationId)).toEqual([...before, 'last'])
    world.close()
  })
})

type Watched = { view(): ConversationView | undefined }
function watch(page: Page, id: ConversationId): Watched {
  let view: ConversationView | undefined
  page.messenger.watch(id, (next) => (view = next))
  return { view: () => view }
}

async function acquaintedPages() {
  const world = createPeopleWorld()
  const [alice, bob] = [world.addAccount('alice'), world.addAccount('bob')]
  const browsers = { alice: world.addBrowser(alice), bob: world.addBrowser(bob) }
  const pages = { alice: browsers.alice.open(), bob: browsers.bob.open() }
  for (const page of Object.values(pages)) {
    await world.until(() => page.phase() === 'ready')
    page.connect()
  }
  const id = world.addConversation([alice, bob])
  const views = { alice: watch(pages.alice, id), bob: watch(pages.bob, id) }
  const has = (who: 'alice' | 'bob', text: string) =>
    views[who].view()?.messages.some((each) => each.text === text) === true
  await world.until(() => Object.values(pages).every((page) => page.messenger.snapshot().conversations.length === 1))
  await pages.alice.messenger.sendText(id, 'one')
  await world.until(() => has('bob', 'one'))
  const [first] = views.bob.view()?.messages.filter(({ kind }) => kind === 'text') ?? []
  await pages.bob.messenger.sendText(id, 'two', first?.position)
  await pages.bob.messenger.react(id, first?.position ?? 0, '👍')
  await world.until(() => has('alice', 'two'))
  await pages.alice.messenger.setTimer(id, 3_600)
  pages.bob.messenger.markRead(id, 99)
  pages.bob.messenger.saveDraft(id, 'a thought')
  await pages.bob.messenger.setSettings({ sendsRead: true, sendsTyping: false })
  await world.clock.advance(3_000)
  return { world, accounts: { alice, bob }, browsers, pages, id }
}

const ALL: readonly Shelf[] = [...SHELVES, 'contacts', 'drafts', 'safety']

describe('the whole messenger', () => {
  it('[K4][K5] opens with any wounded records: ready and receiving, or asking who this device is', async () => {
    await fc.assert(
      fc.asyncProperty(wounds, async (all) => {
        const { world, browsers, pages, id } = await acquaintedPages()
        const vault = browsers.bob.door.vault()
        if (!vault) throw new Error('no vault')
        const records = (
          await Promise.all(
            ALL.map(async (shelf) => (await vault.list({ shelf, prefix: [] })).map((each) => ({ shelf, ...each }))),
          )
        ).flat()
        await vault.write(
          all.map((one) => {
            const record = records[one.at % records.length]
            if (!record) throw new Error('nothing is kept')
            return { shelf: record.shelf, key: record.key, value: wounded(record.value, one) }
          }),
        )
        pages.bob.tell({ kind: 'elsewhere' })
        const page = browsers.bob.open()
        const view = watch(page, id)
        await world.until(() => ['ready', 'unlinked', 'failed'].includes(page.phase()))
        const { phase } = page.messenger.snapshot()
        if (phase.kind === 'failed') expect(phase.code).toBe('WIRE_VERSION')
        if (phase.kind !== 'ready') return
        page.connect()
        // A group that is lost is healed in its own time; what is sent before that is for the lost one.
        for (let turn = 0; turn < 80; turn += 1) {
          await world.clock.advance(250)
          await settle(4)
        }
        await world.until(() => page.messenger.snapshot().conversations.every(({ isSecuring }) => !isSecuring))
        await pages.alice.messenger.sendText(id, 'after')
        await world.until(() => view.view()?.messages.some(({ text }) => text === 'after') === true)
        expect(await page.messenger.search('after')).toHaveLength(1)
        await page.messenger.jumpTo(id, 1)
        expect(page.log.text()).not.toMatch(/view-failed|people-failed|wish-failed|start-failed/)
      }),
      { numRuns: 20 },
    )
  }, 240_000)
})
