import type { MessageContent } from '@visavis/e2ee'
import type { AccountId, ConversationId } from '@visavis/wire'
import type { MessageRecord } from '../../core-types.ts'
import { createMemoryVault } from '../../../vault/sim/memory-vault.ts'
import { checkSharing } from './sharing-check.ts'
import { createWorld, type SimDevice, type World } from './world.ts'

/** What happened in a simulation. `broken` names every promise that was not kept; it is empty in a good run. */
export type SimReport = {
  readonly broken: readonly string[]
  readonly sent: number
  readonly stored: number
  readonly generations: number
}

/** A world is calmed and checked after so many deeds; more of them make more worlds, with the seeds that follow. */
const STEPS_PER_WORLD = 40
const CALM = { delayMs: 20, jitterMs: 30, loss: 0 }
const STORM = { delayMs: 20, jitterMs: 400, loss: 0.02 }
const DEVICES_PER_ACCOUNT_MAX = 3
const MEMBERS_MIN = 2
/** Long enough for every backoff and every healing to have had its turn. */
const CALM_MS = 150_000

/**
 * Worlds of people who write to each other: see `observe`. The figures are sums.
 *
 * @throws when a promise was broken, naming the seed
 */
export async function simulate(options: { readonly seed: number; readonly steps: number }): Promise<SimReport> {
  let sum: SimReport = { broken: [], sent: 0, stored: 0, generations: 0 }
  for (let left = options.steps, seed = options.seed; left > 0; left -= STEPS_PER_WORLD, seed++) {
    const { broken, sent, stored, generations } = await observed({ seed, steps: Math.min(left, STEPS_PER_WORLD) })
    if (broken.length > 0) throw new Error(`seed ${seed}: ${broken.join('; ')}`)
    sum = {
      broken: [],
      sent: sum.sent + sent,
      stored: sum.stored + stored,
      generations: sum.generations + generations,
    }
  }
  return sum
}

async function observed(options: { readonly seed: number; readonly steps: number }): Promise<SimReport> {
  try {
    return await observe(options)
  } catch (error) {
    throw new Error(`seed ${options.seed}: thrown`, { cause: error })
  }
}

/** What was said, by whom, and where; and who was ever taken out of which conversation. */
type Story = {
  readonly sent: Map<string, Said>
  /** `${conversationId} ${accountId}`, and the position from which on that account is in it again. */
  readonly parted: Map<string, number>
}

type Said = {
  readonly content: Extract<MessageContent, { readonly kind: 'text' | 'sharing' }>
  readonly of: SimDevice
  readonly conversationId: ConversationId
}

/**
 * Two to four accounts with one to three devices each, in one or two conversations, over a bad network: they write, lose
 * connections, agree to share files and take it back, tabs die before or after any write, group states are lost, devices are added and revoked, accounts are
 * taken out of the group and in again. Once the weather
 * is good and nobody does anything, every message that the server has taken is stored once, at its position, readable, at
 * every device that was in the group, nothing waits, what each account said last about sharing is what each device that had
 * it goes by [M18], and every group has all devices and works [K4]. The same seed gives
 * the same people, network and deeds; keys are truly random.
 */
export async function observe(options: { readonly seed: number | bigint; readonly steps: number }): Promise<SimReport> {
  const world = await createWorld({ seed: options.seed, weather: STORM })
  const { random } = world
  const broken = new Set<string>()
  const story: Story = { sent: new Map(), parted: new Map() }
  const accounts: AccountId[] = []
  for (let left = 2 + random.below(3); left > 0; left--) accounts.push(await world.addAccount())
  const conversations = [world.addConversation('group', accounts)]
  if (accounts.length > 2) conversations.push(world.addConversation('pair', accounts.slice(0, 2)))
  for (const accountId of accounts)
    for (let left = 1 + random.below(2); left > 0; left--) await world.addDevice(accountId)
  await world.run(500)

  for (let step = 0; step < options.steps; step++) {
    await act(world, conversations, story)
    await world.run(random.below(1_500))
  }
  world.setWeather(CALM)
  for (const device of world.devices) {
    device.vault?.dieAt(Infinity, 'before')
    device.network.connect()
  }
  await world.run(CALM_MS)
  await checkEnd(world, story, broken)
  await checkLife(world, conversations, story, broken)
  for (const { level, event, fields } of world.log.lines)
    if (level === 'error') broken.add(`logged ${event} ${fields.reason ?? ''} ${String(fields.err)}`)
  world.close()
  return {
    broken: [...broken],
    sent: story.sent.size,
    stored: world.model.taken.reduce((sum, { recipients }) => sum + recipients.length, 0),
    generations: Math.max(...[...world.model.conversations.values()].map(({ generation }) => generation)),
  }
}

async function say(
  device: SimDevice,
  conversationId: ConversationId,
  { sent }: Story,
  content: Said['content'] = { kind: 'text', text: `${device.name} ${sent.size}` },
): Promise<void> {
  const { core } = device
  if (!core?.conversations().some(({ server }) => server.conversationId === conversationId)) return
  // A tab may die with this very write: then nobody was told that the message is kept.
  void core.send(conversationId, content).then((answer) => {
    if (answer.ok) sent.set(answer.value, { content, of: device, conversationId })
  })
}

async function act(world: World, conversations: readonly ConversationId[], story: Story): Promise<void> {
  const { random } = world
  const live = world.live()
  if (live.length === 0) return
  const device = random.pick(live)
  const deed = random.below(100)
  if (deed < 48) await say(device, random.pick(conversations), story)
  else if (deed < 60) await say(device, random.pick(conversations), story, { kind: 'sharing', on: random.chance(0.5) })
  else if (deed < 72) device.network.cut()
  else if (deed < 88) device.vault?.dieAt(1 + random.below(4), random.pick(['before', 'after']))
  else if (deed < 90) loseGroups(device)
  else if (deed < 93) seat(world, conversations[0], story)
  else if (deed < 97) {
    const account = world.model.accounts.get(device.model.accountId)
    const count = account?.devices.filter(({ isRevoked }) => !isRevoked).length ?? 0
    if (count < DEVICES_PER_ACCOUNT_MAX) await world.addDevice(device.model.accountId)
  } else {
    const mine = live.filter(({ model }) => model.accountId === device.model.accountId)
    if (mine.length > 1) world.revoke(device)
  }
  if (random.chance(0.6)) for (const each of world.devices) each.network.connect()
}

/** Takes an account out of the group, or in again. */
function seat({ model, random, setMembers }: World, id: ConversationId | undefined, { parted }: Story): void {
  const group = id && model.conversations.get(id)
  if (!group) return
  const account = random.pick([...model.accounts.keys()])
  const place = `${id} ${account}`
  if (!group.members.includes(account)) {
    parted.set(place, group.position)
    setMembers(id, [...group.members, account])
  } else if (group.members.length > MEMBERS_MIN) {
    parted.set(place, Infinity)
    setMembers(
      id,
      group.members.filter((each) => each !== account),
    )
  }
}

/** The disk is damaged: the tab dies, and the group states with it. */
function loseGroups(device: SimDevice): void {
  device.vault?.die()
  device.shelves.get('groups')?.clear()
  device.isDamaged = true
}

async function storedAt(
  device: SimDevice,
  conversationId: ConversationId,
): Promise<ReadonlyMap<number, MessageRecord>> {
  const stored = await createMemoryVault(device.shelves).list({ shelf: 'messages', prefix: [conversationId] })
  return new Map(
    stored
      .filter(({ key }) => key.length === 2)
      .map(({ key, value }) => [Number(key[1]), value as unknown as MessageRecord]),
  )
}

/** Everything that was taken is where it belongs, and nothing waits. */
async function checkEnd(world: World, { sent, parted }: Story, broken: Set<string>): Promise<void> {
  const live = new Map(world.live().map((device) => [device.model.deviceId as string, device]))
  const taken = new Set<string>(world.model.taken.map(({ messageId }) => messageId))
  if (taken.size !== world.model.taken.length) broken.add('a message was taken twice')
  for (const device of live.values()) {
    for (const { server } of device.core?.conversations() ?? []) {
      const { conversationId } = server
      // Who was out of it is asked only about what came since.
      const since = parted.get(`${conversationId} ${device.model.accountId}`) ?? 0
      if (since === Infinity) continue
      const waiting = device.core?.outboxOf(conversationId).length ?? 0
      if (waiting > 0 && since === 0) broken.add(`${waiting} messages wait at ${device.name}`)
      const stored = await storedAt(device, conversationId)
      const ids = [...stored.values()].map(({ messageId }) => messageId)
      if (new Set(ids).size !== ids.length) broken.add(`a message is stored twice at ${device.name}`)
      for (const message of world.model.taken.filter((each) => each.conversationId === conversationId)) {
        if (message.position <= since) continue
        if (message.sender !== device.model.deviceId && !message.recipients.includes(device.model.deviceId)) continue
        const record = stored.get(message.position)
        const place = `${message.position} at ${device.name}`
        if (record?.messageId !== message.messageId) broken.add(`message ${place} is missing or another`)
        else if (record.content === undefined) {
          if (!device.isDamaged) broken.add(`message ${place} cannot be read`)
        } else if (!isAsSaid(record, sent.get(message.messageId))) broken.add(`message ${place} says something else`)
      }
    }
    checkOrder(device, broken)
  }
  await checkSharing(world, parted, broken)
  for (const [messageId, { content, of, conversationId }] of sent) {
    const mustArrive = live.has(of.model.deviceId) && !parted.has(`${conversationId} ${of.model.accountId}`)
    if (mustArrive && !taken.has(messageId)) broken.add(`message "${JSON.stringify(content)}" was never taken`)
  }
}

/** What is not in the story was told again for newcomers, or by a tab that died before it could say so. */
function isAsSaid({ content }: MessageRecord, said: Said | undefined): boolean {
  if (!said) return true
  const { content: wanted } = said
  if (wanted.kind === 'text') return content?.kind === 'text' && content.text === wanted.text
  return content?.kind === 'sharing' && content.on === wanted.on && content.since === undefined
}

/** Others' messages were told in the order of their positions, each once. */
function checkOrder(device: SimDevice, broken: Set<string>): void {
  const last = new Map<string, number>()
  for (const event of device.events) {
    if (event.kind !== 'message' || event.record.senderDevice === device.model.deviceId) continue
    const { position, messageId } = event.record
    if (position <= (last.get(event.conversationId) ?? 0))
      broken.add(`message ${position} ${messageId} was told out of order at ${device.name}`)
    last.set(event.conversationId, position)
  }
}

/** Every group has every device, at the server's own epoch, and carries one more message from each. */
async function checkLife(
  world: World,
  conversations: readonly ConversationId[],
  story: Story,
  broken: Set<string>,
): Promise<void> {
  const before = world.model.taken.length
  for (const device of world.live())
    for (const conversationId of conversations) await say(device, conversationId, story)
  await world.run(20_000)
  await checkEnd(world, story, broken)
  for (const conversation of world.model.conversations.values()) {
    const members = new Set<string>(conversation.members)
    const devices = world.live().filter(({ model }) => members.has(model.accountId))
    for (const device of devices) {
      if (!conversation.roster.includes(device.model.deviceId)) broken.add(`${device.name} is in no group`)
      if (device.core?.isSecuring(conversation.conversationId)) broken.add(`${device.name} is still securing`)
    }
    const fresh = world.model.taken
      .slice(before)
      .filter(({ conversationId }) => conversationId === conversation.conversationId)
    if (fresh.length !== devices.length) broken.add(`${fresh.length} of ${devices.length} last messages were taken`)
    for (const { recipients, sender } of fresh)
      for (const { model, name } of devices)
        if (model.deviceId !== sender && !recipients.includes(model.deviceId))
          broken.add(`a last message of ${sender.slice(0, 4)} did not go to ${name}`)
  }
}
