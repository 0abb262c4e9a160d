import type { CallId } from '@visavis/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyRow } from './accounts-rows.ts'
import { codeOf, json, remove, startPeopleApp, type Member, type PeopleApp } from './support/people-app.ts'

// Contacts, requests and blocks of people: over HTTP, and `contact.keep` as the gateway would hand it on.

let world: PeopleApp
beforeAll(async () => {
  world = await startPeopleApp()
})
afterAll(() => world.end())

type Listed = { accountId: string; handle: string; conversationId: string }
type Lists = { contacts: Listed[]; requests: Listed[] }
const listsOf = (member: Member) => json<Lists>(member.browser.get('/api/contacts'))
const idsOf = (listed: readonly Listed[]) => listed.map((one) => one.accountId)

const keep = (member: Member, callId: CallId, isWished = true) => {
  const { accountId, deviceId, handle } = member
  const person = { accountId, deviceId, handle, isRegistered: true, role: 'person', sanctioned: false } as const
  return world.frames['contact.keep']({ person, device: deviceId }, { callId, keep: isWished })
}

const heardBy = (member: Member) =>
  world.told.filter(({ device }) => device === member.deviceId).map(({ name, body }) => ({ name, body }))

async function three(): Promise<[Member, Member, Member]> {
  return [await world.member(), await world.member(), await world.member()]
}
async function two(): Promise<[Member, Member]> {
  return [await world.member(), await world.member()]
}

async function befriend(one: Member, other: Member): Promise<void> {
  const callId = world.meet(one, other)
  await keep(one, callId)
  await keep(other, callId)
}

const switchCode = async (member: Member, on = true) =>
  (await json<{ code: string | null }>(member.browser.post('/api/contact-code', { on }))).code ?? ''
const ask = (member: Member, code: string) => member.browser.post('/api/contact-requests', { code })
const answer = (member: Member, conversationId: string, accept: boolean) =>
  member.browser.post(`/api/contact-requests/${conversationId}`, { accept })

/** `one` has asked `other`. */
async function asked(one: Member, other: Member): Promise<string> {
  return (await json<Listed>(ask(one, await switchCode(other)))).conversationId
}

describe('staying in contact after a call', () => {
  it('[M17] one yes is told to nobody and makes no contact; the second makes it for both', async () => {
    const [one, other] = await two()
    const callId = world.meet(one, other)
    world.told.length = 0
    expect(await keep(one, callId)).toEqual({ ok: true, value: {} })
    expect(world.told).toEqual([])
    for (const member of [one, other]) expect(await listsOf(member)).toEqual({ contacts: [], requests: [] })
    expect(await keep(other, callId)).toEqual({ ok: true, value: {} })
    const [contact] = (await listsOf(one)).contacts
    expect(contact).toMatchObject({ accountId: other.accountId, handle: other.handle })
    expect(idsOf((await listsOf(other)).contacts)).toEqual([one.accountId])
    const conversationId = contact?.conversationId
    const made = { callId, accountId: one.accountId, handle: one.handle, conversationId }
    expect(heardBy(other)).toContainEqual({ name: 'contact.made', body: made })
    expect(heardBy(one)).toContainEqual({
      name: 'contact.made',
      body: { ...made, accountId: other.accountId, handle: other.handle },
    })
    for (const what of ['contacts', 'conversations'])
      for (const member of [one, other]) expect(heardBy(member)).toContainEqual({ name: 'changed', body: { what } })
    expect(await everyRow(world.app.storage.db)).not.toContain(callId)
  })

  it('[M17] two who say yes at once are contacts, told once', async () => {
    const [one, other] = await two()
    const callId = world.meet(one, other)
    world.told.length = 0
    await Promise.all([keep(one, callId), keep(other, callId), keep(one, callId), keep(other, callId)])
    expect(idsOf((await listsOf(one)).contacts)).toEqual([other.accountId])
    expect(world.told.filter(({ name }) => name === 'contact.made')).toHaveLength(2)
  })

  it('[M17] the word of an outsider, or after the time, is answered alike and means nothing', async () => {
    const [one, other, outsider] = await three()
    const callId = world.meet(one, other)
    await keep(one, callId)
    expect(await keep(outsider, callId)).toEqual({ ok: true, value: {} })
    expect(await keep(outsider, crypto.randomUUID() as CallId)).toEqual({ ok: true, value: {} })
    expect(await everyRow(world.app.storage.db)).not.toContain(`${callId},${outsider.accountId}`)
    world.endCall(callId)
    expect(await keep(other, callId)).toEqual({ ok: true, value: {} })
    for (const member of [one, other, outsider]) expect((await listsOf(member)).contacts).toEqual([])
  })

  it('[M17] a yes can be taken back, and a no is no yes', async () => {
    const [one, other] = await two()
    const callId = world.meet(one, other)
    await keep(one, callId)
    await keep(one, callId, false)
    await keep(other, callId)
    expect((await listsOf(one)).contacts).toEqual([])
    await keep(one, callId, false)
    expect((await listsOf(other)).contacts).toEqual([])
    await keep(one, callId)
    expect(idsOf((await listsOf(one)).contacts)).toEqual([other.accountId])
  })

  it('[M7] [M17] a block by either makes two wishes worth nothing', async () => {
    const [one, other] = await two()
    const callId = world.meet(one, other)
    await keep(one, callId)
    expect(await codeOf(one.browser.post('/api/blocks', { callId }))).toBe('ok')
    expect(await keep(other, callId)).toEqual({ ok: true, value: {} })
    for (const member of [one, other]) expect((await listsOf(member)).contacts).toEqual([])
    expect(heardBy(other).filter(({ name }) => name === 'contact.made')).toEqual([])
  })

  it('[M17] either ends the contact for both; others cannot', async () => {
    const [one, other, outsider] = await three()
    await befriend(one, other)
    const url = (of: Member) => `/api/contacts/${of.accountId}`
    expect(await codeOf(remove(world.app, outsider.browser, url(other)))).toBe('NOT_FOUND')
    expect(await codeOf(remove(world.app, one.browser, url(one)))).toBe('NOT_FOUND')
    expect(await codeOf(remove(world.app, one.browser, '/api/contacts/nobody'))).toBe('NOT_FOUND')
    const id = (await listsOf(one)).contacts[0]?.conversationId
    expect(await codeOf(remove(world.app, one.browser, url(other)))).toBe('ok')
    for (const member of [one, other]) expect((await listsOf(member)).contacts).toEqual([])
    expect([...world.pairs].find(([key]) => key === id)?.[1].state).toBe('over')
    expect(await codeOf(remove(world.app, other.browser, url(one)))).toBe('NOT_FOUND')
    await befriend(one, other)
    expect((await listsOf(one)).contacts[0]?.conversationId).toBe(id)
    expect([...world.pairs].find(([key]) => key === id)?.[1].state).toBe('open')
  })
})

describe('contact codes and requests', () => {
  it('[K7] [A7] nobody has a code before asking for one, and a new one ends the old', async () => {
    const [one, other] = await two()
    const code = async () => (await json<{ code: string | null }>(one.browser.get('/api/contact-code'))).code
    expect(await code()).toBeNull()
    const first = await switchCode(one)
    expect(first).toMatch(/^[a-z2-7]{16}$/)
    expect(await code()).toBe(first)
    const rows = await everyRow(world.app.storage.db)
    expect(rows).not.toContain(first)
    expect(rows).not.toContain(Buffer.from(first).toString('hex'))
    const second = await switchCode(one)
    expect(second).not.toBe(first)
    expect(await codeOf(ask(other, first))).toBe('CONTACT_CODE_UNKNOWN')
    await switchCode(one, false)
    expect(await code()).toBeNull()
    expect(await codeOf(ask(other, second))).toBe('CONTACT_CODE_UNKNOWN')
  })

  it('[K7] a request is shown to the one who is asked, and accepted once by whichever device is first', async () => {
    const [one, other, outsider] = await three()
    world.told.length = 0
    const conversationId = await asked(one, other)
    expect(heardBy(other)).toContainEqual({ name: 'changed', body: { what: 'contacts' } })
    expect((await listsOf(other)).requests).toMatchObject([{ accountId: one.accountId, conversationId }])
    expect(await listsOf(one)).toEqual({ contacts: [], requests: [] })
    for (const wrong of [one, outsider])
      expect(await codeOf(answer(wrong, conversationId, true))).toBe('CONVERSATION_UNKNOWN')
    expect(await codeOf(answer(other, crypto.randomUUID(), true))).toBe('CONVERSATION_UNKNOWN')
    expect(await codeOf(answer(other, 'no-id', true))).toBe('CONVERSATION_UNKNOWN')
    const answers = await Promise.all([answer(other, conversationId, true), answer(other, conversationId, true)])
    expect(answers.map((response) => response.status)).toEqual([200, 200])
    expect(await codeOf(answer(other, conversationId, false))).toBe('CONVERSATION_UNKNOWN')
    for (const member of [one, other]) expect((await listsOf(member)).contacts).toMatchObject([{ conversationId }])
    expect(await asked(one, other)).toBe(conversationId)
  })

  it('[K7] of an acceptance and a refusal at once one counts, for the conversation too', async () => {
    const [one, other] = await two()
    const id = await asked(one, other)
    const codes = await Promise.all([codeOf(answer(other, id, true)), codeOf(answer(other, id, false))])
    expect(codes.toSorted()).toEqual(['CONVERSATION_UNKNOWN', 'ok'])
    const state = [...world.pairs].find(([key]) => key === id)?.[1].state
    expect([state, (await listsOf(one)).contacts.length]).toEqual(codes[0] === 'ok' ? ['open', 1] : ['over', 0])
  })

  it('[K7] who is declined is not told, and asking again changes nothing', async () => {
    const [one, other] = await two()
    const id = await asked(one, other)
    world.told.length = 0
    expect(await codeOf(answer(other, id, false))).toBe('ok')
    expect(heardBy(one)).toEqual([])
    expect(await listsOf(other)).toEqual({ contacts: [], requests: [] })
    expect(await asked(one, other)).toBe(id)
    expect(await listsOf(other)).toEqual({ contacts: [], requests: [] })
    expect(heardBy(other).filter(({ name }) => name === 'contact.made')).toEqual([])
    expect(await codeOf(answer(other, id, true))).toBe('CONVERSATION_UNKNOWN')
    // The one who declined may still change their mind: then both have asked.
    expect(await asked(other, one)).toBe(id)
    expect(idsOf((await listsOf(one)).contacts)).toEqual([other.accountId])
  })

  it('[K7] two who ask each other at once are contacts', async () => {
    const [one, other] = await two()
    const [mine, theirs] = [await switchCode(one), await switchCode(other)]
    const asking = await Promise.all([json<Listed>(ask(one, theirs)), json<Listed>(ask(other, mine))])
    expect(new Set(asking.map((listed) => listed.conversationId)).size).toBe(1)
    expect(idsOf((await listsOf(one)).contacts)).toEqual([other.accountId])
    expect([...world.pairs.values()].at(-1)?.state).toBe('open')
  })

  it('[K7] [M7] an unknown code, one’s own, and one of somebody with a block between are refused alike', async () => {
    const [one, other] = await two()
    await befriend(one, other)
    const code = await switchCode(other)
    expect(await codeOf(ask(other, code))).toBe('CONTACT_CODE_UNKNOWN')
    expect(await codeOf(ask(one, 'a'.repeat(16)))).toBe('CONTACT_CODE_UNKNOWN')
    expect(await codeOf(other.browser.post('/api/blocks', { accountId: one.accountId }))).toBe('ok')
    const refusal = await ask(one, code)
    expect([refusal.status, await refusal.json()]).toEqual([404, { code: 'CONTACT_CODE_UNKNOWN' }])
    const mine = await switchCode(one)
    expect(await codeOf(ask(other, mine))).toBe('CONTACT_CODE_UNKNOWN')
  })

  it('[K7] [A11] an account may try a few codes in an hour, known or not', async () => {
    const strict = await startPeopleApp({ VISAVIS_RATE_FACTOR: '1' })
    const member = await strict.member()
    const codes: string[] = []
    for (let tries = 0; tries < 21; tries += 1) codes.push(await codeOf(ask(member, 'b'.repeat(16))))
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('CONTACT_CODE_UNKNOWN'))
    expect(codes[20]).toBe('RATE_LIMITED')
    await strict.end()
  })

  it('[K7] asking takes a registered device', async () => {
    const [visitor, other] = [await world.visitor(), await world.member()]
    expect(await codeOf(ask(visitor, await switchCode(other)))).toBe('DEVICE_REQUIRED')
  })
})

describe('blocks of people one knows', () => {
  const block = (member: Member, accountId: string) => member.browser.post('/api/blocks', { accountId })
  const blocksOf = async (member: Member) =>
    (await json<{ blocks: { blockId: string; pseudonym: string }[] }>(member.browser.get('/api/blocks'))).blocks

  it('[M7] a blocked contact leaves the list of the blocker at once, and the blocked one’s is unchanged', async () => {
    const [one, other] = await two()
    await befriend(one, other)
    const before = await listsOf(other)
    world.told.length = 0
    expect(await codeOf(block(one, other.accountId))).toBe('ok')
    expect(world.parted).toContain(`${one.accountId} ${other.accountId}`)
    expect((await listsOf(one)).contacts).toEqual([])
    expect(await listsOf(other)).toEqual(before)
    expect(heardBy(other)).toEqual([])
    const [entry] = await blocksOf(one)
    expect(entry?.pseudonym).toBe(other.handle)
    expect(await blocksOf(other)).toEqual([])
    expect(await codeOf(remove(world.app, other.browser, `/api/blocks/${entry?.blockId}`))).toBe('NOT_FOUND')
    expect(await codeOf(remove(world.app, one.browser, `/api/blocks/${entry?.blockId}`))).toBe('ok')
    expect(idsOf((await listsOf(one)).contacts)).toEqual([other.accountId])
  })

  it('[M7] [K7] a request of somebody blocked is not shown and cannot be accepted', async () => {
    const [one, other] = await two()
    const id = await asked(one, other)
    expect(await codeOf(block(other, one.accountId))).toBe('ok')
    expect((await listsOf(other)).requests).toEqual([])
    expect(await codeOf(answer(other, id, true))).toBe('CONVERSATION_UNKNOWN')
    expect((await listsOf(one)).contacts).toEqual([])
  })

  it('[M7] nobody can be blocked by account whom one does not know, nor oneself', async () => {
    const [one, stranger, coMember] = await three()
    world.groups.set(crypto.randomUUID() as never, [one.accountId, coMember.accountId])
    for (const accountId of [stranger.accountId, one.accountId, crypto.randomUUID()])
      expect(await codeOf(block(one, accountId))).toBe('NOT_FOUND')
    expect(await codeOf(block(one, coMember.accountId))).toBe('ok')
    expect(await codeOf(one.browser.post('/api/blocks', {}))).toBe('WIRE_INVALID')
  })
})
