import type { Clock, Log } from '@visavis/ports'
import { fail, ok, type Result, type RouteResponse } from '@visavis/wire'
import type { Person } from '../http/index.ts'
import { targetOf, type PushHost } from './hosts.ts'
import type { PushPost } from './post.ts'
import type { PushStore } from './store.ts'
import { pushRequestTo, vapidKeysOf } from './vapid.ts'
import { createPushWaker, type PushWaker } from './waker.ts'

/** Who asks. */
export type PushPerson = Pick<Person, 'accountId' | 'deviceId' | 'isRegistered'>

/** A short text, sealed for the database and bound to `subject`. */
export type EndpointSeal = {
  seal(subject: string, text: string): Uint8Array
  open(subject: string, sealed: Uint8Array): string | undefined
}

export type PushDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: PushStore
  readonly seal: EndpointSeal
  /** Where pushes may go; with none, they are off. */
  readonly hosts: readonly PushHost[]
  /** Whom a push service may ask about this server: a mailto: or https: address. */
  readonly subject: string
  readonly seed: Uint8Array
  readonly post: PushPost
}

/** Pushes without content [K12]: where devices want to be woken, and waking them. All promises reject when storage is away. */
export type Push = Pick<PushWaker, 'waits' | 'deviceBack' | 'figures' | 'stop'> & {
  state(person: PushPerson): Promise<Result<RouteResponse<'getPush'>>>
  /** Errors: DEVICE_REQUIRED, PUSH_REFUSED. */
  subscribe(person: PushPerson, endpoint: string): Promise<Result<Record<string, never>>>
  /** Errors: DEVICE_REQUIRED. */
  unsubscribe(person: PushPerson): Promise<Result<Record<string, never>>>
  /** How many devices can be woken. */
  readonly count: PushStore['count']
}

export function createPush(deps: PushDeps): Push {
  const { clock, hosts, log, post, seal, store, subject } = deps
  const keys = vapidKeysOf(deps.seed)
  const waker = createPushWaker({
    clock,
    log,
    store,
    hosts,
    open: ({ deviceId, endpoint }) => seal.open(deviceId, endpoint),
    requestTo: (target) => pushRequestTo(target, { keys, subject }),
    post,
  })

  return {
    ...waker,
    // Where pushes are off, nobody looks who could be woken.
    waits: (device, sender) => hosts.length > 0 && waker.waits(device, sender),
    count: store.count,

    async state({ deviceId, isRegistered }) {
      const own = isRegistered ? await store.of([deviceId]) : []
      return ok({ publicKey: hosts.length > 0 ? keys.publicKey : null, isOn: own.length > 0 })
    },

    async subscribe({ accountId, deviceId, isRegistered }, endpoint) {
      if (!isRegistered) return fail('DEVICE_REQUIRED')
      if (!targetOf(hosts, endpoint)) return fail('PUSH_REFUSED')
      const isKept = await store.put({ deviceId, accountId, endpoint: seal.seal(deviceId, endpoint) })
      return isKept ? ok({}) : fail('DEVICE_REQUIRED')
    },

    async unsubscribe({ deviceId, isRegistered }) {
      if (!isRegistered) return fail('DEVICE_REQUIRED')
      await store.remove(deviceId)
      return ok({})
    },
  }
}
