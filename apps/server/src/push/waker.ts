import { MINUTE, SECOND, type Clock, type Log } from '@visavis/ports'
import type { AccountId, DeviceId } from '@visavis/wire'
import { targetOf, type PushHost, type PushTarget } from './hosts.ts'
import type { PushPost, PushRequest } from './post.ts'
import type { PushStore, PushSubscription } from './store.ts'

/** A socket that was cut for a moment is back by then, and nobody is woken. */
export const GRACE_MS = 5 * SECOND
/** A device that does not come back is woken again by what comes after this. */
export const AGAIN_MS = 30 * MINUTE
/** As above, when the push service did not take it. */
export const AGAIN_FAILED_MS = MINUTE
/** Devices that wait for their grace to be over, pushes that wait for a place, and pushes under way. */
const GRACED_MAX = 20_000
const QUEUED_MAX = 1_000
const UNDER_WAY_MAX = 8
/** Devices that were looked at lately: a little more than a hundred bytes each. */
const ASLEEP_MAX = 200_000

export type PushFigures = {
  readonly sent: number
  readonly failed: number
  readonly gone: number
  readonly dropped: number
}

/**
 * Wakes devices for which a message waits: once until they are back, or AGAIN_MS have passed. What a device costs does not
 * depend on how much waits for it: one look into storage and one push. Knows neither messages nor conversations.
 */
export type PushWaker = {
  /** A message of `sender` was stored for a device that has no open socket. */
  readonly waits: (device: DeviceId, sender: AccountId) => void
  readonly deviceBack: (device: DeviceId) => void
  readonly figures: () => PushFigures
  /** Ends what is under way; nothing is woken from here on. */
  readonly stop: () => void
}

type WakerDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly store: Pick<PushStore, 'of' | 'removeStale'>
  readonly hosts: readonly PushHost[]
  /** The endpoint; undefined when it was sealed with another secret. */
  readonly open: (subscription: PushSubscription) => string | undefined
  readonly requestTo: (target: PushTarget) => PushRequest
  readonly post: PushPost
}

/** Whose messages wait: `others` as soon as there are two senders, of whom one is not the device's own account. */
type Graced = { readonly dueMs: number; senders: AccountId | 'others' }

export function createPushWaker(deps: WakerDeps): PushWaker {
  const { clock, log } = deps
  const graced = new Map<DeviceId, Graced>()
  /** Looked at, and left alone until then. In order of time but for pushes that failed. */
  const asleep = new Map<DeviceId, number>()
  const figures = { sent: 0, failed: 0, gone: 0, dropped: 0 }
  const ending = new AbortController()
  const send = createSending(deps, figures, ending.signal)
  const queue: PushSubscription[] = []
  let underWay = 0
  let cancel: (() => void) | undefined

  function waits(device: DeviceId, sender: AccountId): void {
    if ((asleep.get(device) ?? 0) > clock.monotonicMs() || ending.signal.aborted) return
    const known = graced.get(device)
    if (known && known.senders !== sender) known.senders = 'others'
    if (known) return
    if (graced.size >= GRACED_MAX) {
      figures.dropped++
      return
    }
    graced.set(device, { dueMs: clock.monotonicMs() + GRACE_MS, senders: sender })
    cancel ??= clock.after(GRACE_MS, look)
  }

  function look(): void {
    const due: (readonly [DeviceId, Graced])[] = []
    for (const [device, each] of graced) {
      if (each.dueMs > clock.monotonicMs()) break
      graced.delete(device)
      due.push([device, each])
    }
    const [next] = graced.values()
    cancel = next && clock.after(next.dueMs - clock.monotonicMs(), look)
    if (due.length > 0)
      wake(new Map(due)).catch((error: unknown) => log.warn('push.look-failed', { count: due.length, err: error }))
  }

  async function wake(due: ReadonlyMap<DeviceId, Graced>): Promise<void> {
    for (const device of due.keys()) sleepFor(device, AGAIN_MS)
    const found = await deps.store.of([...due.keys()]).catch((error: unknown) => {
      for (const device of due.keys()) asleep.delete(device)
      throw error
    })
    for (const subscription of found) {
      const { accountId, deviceId } = subscription
      // What somebody has written on another device of their own is no news to them.
      if (due.get(deviceId)?.senders === accountId) asleep.delete(deviceId)
      else if (queue.length < QUEUED_MAX) queue.push(subscription)
      else {
        figures.dropped++
        asleep.delete(deviceId)
      }
    }
    sendNext()
  }

  function sleepFor(device: DeviceId, ms: number): void {
    asleep.delete(device) // To the end of the order.
    asleep.set(device, clock.monotonicMs() + ms)
    for (const [eldest, untilMs] of asleep) {
      if (untilMs > clock.monotonicMs() && asleep.size <= ASLEEP_MAX) break
      asleep.delete(eldest)
    }
  }

  function sendNext(): void {
    while (underWay < UNDER_WAY_MAX) {
      const next = queue.shift()
      if (!next || ending.signal.aborted) return
      if (!asleep.has(next.deviceId)) continue // It came back meanwhile.
      underWay++
      void send(next).then((isTaken) => {
        underWay--
        if (!isTaken && asleep.has(next.deviceId)) sleepFor(next.deviceId, AGAIN_FAILED_MS)
        sendNext()
      })
    }
  }

  return {
    waits,
    deviceBack(device) {
      graced.delete(device)
      asleep.delete(device)
    },
    figures: () => ({ ...figures }),
    stop() {
      cancel?.()
      ending.abort()
    },
  }
}

/** Sends one push; false when it may be worth another attempt. What goes wrong is counted, and told without an address. */
function createSending(deps: WakerDeps, figures: { -readonly [N in keyof PushFigures]: number }, signal: AbortSignal) {
  const { hosts, log, store } = deps

  async function forget(subscription: PushSubscription): Promise<void> {
    figures.gone++
    await store.removeStale(subscription).catch((error: unknown) => log.warn('push.forget-failed', { err: error }))
  }

  return async (subscription: PushSubscription): Promise<boolean> => {
    const endpoint = deps.open(subscription)
    const target = endpoint === undefined ? undefined : targetOf(hosts, endpoint)
    if (!target) {
      // Another secret, or a host the operator has taken from the list.
      await forget(subscription)
      return true
    }
    // Whatever goes wrong may have the address in its message: it is counted, and its words stay here.
    const status = await deps.post(deps.requestTo(target), signal).catch(() => 0)
    if (status === 404 || status === 410) {
      await forget(subscription)
      return true
    }
    const isTaken = status >= 200 && status < 300
    figures[isTaken ? 'sent' : 'failed']++
    return isTaken
  }
}
