import { KEY_PACKAGES_KEPT_MAX, toB64, type ConversationId, type LinkId } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyRow } from './accounts-rows.ts'
import { createBrowser, PASSWORD } from './support/app.ts'
import {
  bind,
  codeOf,
  freshDevice,
  json,
  packageOf,
  personOf,
  register,
  remove,
  startPeopleApp,
  type Member,
  type PeopleApp,
} from './support/people-app.ts'

// Devices as browsers reach them: over HTTP, through every rule of the edge, on the embedded storage.

let world: PeopleApp
beforeAll(async () => {
  world = await startPeopleApp()
})
afterAll(() => world.end())

/** Another browser in which the same person has signed in. */
async function signInAgain(member: Member) {
  const browser = createBrowser(world.app)
  await browser.post('/api/sign-in', { handle: member.handle, password: PASSWORD })
  return browser
}

async function secondDevice(member: Member): Promise<Member> {
  const second = await freshDevice({ ...member, browser: await signInAgain(member) })
  expect(await codeOf(register(second))).toBe('ok')
  return second
}

const listOf = async (member: Member) =>
  json<{ accountKey: string | null; devices: { deviceId: string; name: string; isThisOne: boolean }[] }>(
    member.browser.get('/api/devices'),
  )

describe('a session and its device', () => {
  it('[K9] a session goes by its own id until it is bound to the device it registers', async () => {
    const member = await world.visitor()
    expect(await personOf(member.browser)).toMatchObject({ deviceId: null, sessionId: member.sessionId })
    expect(await listOf(member)).toEqual({ accountKey: null, devices: [] })
    expect(await codeOf(register(member))).toBe('ok')
    expect(await personOf(member.browser)).toMatchObject({ deviceId: member.deviceId, sessionId: member.sessionId })
    expect(await codeOf(register(member))).toBe('ok')
    expect(await listOf(member)).toMatchObject({
      accountKey: toB64(member.accountKey),
      devices: [{ deviceId: member.deviceId, name: `laptop of ${member.handle}`, isThisOne: true }],
    })
  })

  it('[K9] a new session takes the device over, and the former one is over', async () => {
    const member = await world.member()
    const browser = await signInAgain(member)
    expect(await codeOf(bind(member, browser))).toBe('ok')
    expect(await personOf(browser)).toMatchObject({ deviceId: member.deviceId })
    expect(await personOf(member.browser)).toBeNull()
    expect(world.ended).toContain(`replaced ${member.deviceId}`)
    expect(await codeOf(bind(member, browser))).toBe('ok')
  })

  it('[K9] of two sessions that bind one device at once one is left, and it is bound', async () => {
    const member = await world.member()
    const browsers = [await signInAgain(member), await signInAgain(member)]
    await Promise.all(browsers.map((browser) => bind(member, browser)))
    const people = await Promise.all(browsers.map(personOf))
    expect(people.filter(Boolean)).toHaveLength(1)
    expect(people.find(Boolean)).toMatchObject({ deviceId: member.deviceId })
  })

  it('[K9] a session that moves to another device speaks for the former no more', async () => {
    const member = await world.member()
    const next = await freshDevice(member)
    world.ended.length = 0
    expect(await codeOf(register(next))).toBe('ok')
    expect(await personOf(member.browser)).toMatchObject({ deviceId: next.deviceId })
    expect(world.ended).toEqual([`replaced ${member.deviceId}`])
    expect((await listOf(next)).devices).toHaveLength(2)
  })

  it('[K9] binds nothing without the proof of the device, for this session, now, and for this account', async () => {
    const [member, other] = [await world.member(), await world.member()]
    const browser = await signInAgain(member)
    const old = Date.now() - 6 * 60_000
    expect(await codeOf(bind({ ...member, deviceKey: other.deviceKey }, browser))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(bind(member, browser, { sessionId: other.sessionId }))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(bind(member, browser, { atMs: old }))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(bind(other, browser))).toBe('DEVICE_KEY_REFUSED')
    const unknown = await freshDevice(member)
    expect(await codeOf(bind(unknown, browser))).toBe('DEVICE_KEY_REFUSED')
    expect(await personOf(browser)).toMatchObject({ deviceId: null })
    expect(await personOf(member.browser)).toMatchObject({ deviceId: member.deviceId })
  })

  it('[K9] signing out revokes the device; a session that expires leaves it', async () => {
    const member = await world.member()
    const second = await secondDevice(member)
    await second.browser.post('/api/sign-out', {})
    expect((await listOf(member)).devices.map((device) => device.deviceId)).toEqual([member.deviceId])
    expect(world.ended).toContain(`signed-out ${second.deviceId}`)
    await expect.poll(() => world.removed).toContain(second.deviceId)
    const third = await secondDevice(member)
    const { db } = world.app.storage
    await db
      .updateTable('sessions')
      .set({ expires_at: new Date(0) })
      .where('device_id', '=', third.deviceId)
      .execute()
    await world.app.accounts.sweep()
    expect(world.ended).toContain(`expired ${third.deviceId}`)
    expect((await listOf(member)).devices).toHaveLength(2)
    const browser = await signInAgain(member)
    expect(await codeOf(bind(third, browser))).toBe('ok')
  })
})

describe('devices of an account', () => {
  it('[K9] refuses a device whose key the account did not vouch for, and ids that are taken', async () => {
    const [member, other] = [await world.member(), await world.member()]
    const fresh = await freshDevice({ ...member, browser: await signInAgain(member) })
    expect(await codeOf(register(fresh, { signature: toB64(new Uint8Array(64)) }))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(register({ ...fresh, accountId: other.accountId }))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(register(fresh, { deviceKey: 'AAAA' }))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(register({ ...fresh, deviceId: other.deviceId }))).toBe('DEVICE_KEY_REFUSED')
    const asSession = other.sessionId as Member['deviceId']
    expect(await codeOf(register({ ...fresh, deviceId: asSession }))).toBe('DEVICE_KEY_REFUSED')
    expect(await listOf(member)).toMatchObject({ devices: [{ deviceId: member.deviceId }] })
  })

  it('[K9] refuses another account key, unless the account starts afresh, which revokes all others', async () => {
    const member = await world.member()
    const second = await secondDevice(member)
    const accountKey = new Uint8Array(32).fill(7)
    const fresh = await freshDevice({ ...member, accountKey, browser: await signInAgain(member) })
    expect(await codeOf(register(fresh))).toBe('DEVICE_OTHER_KEY')
    expect(await codeOf(register(fresh, { startAfresh: true }))).toBe('ok')
    expect(await listOf(fresh)).toMatchObject({
      accountKey: toB64(accountKey),
      devices: [{ deviceId: fresh.deviceId, isThisOne: true }],
    })
    for (const gone of [member, second]) expect(await personOf(gone.browser)).toBeNull()
  })

  it('[K9] takes no more than five devices', async () => {
    const member = await world.member()
    for (let count = 2; count <= 5; count += 1) await secondDevice(member)
    const sixth = await freshDevice({ ...member, browser: await signInAgain(member) })
    expect(await codeOf(register(sixth))).toBe('DEVICE_TOO_MANY')
  })

  it('[K9] renames and revokes one’s own devices only; a revoked one is signed out at once', async () => {
    const [member, stranger] = [await world.member(), await world.member()]
    const second = await secondDevice(member)
    const url = `/api/devices/${second.deviceId}`
    expect(await codeOf(stranger.browser.post(`${url}/name`, { name: 'mine' }))).toBe('NOT_FOUND')
    expect(await codeOf(remove(world.app, stranger.browser, url))).toBe('NOT_FOUND')
    expect(await codeOf(remove(world.app, member.browser, '/api/devices/not-an-id'))).toBe('NOT_FOUND')
    expect(await codeOf(member.browser.post(`${url}/name`, { name: 'phone' }))).toBe('ok')
    expect((await listOf(member)).devices.map((device) => device.name)).toContain('phone')
    expect(await codeOf(remove(world.app, member.browser, url))).toBe('ok')
    expect(await personOf(second.browser)).toBeNull()
    expect(await codeOf(remove(world.app, member.browser, url))).toBe('NOT_FOUND')
  })

  it('[K9] tells one’s own devices, and those of everybody one shares a conversation with', async () => {
    const [member, friend, stranger] = [await world.member(), await world.member(), await world.member()]
    await world.conversations.openPair(member.accountId, friend.accountId, 'open')
    world.told.length = 0
    await secondDevice(member)
    const heard = (of: Member) =>
      world.told.filter(({ device }) => device === of.deviceId).map(({ body }) => (body as { what: string }).what)
    await expect.poll(() => heard(friend)).toEqual(['conversations'])
    expect(new Set(heard(member))).toEqual(new Set(['devices', 'conversations']))
    expect(heard(stranger)).toEqual([])
  })

  it('[A8] keeps names sealed and only the day of the last visit, and logs neither names nor keys', async () => {
    const member = await world.member()
    const rows = await everyRow(world.app.storage.db)
    const name = Buffer.from(`laptop of ${member.handle}`)
    expect(rows).toContain(member.deviceId)
    expect(rows).not.toContain(name.toString())
    expect(rows).not.toContain(name.toString('hex'))
    const row = world.app.storage.db.selectFrom('devices').selectAll().where('device_id', '=', member.deviceId)
    expect((await row.executeTakeFirstOrThrow()).last_seen_ms % 86_400_000).toBe(0)
    expect(world.app.log.text()).not.toContain('laptop')
    expect(world.app.log.text()).not.toContain(toB64(member.accountKey))
  })
})

describe('key packages', () => {
  const upload = (member: Member, numbers: readonly number[], more: Record<string, unknown> = {}) =>
    member.browser.post('/api/key-packages', {
      suite: 'pair',
      packages: numbers.map((number) => packageOf(member.deviceId, 'pair', number)),
      ...more,
    })
  const claim = (member: Member, conversationId: string, of: readonly Member[]) =>
    member.browser.post('/api/key-packages/claim', { conversationId, devices: of.map((one) => one.deviceId) })
  type Claimed = { packages: { accountId: string; deviceId: string; keyPackage: string }[] }

  it('[K9] are of the own registered device only, checked, counted and bounded', async () => {
    const [member, visitor] = [await world.member(), await world.visitor()]
    expect(await codeOf(upload(visitor, [1]))).toBe('DEVICE_REQUIRED')
    expect(await codeOf(visitor.browser.get('/api/key-packages'))).toBe('DEVICE_REQUIRED')
    const foreign = [packageOf(visitor.deviceId, 'pair', 1)]
    expect(await codeOf(upload(member, [], { packages: foreign }))).toBe('DEVICE_KEY_REFUSED')
    expect(await codeOf(upload(member, [], { last: packageOf(member.deviceId, 'group', 1) }))).toBe(
      'DEVICE_KEY_REFUSED',
    )
    expect(await codeOf(upload(member, [1], { packages: ['A'] }))).toBe('DEVICE_KEY_REFUSED')
    for (const from of [0, 20, 40]) {
      const numbers = Array.from({ length: 20 }, (_, index) => from + index)
      expect(await codeOf(upload(member, numbers))).toBe('ok')
    }
    const last = packageOf(member.deviceId, 'pair', 99)
    expect(await json(upload(member, [], { last }))).toEqual({ left: KEY_PACKAGES_KEPT_MAX })
    expect(await json(member.browser.get('/api/key-packages'))).toEqual({
      pair: KEY_PACKAGES_KEPT_MAX,
      group: 0,
      hasLast: { pair: true, group: false },
    })
  })

  it('[K9] as many as may be sent at once fit into one request', async () => {
    const member = await world.member()
    const packages = Array.from({ length: 20 }, (_, number) => {
      const text = Buffer.from(packageOf(member.deviceId, 'pair', number), 'base64url').toString()
      return toB64(new TextEncoder().encode(text.padEnd(8 * 1024, '.')))
    })
    expect(await json(upload(member, [], { packages }))).toEqual({ left: 20 })
    expect(await codeOf(upload(member, [], { packages: [...packages, ...packages] }))).toBe('WIRE_FRAME_TOO_LARGE')
  })

  it('[K9] are claimed in a conversation one belongs to, and nowhere else', async () => {
    const [member, friend, outsider] = [await world.member(), await world.member(), await world.member()]
    await upload(friend, [1, 2], { last: packageOf(friend.deviceId, 'pair', 99) })
    const id = await world.conversations.openPair(member.accountId, friend.accountId, 'open')
    expect(await codeOf(claim(outsider, id, [friend]))).toBe('CONVERSATION_UNKNOWN')
    expect(await codeOf(claim(member, crypto.randomUUID(), [friend]))).toBe('CONVERSATION_UNKNOWN')
    const unbound = await freshDevice({ ...member, browser: await signInAgain(member) })
    expect(await codeOf(claim(unbound, id, [friend]))).toBe('DEVICE_REQUIRED')
    const claims: Claimed[] = []
    for (let count = 0; count < 4; count += 1) claims.push(await json<Claimed>(claim(member, id, [friend, member])))
    const found = claims.flatMap(({ packages }) => packages)
    expect(found).toEqual(
      [1, 2, 99, 99].map((number) => ({
        accountId: friend.accountId,
        deviceId: friend.deviceId,
        keyPackage: packageOf(friend.deviceId, 'pair', number),
      })),
    )
  })

  it('[K9] a group takes packages of its own suite', async () => {
    const [member, friend] = [await world.member(), await world.member()]
    const id = crypto.randomUUID() as ConversationId
    world.groups.set(id, [member.accountId, friend.accountId])
    await upload(friend, [1])
    expect(await json(claim(member, id, [friend]))).toEqual({ packages: [] })
    const packages = [packageOf(friend.deviceId, 'group', 5)]
    await upload(friend, [], { suite: 'group', packages })
    expect(await json(claim(member, id, [friend]))).toMatchObject({ packages: [{ keyPackage: packages[0] }] })
  })
})

describe('links', () => {
  const answer = (member: Pick<Member, 'browser'>, linkId: string) =>
    member.browser.post(`/api/device-links/${linkId}`, { sealed: 'c2VhbGVk' })

  it('[K9] a link is answered by a registered device of the account, and read once where it was opened', async () => {
    const [member, stranger] = [await world.member(), await world.member()]
    const browser = await signInAgain(member)
    const { linkId } = await json<{ linkId: LinkId }>(browser.post('/api/device-links', {}))
    const read = (by: Pick<Member, 'browser'>) => by.browser.get(`/api/device-links/${linkId}`)
    expect(await json(read({ browser }))).toEqual({ sealed: null })
    expect(await codeOf(answer(stranger, linkId))).toBe('LINK_EXPIRED')
    expect(await codeOf(answer({ browser }, linkId))).toBe('DEVICE_REQUIRED')
    expect(await codeOf(answer(member, 'no-id'))).toBe('LINK_EXPIRED')
    expect(await codeOf(answer(member, linkId))).toBe('ok')
    expect(await codeOf(answer(member, linkId))).toBe('LINK_EXPIRED')
    for (const other of [member, stranger]) expect(await codeOf(read(other))).toBe('LINK_EXPIRED')
    expect(await json(read({ browser }))).toEqual({ sealed: 'c2VhbGVk' })
    expect(await codeOf(read({ browser }))).toBe('LINK_EXPIRED')
  })
})
