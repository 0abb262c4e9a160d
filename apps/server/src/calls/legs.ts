import { SECOND, type Clock, type Random, type Relay } from '@visavis/ports'
import { fail, ok, type DeviceId, type LegId, type RelayLease, type Result } from '@visavis/wire'
import { createTokenBucket, type TokenBucket } from '../gateway/index.ts'

/** The leg of the call, the one warmed up for the next, and room for two that a client lost on the way. */
export const LEGS_PER_DEVICE_MAX = 4
/** A hasty person presses Next once a second; restarts of ICE come on top. */
const LEASES_PER_MINUTE_MAX = 120
const LEASES_BURST = 30
const RELAY_RETRY_MS = 5 * SECOND

/** Issues time-limited credentials of a TURN relay. `name` says nothing about a person. */
export type TurnIssuer = {
  issue(
    name: string,
    nowMs: number,
  ): Omit<Extract<RelayLease, { kind: 'turn' }>, 'kind' | 'urls'> & {
    readonly urls: readonly string[]
  }
  /** Whether an address is our relay's: the only ones a candidate may carry [M13]. */
  isRelayAddress(address: string): boolean
}

type Leg = { readonly device: DeviceId; generation: number; expiresAtMs: number }

/**
 * Who may use which leg of the relay. Legs are owned by the device that leased them; a stranger's leg id is worth
 * nothing. Generations count seconds since the epoch, so that they go on rising after a restart without being stored.
 */
export type Legs = {
  readonly kind: 'splice' | 'turn' | 'none'
  /**
   * A new leg, or fresh credentials for a known one. A device that has `LEGS_PER_DEVICE_MAX` loses its oldest one but
   * `keep`, the leg of its call: clients come and go between lobby and queue, and nobody tells us which legs they dropped.
   * Errors: RELAY_UNAVAILABLE, RELAY_LEASE_LIMIT, NOT_FOUND (a leg that is not this device's).
   */
  lease(device: DeviceId, legId: LegId | undefined, keep: LegId | null): Result<RelayLease>
  owns(device: DeviceId, legId: LegId): boolean
  /** A leg of a call that outlived the process. */
  adopt(device: DeviceId, legId: LegId): void
  release(legId: LegId): void
  /** Forgets the legs of a device except `keep`: a client that starts afresh knows none of them. */
  releaseOthers(device: DeviceId, keep: LegId | null): void
  forgetPast(): void
}

export function createLegs(deps: { clock: Clock; random: Random; relay?: Relay; turn?: TurnIssuer }): Legs {
  const { clock, random, relay, turn } = deps
  const book = createLegBook(clock)
  const buckets = new Map<DeviceId, TokenBucket>()

  function lease(device: DeviceId, wanted: LegId | undefined, keep: LegId | null): Result<RelayLease> {
    if (!relay && !turn) return fail('RELAY_UNAVAILABLE')
    const waitMs = bucketOf(device).take(clock.monotonicMs())
    if (waitMs > 0) return fail('RELAY_LEASE_LIMIT', waitMs)
    if (relay) return leaseSplice(relay, device, wanted, keep)
    if (!turn) return fail('RELAY_UNAVAILABLE')
    // A TURN allocation is the client's own affair; the lease only says that it may make one.
    const { urls, username, credential, expiresAtMs } = turn.issue(random.uuid(), clock.nowMs())
    return ok({ kind: 'turn', urls: [...urls], username, credential, expiresAtMs })
  }

  function leaseSplice(
    from: Relay,
    device: DeviceId,
    wanted: LegId | undefined,
    keep: LegId | null,
  ): Result<RelayLease> {
    book.forgetPast(device)
    const known = wanted && book.get(wanted)
    if (wanted && known?.device !== device) return fail('NOT_FOUND')
    if (!known) makeRoom(device, keep)
    const legId = wanted ?? (random.uuid() as LegId)
    const generation = Math.max(Math.floor(clock.nowMs() / 1_000), (known?.generation ?? 0) + 1)
    try {
      const { ufrag, pwd, address, port, expiresAtMs } = from.lease(legId, generation)
      book.set(legId, { device, generation, expiresAtMs })
      return ok({ kind: 'splice', legId, ufrag, pwd, address, port, expiresAtMs })
    } catch {
      return fail('RELAY_UNAVAILABLE', RELAY_RETRY_MS)
    }
  }

  function makeRoom(device: DeviceId, keep: LegId | null): void {
    const mine = book.of(device)
    const oldest = mine.find((legId) => legId !== keep)
    if (mine.length >= LEGS_PER_DEVICE_MAX && oldest) release(oldest)
  }

  function bucketOf(device: DeviceId): TokenBucket {
    const perSecond = LEASES_PER_MINUTE_MAX / 60
    const known = buckets.get(device)
    const bucket = known ?? createTokenBucket({ perSecond, burst: LEASES_BURST, nowMs: clock.monotonicMs() })
    if (!known) buckets.set(device, bucket)
    return bucket
  }

  function release(legId: LegId): void {
    book.forget(legId)
    relay?.release(legId)
  }

  return {
    kind: relay ? 'splice' : turn ? 'turn' : 'none',
    lease,
    owns: (device, legId) => {
      const leg = book.get(legId)
      return leg?.device === device && leg.expiresAtMs > clock.nowMs()
    },
    // Its real expiry is in the client's credentials; here it only must not look expired while the call lives.
    adopt: (device, legId) => book.set(legId, { device, generation: 0, expiresAtMs: Number.MAX_SAFE_INTEGER }),
    release,
    releaseOthers: (device, keep) => {
      for (const legId of book.of(device)) if (legId !== keep) release(legId)
    },
    forgetPast: () => {
      for (const device of book.devices()) book.forgetPast(device)
      for (const device of buckets.keys()) if (book.of(device).length === 0) buckets.delete(device)
    },
  }
}

/** Which device holds which legs. */
function createLegBook(clock: Clock) {
  const legs = new Map<LegId, Leg>()
  const byDevice = new Map<DeviceId, Set<LegId>>()

  function set(legId: LegId, leg: Leg): void {
    legs.set(legId, leg)
    byDevice.set(leg.device, (byDevice.get(leg.device) ?? new Set()).add(legId))
  }

  function forget(legId: LegId): void {
    const leg = legs.get(legId)
    if (!leg) return
    legs.delete(legId)
    const mine = byDevice.get(leg.device)
    mine?.delete(legId)
    if (mine?.size === 0) byDevice.delete(leg.device)
  }

  const of = (device: DeviceId): readonly LegId[] => [...(byDevice.get(device) ?? [])]

  function forgetPast(device: DeviceId): void {
    const nowMs = clock.nowMs()
    for (const legId of of(device)) if ((legs.get(legId)?.expiresAtMs ?? 0) <= nowMs) forget(legId)
  }

  return {
    get: (legId: LegId) => legs.get(legId),
    set,
    forget,
    of,
    forgetPast,
    devices: (): readonly DeviceId[] => [...byDevice.keys()],
  }
}
