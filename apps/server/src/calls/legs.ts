import { MINUTE, type Clock, type Random, type Relay } from '@visavis/ports'
import { fail, ok, type DeviceId, type LegId, type RelayLease, type Result } from '@visavis/wire'
import { createTokenBucket, type TokenBucket } from '../gateway/index.ts'

/** The leg of the call, the one warmed up for the next, and room for two that a client lost on the way. */
export const LEGS_PER_DEVICE_MAX = 4
/** A hasty person presses Next once a second; restarts of ICE come on top. */
const LEASES_PER_MINUTE_MAX = 120

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
  /** Errors: RELAY_UNAVAILABLE, RELAY_LEASE_LIMIT, NOT_FOUND (a leg that is not this device's). */
  lease(device: DeviceId, legId: LegId | undefined): Result<RelayLease>
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
  const legs = new Map<LegId, Leg>()
  const byDevice = new Map<DeviceId, Set<LegId>>()
  const buckets = new Map<DeviceId, TokenBucket>()

  function lease(device: DeviceId, wanted: LegId | undefined): Result<RelayLease> {
    if (!relay && !turn) return fail('RELAY_UNAVAILABLE')
    const waitMs = bucketOf(device).take(clock.monotonicMs())
    if (waitMs > 0) return fail('RELAY_LEASE_LIMIT', waitMs)
    if (relay) return leaseSplice(relay, device, wanted)
    // A TURN allocation is the client's own affair; the lease only says that it may make one.
    const { urls, username, credential, expiresAtMs } = turn!.issue(random.uuid(), clock.nowMs())
    return ok({ kind: 'turn', urls: [...urls], username, credential, expiresAtMs })
  }

  function leaseSplice(from: Relay, device: DeviceId, wanted: LegId | undefined): Result<RelayLease> {
    forgetPastOf(device)
    const known = wanted && legs.get(wanted)
    if (wanted && known?.device !== device) return fail('NOT_FOUND')
    const mine = byDevice.get(device) ?? new Set()
    if (!known && mine.size >= LEGS_PER_DEVICE_MAX) return fail('RELAY_LEASE_LIMIT', MINUTE)
    const legId = wanted ?? (random.uuid() as LegId)
    const generation = Math.max(Math.floor(clock.nowMs() / 1_000), (known?.generation ?? 0) + 1)
    try {
      const { ufrag, pwd, address, port, expiresAtMs } = from.lease(legId, generation)
      legs.set(legId, { device, generation, expiresAtMs })
      byDevice.set(device, mine.add(legId))
      return ok({ kind: 'splice', legId, ufrag, pwd, address, port, expiresAtMs })
    } catch {
      return fail('RELAY_UNAVAILABLE', MINUTE / 12)
    }
  }

  function bucketOf(device: DeviceId): TokenBucket {
    let bucket = buckets.get(device)
    if (!bucket) {
      bucket = createTokenBucket({
        perSecond: LEASES_PER_MINUTE_MAX / 60,
        burst: LEASES_PER_MINUTE_MAX / 4,
        nowMs: clock.monotonicMs(),
      })
      buckets.set(device, bucket)
    }
    return bucket
  }

  function forget(legId: LegId): void {
    const leg = legs.get(legId)
    if (!leg) return
    legs.delete(legId)
    const mine = byDevice.get(leg.device)
    mine?.delete(legId)
    if (mine?.size === 0) byDevice.delete(leg.device)
  }

  function forgetPastOf(device: DeviceId): void {
    const nowMs = clock.nowMs()
    for (const legId of byDevice.get(device) ?? []) if ((legs.get(legId)?.expiresAtMs ?? 0) <= nowMs) forget(legId)
  }

  function release(legId: LegId): void {
    forget(legId)
    relay?.release(legId)
  }

  return {
    kind: relay ? 'splice' : turn ? 'turn' : 'none',
    lease,
    owns: (device, legId) => {
      const leg = legs.get(legId)
      return leg?.device === device && leg.expiresAtMs > clock.nowMs()
    },
    adopt: (device, legId) => {
      // Its real expiry is in the client's credentials; here it only must not look expired while the call lives.
      legs.set(legId, { device, generation: 0, expiresAtMs: Number.MAX_SAFE_INTEGER })
      byDevice.set(device, (byDevice.get(device) ?? new Set()).add(legId))
    },
    release,
    releaseOthers: (device, keep) => {
      for (const legId of [...(byDevice.get(device) ?? [])]) if (legId !== keep) release(legId)
    },
    forgetPast: () => {
      for (const device of [...byDevice.keys()]) forgetPastOf(device)
      for (const device of [...buckets.keys()]) if (!byDevice.has(device)) buckets.delete(device)
    },
  }
}
