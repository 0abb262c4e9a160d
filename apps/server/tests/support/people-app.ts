import { createHash } from 'node:crypto'
import { toB64, type AccountId, type CallId, type ConversationId, type DeviceId, type SuiteKind } from '@visavis/wire'
import { createBlockStore } from '../../src/blocks/index.ts'
import { createContactFrames } from '../../src/contacts/index.ts'
import { createTellChanged, type DeviceProofs } from '../../src/devices/index.ts'
import { createOwnDevices, createPeople, type People, type PeopleConversations } from '../../src/people.ts'
import { createBrowser, signUp, startApp, type Browser, type TestApp } from './app.ts'
import { openEmbeddedCopy } from './storages.ts'

/**
 * The app with devices, contacts and blocks, reached over HTTP, beside conversations, calls and a gateway that a test
 * plays: what would have been sent to devices is written down.
 */

const digest = (...parts: readonly (string | number | Uint8Array)[]) => {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(typeof part === 'number' ? String(part) : part).update('|')
  return new Uint8Array(hash.digest())
}

/** Signatures that anybody can make, so that a test needs no keys; the real ones are `@visavis/e2ee`'s. */
const signed = {
  device: (accountKey: Uint8Array, accountId: string, deviceId: string, deviceKey: Uint8Array) =>
    digest('device', accountKey, accountId, deviceId, deviceKey),
  binding: (deviceKey: Uint8Array, deviceId: string, sessionId: string, atMs: number) =>
    digest('binding', deviceKey, deviceId, sessionId, atMs),
}
const equal = (one: Uint8Array, other: Uint8Array) => Buffer.from(one).equals(other)

const proofs: DeviceProofs = {
  verifyDevice: async ({ accountKey, accountId, deviceId, deviceKey, signature }) =>
    equal(signature, signed.device(accountKey, accountId, deviceId, deviceKey)),
  verifyBinding: async ({ deviceKey, deviceId, sessionId, atMs, signature }) =>
    equal(signature, signed.binding(deviceKey, deviceId, sessionId, atMs)),
  checkKeyPackage: async (bytes, { credential, suite }) =>
    new TextDecoder().decode(bytes).startsWith(`${suite} of ${credential.deviceId}`),
}

/** A key package as `proofs` wants it. */
export const packageOf = (deviceId: string, suite: SuiteKind, number: number) =>
  toB64(new TextEncoder().encode(`${suite} of ${deviceId} ${number}`))

type Pair = { state: 'open' | 'request' | 'over'; readonly accounts: readonly AccountId[]; requestedBy?: AccountId }

/** Conversations that keep no more than contacts need. */
function createPairs() {
  const pairs = new Map<ConversationId, Pair>()
  const groups = new Map<ConversationId, readonly AccountId[]>()
  const removed: DeviceId[] = []
  const membersOf = (id: ConversationId) => pairs.get(id)?.accounts ?? groups.get(id) ?? []
  const all = () => [...pairs.keys(), ...groups.keys()].map(membersOf)
  const conversations: PeopleConversations = {
    async openPair(a, b, state, requestedBy) {
      const found = [...pairs].find(([, { accounts }]) => accounts.includes(a) && accounts.includes(b))
      const id = found?.[0] ?? (crypto.randomUUID() as ConversationId)
      pairs.set(id, { accounts: [a, b], state, ...(requestedBy ? { requestedBy } : {}) })
      return id
    },
    async setPairState(id, state) {
      const pair = pairs.get(id)
      if (pair) pair.state = state
    },
    sharersOf: async (account) => [...new Set(all().filter((accounts) => accounts.includes(account)))].flat(),
    mayClaim: async (account, id) => membersOf(id).includes(account),
    mayBlock: async (account, other) => all().some((both) => both.includes(account) && both.includes(other)),
    removeDevices: async (devices) => void removed.push(...devices),
    suiteOf: async (id) => (pairs.has(id) ? 'pair' : groups.has(id) ? 'group' : undefined),
  }
  return { pairs, groups, removed, conversations }
}

export type PeopleApp = Awaited<ReturnType<typeof startPeopleApp>>

export async function startPeopleApp(env: Readonly<Record<string, string>> = {}) {
  const storage = await openEmbeddedCopy()
  const world = createPairs()
  const told: { readonly device: DeviceId; readonly name: string; readonly body: unknown }[] = []
  const ended: string[] = []
  const parted: string[] = []
  const calls = new Map<CallId, readonly Member[]>()
  const seats = new Map<AccountId, DeviceId[]>()
  let people: People | undefined
  const app = await startApp(storage, {
    env: { VISAVIS_RATE_FACTOR: '100', ...env },
    createSubjects: async (base) => {
      const deliver = (device: DeviceId, name: string, body: unknown) => {
        told.push({ device, name, body })
        return true
      }
      const reach = {
        tellChanged: createTellChanged({ deliver, devicesOf: (account) => seats.get(account) ?? [] }),
        tellMade: (side: { deviceId: DeviceId }, body: unknown) => void deliver(side.deviceId, 'contact.made', body),
      }
      base.accounts.onSessionEnded((session) => void ended.push(`${session.reason} ${session.deviceId}`))
      const own = createOwnDevices(base, proofs)
      people = createPeople(base, {
        ...own,
        reach,
        proofs,
        conversations: world.conversations,
        blocks: createBlockStore(storage.db),
        calls: { callForReport: async (callId, account) => callOf(calls.get(callId), callId, account) },
        part: (one, other) => void parted.push(`${one} ${other}`),
      })
      const stop = people.start()
      return { handlers: people.handlers, accepting: () => true, drain: async () => {}, close: async () => stop() }
    },
  })
  if (!people) throw new Error('no people')
  const { contacts } = people
  let handles = 0

  return {
    ...world,
    app,
    told,
    ended,
    parted,
    seats,
    frames: createContactFrames(contacts),
    /** A call of two that goes on. */
    meet(one: Member, other: Member): CallId {
      const callId = crypto.randomUUID() as CallId
      calls.set(callId, [one, other])
      return callId
    },
    endCall: (callId: CallId) => void calls.delete(callId),
    /** Somebody new, signed in, on a session without a device. */
    async visitor(): Promise<Member> {
      handles += 1
      return signUpMember(app, `quiet-otter-${handles + 300}`)
    },
    /** Somebody new with a registered device. */
    async member(): Promise<Member> {
      handles += 1
      const member = await signUpMember(app, `quiet-heron-${handles + 300}`)
      const answer = await register(member)
      if (answer.status !== 200) throw new Error(`register: ${answer.status}`)
      seats.set(member.accountId, [member.deviceId])
      return member
    },
    async end(): Promise<void> {
      await app.end()
      await storage.close()
    },
  }
}

function callOf(sides: readonly Member[] | undefined, callId: CallId, account: AccountId) {
  const partner = sides?.some((side) => side.accountId === account)
    ? sides.find((side) => side.accountId !== account)
    : undefined
  if (!partner) return undefined
  const { accountId, deviceId } = partner
  return {
    callId,
    mode: 'video',
    startedAtMs: 0,
    endedAtMs: undefined,
    partner: { accountId, deviceId, pseudonym: 'Quiet Heron' },
    agreed: undefined,
  } as const
}

export type Member = {
  readonly browser: Browser
  readonly handle: string
  readonly accountId: AccountId
  readonly sessionId: string
  readonly deviceId: DeviceId
  readonly accountKey: Uint8Array
  readonly deviceKey: Uint8Array
}

async function signUpMember(app: TestApp, handle: string): Promise<Member> {
  const browser = createBrowser(app)
  await signUp(browser, handle)
  return freshDevice({ browser, handle, accountKey: new Uint8Array(digest('account', handle).subarray(0, 32)) })
}

/** The same account on what is, in this browser's session, a new device. */
export async function freshDevice(of: Pick<Member, 'browser' | 'handle' | 'accountKey'>): Promise<Member> {
  const deviceId = crypto.randomUUID() as DeviceId
  const deviceKey = new Uint8Array(digest('key', deviceId).subarray(0, 32))
  const person = await personOf(of.browser)
  if (!person) throw new Error('not signed in')
  const { browser, handle, accountKey } = of
  return { browser, handle, accountKey, deviceId, deviceKey, accountId: person.accountId, sessionId: person.sessionId }
}

export async function personOf(browser: Browser) {
  const { person } = (await (await browser.get('/api/session')).json()) as {
    person: { accountId: AccountId; sessionId: string; deviceId: DeviceId | null } | null
  }
  return person
}

export function register(member: Member, more: Readonly<Record<string, unknown>> = {}): Promise<Response> {
  const { accountId, accountKey, browser, deviceId, deviceKey } = member
  return browser.post('/api/devices', {
    deviceId,
    name: `laptop of ${member.handle}`,
    accountKey: toB64(accountKey),
    deviceKey: toB64(deviceKey),
    signature: toB64(signed.device(accountKey, accountId, deviceId, deviceKey)),
    startAfresh: false,
    ...more,
  })
}

/** Binds the session of `browser` to this member's device. */
export async function bind(member: Member, browser: Browser, more: { atMs?: number; sessionId?: string } = {}) {
  const sessionId = more.sessionId ?? (await personOf(browser))?.sessionId ?? ''
  const atMs = more.atMs ?? Date.now()
  const signature = toB64(signed.binding(member.deviceKey, member.deviceId, sessionId, atMs))
  return browser.post('/api/devices/bind', { deviceId: member.deviceId, atMs, signature })
}

export async function remove(app: TestApp, browser: Browser, path: string): Promise<Response> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return fetch(`http://127.0.0.1:${app.port}${path}`, { method: 'DELETE', headers: { origin: app.origin, cookie } })
}

/** The code of a refusal; `ok` for none. */
export async function codeOf(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer
  return response.ok ? 'ok' : ((await response.json()) as { code: string }).code
}

export const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T
