import { fail, ok, type Code, type DeviceId } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Api } from './api.ts'
import { createSessionMemory } from './session-memory.ts'
import { createSession, type Person } from './session.ts'

const person: Person = {
  handle: 'quiet-otter',
  role: 'person',
  hasPasskey: false,
  hasPassword: true,
  accountId: 'eeeeeeee-0000-4000-8000-000000000001' as Person['accountId'],
  deviceId: null,
  sessionId: 'cccccccc-0000-4000-8000-000000000001',
}
const deviceId = 'ffffffff-0000-4000-8000-000000000001' as DeviceId

function setUp(kept = new Map<string, string>()) {
  const server = { person: person as Person | null, refuses: undefined as Code | undefined }
  const call = async (name: string) => {
    if (server.refuses) return fail(server.refuses)
    return name === 'getSession' ? ok({ person: server.person }) : ok({})
  }
  const storage = {
    read: (key: string) => kept.get(key),
    write: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
  const session = createSession({ api: { call } as unknown as Api, memory: createSessionMemory(storage) })
  return { kept, server, session }
}

it('[K12] [K4] without a network the app opens for who was here last, with the device it speaks for', async () => {
  const { kept, session } = setUp()
  await session.load()
  session.bound(deviceId)
  const later = setUp(kept)
  later.server.refuses = 'NETWORK_OFFLINE'
  expect(await later.session.load()).toMatchObject({ ok: true, value: { kind: 'in' } })
  expect(later.session.get()).toEqual({ kind: 'in', person: { ...person, deviceId } })
})

it('[A1] a server that answers is believed: nobody is signed in, nobody is remembered', async () => {
  const { kept, session } = setUp()
  await session.load()
  const later = setUp(kept)
  later.server.person = null
  await later.session.load()
  expect(later.session.get()).toEqual({ kind: 'out', expired: false })
  expect(kept.size).toBe(0)
})

it('[A1] signing out and a session that is over forget who it was; without a memory nothing is opened', async () => {
  const { kept, session } = setUp()
  for (const end of [() => session.signOut(), async () => session.expired()]) {
    await session.load()
    expect(kept.size).toBe(1)
    await end()
    expect(kept.size).toBe(0)
  }
  const later = setUp(kept)
  later.server.refuses = 'NETWORK_OFFLINE'
  expect(await later.session.load()).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
  expect(later.session.get()).toEqual({ kind: 'unknown' })
})

it('[A1] what is kept damaged, or by hand, remembers nobody', async () => {
  const { kept, session } = setUp()
  await session.load()
  for (const text of ['', '{', 'null', '{"person":7}', '{"person":{"handle":"x"}}']) {
    for (const key of kept.keys()) kept.set(key, text)
    const later = setUp(kept)
    later.server.refuses = 'SERVER_STORAGE'
    expect(await later.session.load()).toMatchObject({ ok: false })
  }
})
