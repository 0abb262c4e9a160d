import type { Clock } from '@visavis/ports'
import type { SeededRandom } from '@visavis/testkit'
import { fail, ok, type Result, type ServerFrame } from '@visavis/wire'
import type { Api } from '../../../account/api.ts'
import type { Core, Uplink } from '../../core-types.ts'
import type { ConversationsModel, ModelDevice } from './conversations-model.ts'

/** Milliseconds one way, and how often a request is lost before or after the server has done it. */
export type Weather = { readonly delayMs: number; readonly jitterMs: number; readonly loss: number }

/**
 * One device's way to the model: deliveries in order, requests in any order, everything late, and cuts at any moment. A
 * cut answers what is under way with NETWORK_OFFLINE, whether the server has done it or not.
 */
export function createFakeNetwork(deps: {
  readonly clock: Clock
  readonly random: SeededRandom
  readonly model: ConversationsModel
  readonly device: ModelDevice
  weather(): Weather
}) {
  const { clock, random, model, device } = deps
  let connection = 0
  let core: Core | undefined
  let lastArrivalMs = 0
  let pushed = 0
  const underWay = new Set<(result: Result<never>) => void>()

  const isUp = () => connection % 2 === 1
  const delay = () => deps.weather().delayMs + random.below(deps.weather().jitterMs + 1)

  function arrive(frame: ServerFrame): void {
    const at = connection
    lastArrivalMs = Math.max(lastArrivalMs, clock.monotonicMs() + delay())
    clock.after(lastArrivalMs - clock.monotonicMs(), () => {
      if (connection === at) core?.frame(frame)
    })
  }

  /** Hands over what is in the mailbox and was not handed over on this connection. */
  function push(): void {
    if (!isUp()) return
    for (const body of device.mail.filter(({ seq }) => seq > pushed)) {
      pushed = body.seq
      arrive({ name: 'entry', id: 0, body })
    }
  }

  function cut(): void {
    if (!isUp()) return
    connection += 1
    for (const settle of underWay) settle(fail('NETWORK_OFFLINE'))
    underWay.clear()
    core?.offline()
  }

  function connect(): void {
    if (isUp() || !core || device.isRevoked) return
    connection += 1
    pushed = 0
    core.online({ resumed: false })
    push()
  }

  /** `work` happens at the server, unless the way there is lost; the answer may be lost as well. */
  function ask<T>(work: () => Result<T>): Promise<Result<T>> {
    if (!isUp()) return Promise.resolve(fail('NETWORK_OFFLINE'))
    const at = connection
    return new Promise((resolve) => {
      underWay.add(resolve)
      const lose = () => {
        if (connection === at) cut()
      }
      clock.after(delay(), () => {
        if (connection !== at) return
        if (random.chance(deps.weather().loss)) return lose()
        const answer = work()
        if (random.chance(deps.weather().loss)) return lose()
        clock.after(delay(), () => {
          if (!underWay.delete(resolve)) return
          resolve(answer)
        })
      })
    })
  }

  const uplink: Uplink = {
    request: ((name: string, body: never) =>
      ask<unknown>(() => {
        if (name === 'conversation.commit') return model.commit(device, body)
        return name === 'conversation.send' ? model.send(device, body) : ok({})
      })) as Uplink['request'],
    stored(seq) {
      const at = connection
      clock.after(delay(), () => {
        if (connection === at) device.mail = device.mail.filter((entry) => entry.seq > seq)
      })
    },
  }

  const api: Api = {
    call: ((name: string, input?: { readonly body: never }) =>
      ask<unknown>(() => {
        if (device.isRevoked) return fail('DEVICE_REQUIRED')
        if (name === 'listConversations') return ok(model.list(device))
        if (name === 'claimKeyPackages') return model.claim(device, input?.body as never)
        if (name === 'addKeyPackages') return addKeyPackages(device, input?.body as never)
        return ok(countKeyPackages(device))
      })) as Api['call'],
  }

  return {
    uplink,
    api,
    push,
    cut,
    connect,
    isUp,
    attach: (to: Core | undefined) => void (core = to),
    changed: () => isUp() && arrive({ name: 'changed', id: 0, body: { what: 'devices' } }),
  }
}
export type FakeNetwork = ReturnType<typeof createFakeNetwork>

function addKeyPackages(
  device: ModelDevice,
  body: { readonly suite: 'pair' | 'group'; readonly packages: readonly string[]; readonly last?: string },
): Result<{ left: number }> {
  device.packages[body.suite].push(...body.packages)
  if (body.last !== undefined) device.last[body.suite] = body.last
  return ok({ left: device.packages[body.suite].length })
}

function countKeyPackages(device: ModelDevice) {
  const { packages, last } = device
  return {
    pair: packages.pair.length,
    group: packages.group.length,
    hasLast: { pair: last.pair !== undefined, group: last.group !== undefined },
  }
}
