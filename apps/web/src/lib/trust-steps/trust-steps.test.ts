import { DAY, HOUR } from '@visavis/ports'
import type { AccountId, ConversationId } from '@visavis/wire'
import { expect, it } from 'vitest'
import { createFakeClock } from '@visavis/testkit'
import { createMemoryVault } from '../vault/sim/memory-vault.ts'
import { reachOf } from '../messenger/view/project.ts'
import { ALICE, CONVERSATION, createFakeCore } from '../messenger/view/sim/fake-core.ts'
import { createSteps } from './steps.ts'
import { agreeToShare, isAgreed } from '../messenger/people/sim/agreeing.ts'
import { createFakeFiles } from '../messenger/people/sim/fake-files.ts'
import { createPeopleWorld, type Page, type PeopleWorld } from '../messenger/people/sim/people-world.ts'
import type { ConversationView, Message } from '../messenger/types.ts'

/**
 * Steps of trust between whole messengers, with the real encryption, before a server in memory: what each device lets its
 * person send, fetch and press.
 */
type Person = {
  readonly accountId: AccountId
  readonly page: Page
  readonly files: ReturnType<typeof createFakeFiles>
  readonly view: (id: ConversationId) => () => readonly Message[]
}

async function addPerson(world: PeopleWorld, handle: string): Promise<Person> {
  const accountId = world.addAccount(handle)
  const files = createFakeFiles()
  const page = world.addBrowser(accountId).open(files.files)
  await world.until(() => page.phase() === 'ready')
  page.connect()
  const view = (id: ConversationId) => {
    let now: ConversationView | undefined
    page.messenger.watch(id, (next) => (now = next))
    return () => now?.messages.filter(({ kind }) => kind !== 'notice') ?? []
  }
  return { accountId, page, files, view }
}

async function two(knownForMs: number) {
  const world = createPeopleWorld()
  const [alice, bob] = [await addPerson(world, 'alice'), await addPerson(world, 'bob')]
  const id = addPair(world, alice, bob, knownForMs)
  const seen = { alice: alice.view(id), bob: bob.view(id) }
  await world.until(() => [alice, bob].every(({ page }) => page.messenger.snapshot().conversations.length === 1))
  return { world, alice, bob, id, seen }
}

function addPair(world: PeopleWorld, one: Person, other: Person, knownForMs: number): ConversationId {
  const id = world.addConversation([one.accountId, other.accountId])
  world.since.set(id, world.clock.nowMs() - knownForMs)
  world.tellAll({ name: 'changed', id: 0, body: { what: 'contacts' } })
  return id
}

const DOCUMENT = { blob: new Blob(['x']), name: 'x.txt', role: 'document', isViewOnce: false } as const
const DESCRIPTOR = {
  fileId: '33333333-3333-4333-8333-333333333333',
  key: new Uint8Array(32).fill(1),
  root: new Uint8Array(32).fill(2),
  sizeBytes: 1,
  mime: 'text/plain',
  name: 'x.txt',
  role: 'document',
  isViewOnce: false,
} as const
const UNSHOWN = { links: 'unshown', files: 'unshown' }
const LOCKED = { ok: false, code: 'FILE_LOCKED' }

/** Sends a file and has it arrive. */
async function passFile(world: PeopleWorld, from: Person, to: () => readonly Message[], id: ConversationId) {
  const before = to().length
  const sent = await from.page.messenger.sendFile(id, DOCUMENT, '')
  if (!sent.ok) throw new Error(sent.code)
  await world.until(() => from.files.uploads.has(sent.value))
  from.files.uploads.get(sent.value)?.({ ok: true, value: DESCRIPTOR })
  await world.until(() => to().length > before)
  return sent.value
}

async function say(world: PeopleWorld, from: Person, to: () => readonly Message[], id: ConversationId) {
  await from.page.messenger.sendText(id, 'see https://a.example')
  await world.until(() => to().some(({ kind }) => kind === 'text'))
}

it('[M18] [PO7] links are dead for a day, and open by themselves when it is over', async () => {
  const { world, alice, id, seen } = await two(DAY - HOUR)
  await say(world, alice, seen.bob, id)
  expect(seen.bob()[0]?.reach).toEqual({ links: 'dead', files: 'locked' })
  expect(seen.alice()[0]?.reach).toEqual({ links: 'open', files: 'open' })
  await world.clock.advance(HOUR)
  await world.until(() => seen.bob()[0]?.reach.links === 'open')
  expect(seen.bob()[0]?.reach.files).toBe('locked')
})

it('[M18] [PO8] nothing is sent before both have agreed, and who asks is told nothing of silence', async () => {
  const { world, alice, bob, id } = await two(40 * DAY)
  expect(await alice.page.messenger.sendFile(id, DOCUMENT, '')).toEqual(LOCKED)
  await alice.page.messenger.setSharing(id, true)
  await world.until(() => bob.page.messenger.snapshot().conversations[0]?.sharing?.theirs === true)
  const conversations = (person: Person) => person.page.messenger.snapshot().conversations[0]
  // A question is no message: nothing is unread, and no line stands in the list.
  expect(conversations(bob)).toMatchObject({ unread: 0, sharing: { mine: false, theirs: true } })
  expect(conversations(bob)?.last).toBeUndefined()
  await bob.page.messenger.putSharingAside(id)
  await world.until(() => conversations(bob)?.sharing?.isAside === true)
  expect(conversations(alice)?.sharing).toMatchObject({ mine: true, theirs: false, isAside: false })
  for (const { page } of [alice, bob]) expect(await page.messenger.sendFile(id, DOCUMENT, '')).toEqual(LOCKED)
  await bob.page.messenger.setSharing(id, true)
  await world.until(() => isAgreed(alice.page, id))
  expect(await alice.page.messenger.sendFile(id, DOCUMENT, '')).toMatchObject({ ok: true })
})

it('[M18] [PO8] [PO9] what is agreed can be fetched, and no more once one has taken it back; what is here stays', async () => {
  const { world, alice, bob, id, seen } = await two(HOUR)
  await agreeToShare(world, [alice.page, bob.page], id)
  const first = await passFile(world, alice, seen.bob, id)
  const second = await passFile(world, alice, seen.bob, id)
  const [one, other] = seen.bob().map(({ position }) => position ?? 0)
  if (one === undefined || other === undefined) throw new Error('no positions')
  expect(seen.bob().map(({ reach }) => reach.files)).toEqual(['covered', 'covered'])
  for (const messageId of [first, second]) bob.files.blobs.set(messageId, DOCUMENT.blob)
  expect(await bob.page.messenger.fileOf(id, one)).toMatchObject({ ok: true })
  bob.files.keep(id, first)
  await world.until(() => seen.bob()[0]?.reach.files === 'open')
  await alice.page.messenger.setSharing(id, false)
  // Their own no counts at once, before it has arrived anywhere.
  expect(await alice.page.messenger.sendFile(id, DOCUMENT, '')).toEqual(LOCKED)
  await world.until(() => seen.bob()[1]?.reach.files === 'locked')
  expect(await bob.page.messenger.fileOf(id, other)).toEqual(LOCKED)
  expect(await bob.page.messenger.fileOf(id, one)).toMatchObject({ ok: true })
  expect(await bob.page.messenger.sendFile(id, DOCUMENT, '')).toEqual(LOCKED)
})

it('[M18] [PO8] a file on its way up when it is taken back stays here, and goes when both agree again', async () => {
  const { world, alice, bob, id, seen } = await two(40 * DAY)
  await agreeToShare(world, [alice.page, bob.page], id)
  const sent = await alice.page.messenger.sendFile(id, DOCUMENT, '')
  if (!sent.ok) throw new Error(sent.code)
  await world.until(() => alice.files.uploads.has(sent.value))
  await bob.page.messenger.setSharing(id, false)
  await world.until(() => !isAgreed(alice.page, id))
  alice.files.uploads.get(sent.value)?.({ ok: true, value: DESCRIPTOR })
  await world.until(() => seen.alice()[0]?.state === 'failed')
  expect(seen.alice()[0]?.code).toBe('FILE_LOCKED')
  expect(seen.bob()).toEqual([])
  await bob.page.messenger.setSharing(id, true)
  await world.until(() => isAgreed(alice.page, id))
  alice.files.uploads.get(sent.value)?.({ ok: true, value: DESCRIPTOR })
  await world.until(() => seen.bob().length === 1)
})

it('[M18] [PO10] in a group files and links of a member wait until the person asks to see them', async () => {
  const { world, alice, bob, id } = await two(40 * DAY)
  const group = world.addConversation([alice.accountId, bob.accountId], 'group')
  const seen = bob.view(group)
  await world.until(() => bob.page.messenger.snapshot().conversations.length === 2)
  await say(world, alice, seen, group)
  const messageId = await passFile(world, alice, seen, group)
  expect(seen().map(({ reach }) => reach)).toEqual([UNSHOWN, UNSHOWN])
  bob.files.blobs.set(messageId, DOCUMENT.blob)
  const position = seen().at(-1)?.position ?? 0
  expect(await bob.page.messenger.fileOf(group, position)).toEqual(LOCKED)
  await bob.page.messenger.showMember(group, alice.accountId)
  await world.until(() => seen()[0]?.reach.links === 'open')
  expect(await bob.page.messenger.fileOf(group, position)).toMatchObject({ ok: true })
  // Of no group is it asked whom one shares with: that is said between two people.
  expect(await bob.page.messenger.setSharing(group, true)).toEqual({ ok: false, code: 'WIRE_INVALID' })
  await agreeToShare(world, [alice.page, bob.page], id)
})

it('[M18] [PO10] with a contact with whom sharing is agreed nothing is asked in a group', async () => {
  const { world, alice, bob, id } = await two(40 * DAY)
  await agreeToShare(world, [alice.page, bob.page], id)
  const group = world.addConversation([alice.accountId, bob.accountId], 'group')
  const seen = bob.view(group)
  await world.until(() => bob.page.messenger.snapshot().conversations.length === 2)
  await say(world, alice, seen, group)
  expect(seen()[0]?.reach).toEqual({ links: 'open', files: 'open' })
  await alice.page.messenger.setSharing(id, false)
  await world.until(() => seen()[0]?.reach.links === 'unshown')
})

it('[M18] files from before this app stay readable; those that come after are asked about', async () => {
  const clock = createFakeClock()
  const core = createFakeCore(createMemoryVault(), () => clock.nowMs())
  core.change({ filesFreeUpTo: 1 })
  const [conversation] = core.conversations()
  if (!conversation) throw new Error('no conversation')
  const steps = createSteps({ core, me: ALICE, serverNowMs: () => clock.nowMs() })
  const around = { conversation, me: ALICE, steps, transferOf: () => ({ kind: 'none' }) as const }
  const file = { kind: 'file', file: DESCRIPTOR, caption: '' } as const
  expect(reachOf(await core.receive(file), around)).toEqual({ links: 'dead', files: 'open' })
  expect(reachOf(await core.receive(file), around)).toEqual({ links: 'dead', files: 'locked' })
  expect(steps.isSendingLocked(CONVERSATION)).toBe(true)
})
