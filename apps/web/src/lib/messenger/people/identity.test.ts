import * as e2ee from '@visavis/e2ee'
import { createFakeLog, createSeededRandom } from '@visavis/testkit'
import { fail, ok, toB64, type AccountId, type DeviceId, type Result, type RouteRequest } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { Api } from '../../account/api.ts'
import { createMemoryVault } from '../../vault/sim/memory-vault.ts'
import { beginAfresh, joinAccount, prepareIdentity } from './identity.ts'

const random = createSeededRandom(3)
const ACCOUNT = random.uuid() as AccountId

/** The server's side of one account; `answers` takes the place of a route for one test. */
function server(answers: Partial<Record<string, () => Result<unknown>>> = {}) {
  let accountKey: string | null = null
  let devices: { readonly deviceId: DeviceId; readonly deviceKey: string; readonly signature: string }[] = []
  const registered: RouteRequest<'registerDevice'>[] = []
  const bound: RouteRequest<'bindDevice'>[] = []
  const routes: Record<string, (body: never) => Result<unknown>> = {
    listDevices: () => ok({ accountKey, devices }),
    registerDevice(body: RouteRequest<'registerDevice'>) {
      registered.push(body)
      if (accountKey !== null && accountKey !== body.accountKey && !body.startAfresh) return fail('DEVICE_OTHER_KEY')
      accountKey = body.accountKey
      devices = [...(body.startAfresh ? [] : devices), body]
      return ok({})
    },
    bindDevice(body: RouteRequest<'bindDevice'>) {
      bound.push(body)
      return devices.some(({ deviceId }) => deviceId === body.deviceId) ? ok({}) : fail('DEVICE_KEY_REFUSED')
    },
  }
  const call = async (name: string, input?: { readonly body: never }) =>
    (answers[name] ?? (() => routes[name]?.(input?.body as never)))()
  return {
    answers,
    registered,
    bound,
    forgetDevices: () => void (devices = []),
    api: { call } as unknown as Api,
  }
}

const deps = (api: Api, deviceId: DeviceId | null = null) => ({
  api,
  e2ee,
  random,
  log: createFakeLog(),
  session: { accountId: ACCOUNT, deviceId, sessionId: random.uuid(), handle: 'alice' },
  deviceName: 'A browser',
  serverNowMs: () => 1_000,
})

it('[K9] the device registers with keys its account key has signed, and binds later sessions by its own', async () => {
  const { api, bound, registered } = server()
  const vault = createMemoryVault()
  const first = await prepareIdentity(deps(api), vault)
  if (!first.ok || first.value.kind !== 'ready') throw new Error('not ready')
  const { device } = first.value.identity
  expect(await e2ee.verifyDeviceCredential(device)).toBe(true)
  expect(registered).toMatchObject([{ deviceId: device.deviceId, accountKey: toB64(device.accountKey) }])
  expect(JSON.stringify(registered)).not.toContain(toB64(device.devicePrivateKey))
  const second = await prepareIdentity(deps(api), vault)
  expect(second).toEqual(first)
  expect(bound).toHaveLength(1)
})

it('[K9] a session that is bound already needs no network to begin', async () => {
  const { api } = server()
  const vault = createMemoryVault()
  const first = await prepareIdentity(deps(api), vault)
  if (!first.ok || first.value.kind !== 'ready') throw new Error('not ready')
  const { deviceId } = first.value.identity.device
  const silent = { call: async () => fail('NETWORK_OFFLINE') } as unknown as Api
  expect(await prepareIdentity(deps(silent, deviceId as DeviceId), vault)).toMatchObject({ value: { kind: 'ready' } })
})

it('[K9] when the answer to the registration is lost, the same keys are registered again', async () => {
  const { answers, api, registered } = server({ registerDevice: () => fail('NETWORK_OFFLINE') })
  const vault = createMemoryVault()
  expect(await prepareIdentity(deps(api), vault)).toEqual({ ok: false, code: 'NETWORK_OFFLINE' })
  delete answers['registerDevice']
  const later = await prepareIdentity(deps(api), vault)
  if (!later.ok || later.value.kind !== 'ready') throw new Error('not ready')
  expect(registered).toMatchObject([{ deviceId: later.value.identity.device.deviceId, startAfresh: false }])
})

it('[K9] keys the server does not know any more were revoked; a refusal for another reason is only that', async () => {
  const { api, answers, forgetDevices } = server()
  const vault = createMemoryVault()
  await prepareIdentity(deps(api), vault)
  answers['bindDevice'] = () => fail('DEVICE_KEY_REFUSED')
  expect(await prepareIdentity(deps(api), vault)).toEqual({ ok: false, code: 'DEVICE_KEY_REFUSED' })
  delete answers['bindDevice']
  forgetDevices()
  expect(await prepareIdentity(deps(api), vault)).toEqual({ ok: true, value: { kind: 'revoked' } })
  // Its key still stands for the account: a new device is the person's decision.
  expect(await prepareIdentity(deps(api), createMemoryVault())).toEqual({ ok: true, value: { kind: 'unlinked' } })
})

it('[K9] starting afresh makes a new account key; joining takes only the key the account is known by', async () => {
  const { api, registered } = server()
  await prepareIdentity(deps(api), createMemoryVault())
  const fresh = await beginAfresh(deps(api), createMemoryVault())
  expect(fresh).toMatchObject({ ok: true, value: { kind: 'ready' } })
  expect(registered[1]?.accountKey).not.toBe(registered[0]?.accountKey)
  expect(registered[1]?.startAfresh).toBe(true)
  const strange = await e2ee.createAccountKeys()
  expect(await joinAccount(deps(api), createMemoryVault(), strange)).toEqual({ ok: false, code: 'DEVICE_OTHER_KEY' })
  if (!fresh.ok || fresh.value.kind !== 'ready') throw new Error('not ready')
  const { account } = fresh.value.identity
  expect(await joinAccount(deps(api), createMemoryVault(), account)).toMatchObject({ value: { kind: 'ready' } })
})

it('[K9] keys that cannot be read are none: the account is asked for another way in; those of a later app stay', async () => {
  const { api } = server()
  const vault = createMemoryVault()
  await prepareIdentity(deps(api), vault)
  const kept = await vault.get('self', ['identity'])
  await vault.write([{ shelf: 'self', key: ['identity'], value: { ...(kept as object), recordVersion: 9 } }])
  expect(await prepareIdentity(deps(api), vault)).toEqual({ ok: false, code: 'WIRE_VERSION' })
  expect(await vault.get('self', ['identity'])).toMatchObject({ recordVersion: 9 })
  await vault.write([{ shelf: 'self', key: ['identity'], value: { account: 'half of it' } }])
  expect(await prepareIdentity(deps(api), vault)).toEqual({ ok: true, value: { kind: 'unlinked' } })
})
