import { createAccountKeys, createDeviceKeys } from '@visavis/e2ee'
import { ROUTES, toB64, type AccountId, type DeviceId, type RouteName, type RouteResponse } from '@visavis/wire'
import { signUpMany } from '../relay-messages/people.ts'
import type { BenchPerson } from './visavis-client.ts'

const AT_ONCE = 4

/** So many pairs of contacts, each on a registered device with real keys, with an open conversation and no group yet. */
export async function makePairs(port: number, pairs: number): Promise<readonly BenchPerson[]> {
  const cookies = await signUpMany(port, 2 * pairs)
  const people: BenchPerson[] = []
  let next = 0
  const worker = async () => {
    while (next < pairs) {
      const pair = next++
      const both = await makePair(port, cookies.slice(2 * pair, 2 * pair + 2))
      people[2 * pair] = both[0]
      people[2 * pair + 1] = both[1]
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return people
}

/** The one asks by the other's contact code, and the other accepts. */
async function makePair(port: number, [one = '', other = '']: readonly string[]): Promise<[BenchPerson, BenchPerson]> {
  const [asker, owner] = [createCaller(port, one), createCaller(port, other)]
  const devices = [await register(asker), await register(owner)] as const
  const { code } = await owner('setContactCode', {}, { on: true })
  const { conversationId } = await asker('requestContact', {}, { code })
  await owner('answerRequest', { conversationId }, { accept: true })
  return [
    { cookie: one, deviceId: devices[0], partnerDevice: devices[1], conversationId },
    { cookie: other, deviceId: devices[1], partnerDevice: devices[0], conversationId },
  ]
}

type Caller = ReturnType<typeof createCaller>

function createCaller(port: number, cookie: string) {
  const base = `http://127.0.0.1:${port}`
  return async <N extends RouteName>(
    route: N,
    params: Readonly<Record<string, string>>,
    request?: unknown,
  ): Promise<RouteResponse<N>> => {
    const { method, path } = ROUTES[route]
    const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? '')
    const answer = await fetch(base + filled, {
      method,
      headers: { cookie, origin: `http://localhost:${port}`, 'content-type': 'application/json' },
      ...(request === undefined ? {} : { body: JSON.stringify(request) }),
    })
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as RouteResponse<N>
  }
}

async function register(call: Caller): Promise<DeviceId> {
  const { person } = await call('getSession', {})
  const accountId: AccountId | undefined = person?.accountId
  if (accountId === undefined) throw new Error('not signed in')
  const deviceId = crypto.randomUUID() as DeviceId
  const account = await createAccountKeys()
  const { accountKey, deviceKey, signature } = await createDeviceKeys({ account, accountId, deviceId })
  const keys = { accountKey: toB64(accountKey), deviceKey: toB64(deviceKey), signature: toB64(signature) }
  await call('registerDevice', {}, { deviceId, name: 'bench', ...keys, startAfresh: false })
  return deviceId
}
