import type { Pool, Ticket } from '@visavis/matching'
import { SECOND, type Clock, type Log } from '@visavis/ports'
import {
  fail,
  ok,
  type AccountId,
  type ClientFrameBody,
  type DeviceId,
  type LegId,
  type Mode,
  type Result,
  type TicketId,
} from '@visavis/wire'
import type { Caller } from '../calls/index.ts'
import type { DeliverOnce, Person } from '../gateway/index.ts'
import { createQueue, type Waiter } from './queue.ts'
import { createSeekLimits } from './seek-limits.ts'

const QUEUE_FULL_RETRY_MS = 5 * SECOND

type Standing = { readonly trust: number; readonly pool: string }
/** What is read from storage for a ticket. */
type Loaded = { readonly blocked: ReadonlySet<AccountId>; readonly standing: Standing }

export type MatchingDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly pool: Pool
  /** Accounts blocked in either direction [M7]. Rejects when storage is away. */
  readonly blockedWith: (accountId: AccountId) => Promise<ReadonlySet<AccountId>>
  /** Account id -> when the cool-down with that person ends [M4]. */
  readonly recentPartners: (accountId: AccountId) => ReadonlyMap<string, number>
  /** Whether this device could enter a call now with this leg. */
  readonly readyFor: (device: DeviceId, mode: Mode, legId: LegId | undefined) => Result<unknown>
  /** Two people met. */
  readonly open: (a: Caller, b: Caller) => void
  readonly deliverOnce: DeliverOnce
  readonly defer: (work: () => void) => void
  /** Private trust level, 0 to 3, and behaviour pool [M6]; goes into the ticket and nowhere else. Rejects when storage is
   * away. */
  readonly standing: (accountId: AccountId) => Promise<Standing>
}

export type Matching = {
  /** Errors: ACCOUNT_SANCTIONED, RATE_LIMITED, MATCH_IN_CALL, MATCH_TICKET_INVALID, MATCH_QUEUE_FULL,
   * RELAY_UNAVAILABLE, SERVER_STORAGE. A device has one ticket; a new one takes the place of the former. */
  readonly seek: (person: Person, body: ClientFrameBody<'match.seek'>) => Promise<Result<Record<string, never>>>
  readonly leave: (device: DeviceId, ticketId: TicketId) => Result<Record<string, never>>
  readonly deviceAway: (device: DeviceId) => void
  readonly deviceBack: (device: DeviceId, resumed: boolean) => void
  readonly deviceGone: (device: DeviceId) => void
  /** From now on these two never meet, whether they wait, are being let in, or are cut off just now [M7]. */
  readonly block: (one: AccountId, other: AccountId) => void
  /** How many are in the pool. */
  readonly waiting: () => number
  readonly stop: () => void
}

/**
 * The shell around the pool: who may seek, with which blocks and cool-downs, and what a cut does to a ticket. A ticket
 * ends with its device's session. Decides nothing about who fits whom.
 */
export function createMatching(deps: MatchingDeps): Matching {
  const { clock, log, pool } = deps
  const queue = createQueue(deps)
  const limits = createSeekLimits(clock)

  async function seek(person: Person, body: ClientFrameBody<'match.seek'>): Promise<Result<Record<string, never>>> {
    const refusal = limits.take(person.accountId) ?? refusalOf(person, body)
    if (refusal) return refusal
    deviceGone(person.deviceId)
    const waiter = waiterOf(person, body, clock.nowMs())
    queue.add(waiter)
    let loaded: Loaded
    try {
      const { accountId } = person
      const [blocked, standing] = await Promise.all([deps.blockedWith(accountId), deps.standing(accountId)])
      loaded = { blocked, standing }
    } catch (error) {
      queue.forget(waiter)
      log.warn('matching.person-unreadable', { err: error })
      return fail('SERVER_STORAGE', SECOND)
    }
    // Left, replaced or gone meanwhile: nothing is waiting, and the client knows that already.
    if (queue.byDevice(person.deviceId) !== waiter) return ok({})
    return enter(waiter, ticketOf(deps, waiter, body, loaded))
  }

  function refusalOf(person: Person, body: ClientFrameBody<'match.seek'>): Result<never> | undefined {
    if (person.sanctioned) return fail('ACCOUNT_SANCTIONED')
    const written = body.mode === 'text'
    if (written ? body.fingerprint || body.legId : !body.fingerprint) return fail('MATCH_TICKET_INVALID')
    const holder = queue.byTicket(body.ticketId)
    if (holder && holder.person.deviceId !== person.deviceId) return fail('MATCH_TICKET_INVALID')
    const ready = deps.readyFor(person.deviceId, body.mode, body.legId)
    return ready.ok ? undefined : ready
  }

  function enter(waiter: Waiter, ticket: Ticket): Result<Record<string, never>> {
    waiter.ticket = ticket
    if (waiter.state === 'away') return ok({}) // Its socket was cut while the blocks were read.
    const outcome = queue.enter(waiter, ticket)
    if (outcome.kind !== 'refused') return ok({})
    queue.forget(waiter)
    return outcome.reason === 'full' ? fail('MATCH_QUEUE_FULL', QUEUE_FULL_RETRY_MS) : fail('MATCH_TICKET_INVALID')
  }

  function leave(device: DeviceId, ticketId: TicketId): Result<Record<string, never>> {
    const waiter = queue.byTicket(ticketId)
    // Leaving what has just been matched, or was left before, is no error; another's ticket is nobody's business.
    if (waiter?.person.deviceId === device) queue.forget(waiter)
    return ok({})
  }

  function deviceAway(device: DeviceId): void {
    const waiter = queue.byDevice(device)
    if (waiter) queue.setAside(waiter)
  }

  function deviceBack(device: DeviceId, resumed: boolean): void {
    const waiter = queue.byDevice(device)
    if (!waiter) return
    if (!resumed) return queue.forget(waiter)
    waiter.toldCompany = '' // What was said once is not repeated by the gateway.
    if (waiter.state !== 'away') return
    waiter.state = 'loading'
    if (!waiter.ticket) return // Its blocks are still being read.
    const recent = deps.recentPartners(waiter.person.accountId)
    enter(waiter, { ...waiter.ticket, recent, blocked: withMeanwhile(waiter, waiter.ticket.blocked) })
  }

  function deviceGone(device: DeviceId): void {
    const waiter = queue.byDevice(device)
    if (waiter) queue.forget(waiter)
  }

  const { block, stop } = queue
  return { seek, leave, deviceAway, deviceBack, deviceGone, block, waiting: () => pool.size(), stop }
}

function waiterOf(person: Person, body: ClientFrameBody<'match.seek'>, nowMs: number): Waiter {
  const { ticketId, mode, languages, interests, boundaries, keyPackage, fingerprint, legId } = body
  const { accountId, deviceId } = person
  return {
    person,
    caller: { accountId, deviceId, ticketId, mode, languages, interests, boundaries, keyPackage, fingerprint, legId },
    seekingSinceMs: nowMs,
    state: 'loading',
    ticket: undefined,
    blockedMeanwhile: new Set(),
    toldCompany: '',
  }
}

function ticketOf(
  deps: MatchingDeps,
  waiter: Waiter,
  body: ClientFrameBody<'match.seek'>,
  { blocked, standing }: Loaded,
): Ticket {
  const { accountId } = waiter.person
  const { ticketId, mode, languages, interests, company, wish, boundaries } = body
  const { trust, pool } = standing
  return {
    ticketId,
    accountId,
    mode,
    languages,
    interests,
    company,
    wish,
    boundaries,
    trust,
    pool,
    // One relay serves everybody, so everybody is equally near.
    relayRegion: 'local',
    blocked: withMeanwhile(waiter, blocked),
    recent: deps.recentPartners(accountId),
    // No account exists without the declaration, and the sanctioned were refused before.
    adult: true,
    sanctioned: false,
    seekingSinceMs: waiter.seekingSinceMs,
  }
}

function withMeanwhile(waiter: Waiter, blocked: ReadonlySet<string>): ReadonlySet<string> {
  return new Set<string>([...blocked, ...waiter.blockedMeanwhile])
}
