import {
  createAccountKeys,
  createDeviceKeys,
  createKeyPackage,
  joinConversation,
  openMessage,
  sealMessage,
  startConversation,
  type AccountKeys,
  type DeviceKeys,
  type Group,
  type MessageContent,
  type ReportEntry,
  type SenderChain,
} from '@visavis/e2ee'
import { toB64, type AccountId, type ConversationId, type DeviceId, type MessageId } from '@visavis/wire'
import { createBrowser, PASSWORD, signUp, type Browser, type TestApp } from './app.ts'
import { json, personOf } from './people-app.ts'
import { openSocket, type SocketClient } from './whole-app.ts'

/** People of the whole server with real keys, who write to each other in a real group, as their browsers would. */

export type Writer = {
  readonly browser: Browser
  readonly handle: string
  readonly account: AccountKeys
  readonly accountId: AccountId
  readonly device: DeviceKeys
  /** One for all conversations of this device: a second would take the first one's place. */
  socket?: SocketClient
}
let people = 0

/** Somebody new, with a registered device. */
export async function newWriter(app: TestApp): Promise<Writer> {
  const browser = createBrowser(app)
  const handle = `calm-lynx-${(people += 1) + 600}`
  await signUp(browser, handle)
  return registered({ browser, handle, account: await createAccountKeys() })
}

/** Another browser of the same person, on a device of its own. */
export async function linkDevice(app: TestApp, { handle, account }: Writer): Promise<Writer> {
  const browser = createBrowser(app)
  await browser.post('/api/sign-in', { handle, password: PASSWORD })
  return registered({ browser, handle, account })
}

async function registered(who: Pick<Writer, 'browser' | 'handle' | 'account'>): Promise<Writer> {
  const { browser, account } = who
  const accountId = (await personOf(browser))?.accountId
  if (!accountId) throw new Error('not signed in')
  const device = await createDeviceKeys({ account, accountId, deviceId: crypto.randomUUID() })
  const { deviceId, accountKey, deviceKey, signature } = device
  const keys = { accountKey: toB64(accountKey), deviceKey: toB64(deviceKey), signature: toB64(signature) }
  const made = await browser.post('/api/devices', { deviceId, name: 'laptop', ...keys, startAfresh: false })
  if (made.status !== 200) throw new Error(`register: ${made.status}`)
  return { ...who, accountId, device }
}

/** Makes the two contacts, by a code and a request that is accepted. */
export async function befriend(one: Writer, other: Writer): Promise<ConversationId> {
  const { code } = await json<{ code: string }>(other.browser.post('/api/contact-code', { on: true }))
  const asked = await json<{ conversationId: ConversationId }>(one.browser.post('/api/contact-requests', { code }))
  await other.browser.post(`/api/contact-requests/${asked.conversationId}`, { accept: true })
  return asked.conversationId
}

type Side = {
  readonly person: Writer
  readonly socket: SocketClient
  group?: Group
  chain: SenderChain | undefined
  /** Everything written, as this side could report it. */
  readonly entries: Map<number, ReportEntry>
}

/** The conversation of the two with its first group; `say` writes, and both keep the evidence. */
export async function writeTogether(app: TestApp, one: Writer, other: Writer) {
  const conversationId = await befriend(one, other)
  const sides = [await sideOf(app, one), await sideOf(app, other)] as const
  const [a, b] = sides
  const given = {
    suite: 'pair',
    name: { conversationId, generation: 1 },
    admit: () => true,
    nowMs: Date.now(),
  } as const
  const keyPackage = await createKeyPackage(other.device, { suite: 'pair', nowMs: Date.now(), isLast: false })
  const started = await startConversation({ ...given, device: one.device, members: [keyPackage.bytes] })
  if (!started.ok || !started.value.first.welcome) throw new Error('no group')
  await a.socket.ask('conversation.commit', {
    conversationId,
    generation: 1,
    epoch: 0,
    messageId: crypto.randomUUID() as MessageId,
    removes: [],
    welcome: started.value.first.welcome as Uint8Array<ArrayBuffer>,
    adds: [other.device.deviceId as DeviceId],
  })
  started.value.first.apply()
  a.group = started.value.group
  const { bytes: welcome } = await arrival(b, conversationId, 0)
  const find = async () => keyPackage
  const joined = await joinConversation({ ...given, device: other.device, welcome, keyPackage: find })
  if (!joined.ok) throw new Error('not joined')
  b.group = joined.value.group

  async function say(from: Side, to: Side, content: MessageContent): Promise<number> {
    const group = from.group
    if (!group) throw new Error('no group')
    const deviceId = from.person.device.deviceId
    const sealed = await sealMessage(group, { content, deviceId, chain: from.chain, seen: 0, clientMs: Date.now() })
    sealed.apply()
    from.chain = sealed.chain
    const { commitment, ciphertext, evidence } = sealed
    const place = { conversationId, generation: 1, epoch: group.epoch() }
    const sent = await from.socket.ask('conversation.send', {
      ...place,
      messageId: crypto.randomUUID() as MessageId,
      commitment: commitment as Uint8Array<ArrayBuffer>,
      ciphertext: ciphertext as Uint8Array<ArrayBuffer>,
    })
    const { position, sentAtMs, stamp, stampKeyId } = sent
    const senderAccount = from.person.accountId
    const said = { conversationId, generation: 1, senderAccount, senderDevice: deviceId, position, sentAtMs }
    from.entries.set(position, { stamped: { ...said, stampKeyId, commitment }, stamp, evidence })
    const entry = await arrival(to, conversationId, position)
    if (!entry.commitment || !entry.stamp || entry.stampKeyId === undefined) throw new Error('not stamped')
    const opened = await openMessage(to.group as Group, {
      ciphertext: entry.bytes,
      commitment: entry.commitment,
      conversationId,
      generation: entry.generation,
      senderAccount: entry.senderAccount,
      senderDevice: entry.senderDevice,
      chain: () => undefined,
    })
    if (!opened.ok) throw new Error('not opened')
    opened.value.apply()
    const stamped = { ...said, stampKeyId: entry.stampKeyId, commitment: entry.commitment }
    to.entries.set(position, { stamped, stamp: entry.stamp, evidence: opened.value.evidence })
    return position
  }

  return {
    conversationId,
    a,
    b,
    /** Both write texts; the answer is the position. */
    sayA: (content: MessageContent) => say(a, b, content),
    sayB: (content: MessageContent) => say(b, a, content),
  }
}
export type Writing = Awaited<ReturnType<typeof writeTogether>>

async function sideOf(app: TestApp, person: Writer): Promise<Side> {
  person.socket ??= await openSocket(app, person.browser)
  return { person, socket: person.socket, chain: undefined, entries: new Map() }
}

/** The message of this conversation at `position`; at 0 its welcome. */
async function arrival(to: Side, conversationId: ConversationId, position: number) {
  for (let count = 1; ; count += 1) {
    const entry = await to.socket.nth('entry', count)
    if (entry.conversationId === conversationId && entry.position === position) return entry
  }
}
