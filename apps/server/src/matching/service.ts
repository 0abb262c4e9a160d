import { MINUTE, SECOND, type Clock, type Log } from '@visavis/ports'
import type { Pool, Ticket } from '@visavis/matching'
import {
  fail,
  ok,
  SEEKS_PER_MINUTE_MAX,
  type AccountId,
  type ClientFrameBody,
  type DeviceId,
  type LegId,
  type Mode,
  type Result,
  type ServerFrameBody,
  type TicketId,
} from '@visavis/wire'
import type { Caller } from '../calls/index.ts'
import { createTokenBucket, type DeliverOnce, type Person, type TokenBucket } from '../gateway/index.ts'

/** A waiting person meets a newcomer at once; who waits for scores to relax is looked at this often. */
export const TICK_MS = 50
/** How often a waiting person may be told that the company changed. */
const WAITING_NEWS_MS = 2 * SECOND
const QUEUE_FULL_RETRY_MS = 5 * SECOND
const SEEKS_KEPT_MS = 10 * MINUTE

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
  /** Private trust level, 0 to 3, and behaviour pool [M6]; the same for everyone until behaviour is known. */
  readonly standing?: (accountId: AccountId) => { readonly trust: number; readonly pool: string }
}

type Waiter = {
  readonly person: Person
  readonly caller: Caller
  readonly seekingSinceMs: number
  /** `loading`: blocks are being read. `waiting`: in the pool. `away`: socket cut, out of the pool, place kept. */
  state: 'loading' | 'waiting' | 'away'
  ticket: Ticket | undefined
  readonly blockedMeanwhile: Set<AccountId>
  toldCompany: string
}

export type Matching = ReturnType<typeof createMatching>

/**
 * The shell around the pool: who may seek, with which blocks and cool-downs, when to look, and whom to tell. One ticket
 * per device; it ends with the device's session. Decides nothing about who fits whom.
 */
export function createMatching(deps: MatchingDeps) {
  const { clock, log, pool } = deps
  const standing = deps.standing ?? (() => ({ trust: 1, pool: 'general' }))
  const byDevice = new Map<DeviceId, Waiter>()
  const byTicket = new Map<TicketId, Waiter>()
  const seeks = new Map<AccountId, TokenBucket>()
  let endTicks: (() => void) | undefined
  /** In the pool since the last tick: told at once how it stands. The others hear of changes in rounds. */
  const newcomers: Waiter[] = []
  let newsRoundAtMs = clock.monotonicMs()
  let tickDue = false
  let seeksClearedAtMs = clock.monotonicMs()

  async function seek(person: Person, body: ClientFrameBody<'match.seek'>): Promise<Result<Record<string, never>>> {
    const refusal = refusalOf(person, body)
    if (refusal) return refusal
    leaveDevice(person.deviceId)
    const waiter: Waiter = {
      person,
      caller: callerOf(person, body),
      seekingSinceMs: clock.nowMs(),
      state: 'loading',
      ticket: undefined,
      blockedMeanwhile: new Set(),
      toldCompany: '',
    }
    byDevice.set(person.deviceId, waiter)
    byTicket.set(body.ticketId, waiter)
    let blocked: ReadonlySet<AccountId>
    try {
      blocked = await deps.blockedWith(person.accountId)
    } catch (error) {
      forget(waiter)
      log.warn('matching.blocks-unreadable', { err: error })
      return fail('SERVER_STORAGE', SECOND)
    }
    // Left, replaced or gone meanwhile: nothing is waiting, and the client knows that already.
    if (byDevice.get(person.deviceId) !== waiter) return ok({})
    return enterPool(waiter, body, blocked)
  }

  function refusalOf(person: Person, body: ClientFrameBody<'match.seek'>): Result<never> | undefined {
    if (person.sanctioned) return fail('ACCOUNT_SANCTIONED')
    const waitMs = bucketOf(person.accountId).take(clock.monotonicMs())
    if (waitMs > 0) return fail('RATE_LIMITED', waitMs)
    const written = body.mode === 'text'
    if (written ? body.fingerprint || body.legId : !body.fingerprint) return fail('MATCH_TICKET_INVALID')
    const holder = byTicket.get(body.ticketId)
    if (holder && holder.person.deviceId !== person.deviceId) return fail('MATCH_TICKET_INVALID')
    const ready = deps.readyFor(person.deviceId, body.mode, body.legId)
    return ready.ok ? undefined : ready
  }

  function enterPool(
    waiter: Waiter,
    body: ClientFrameBody<'match.seek'>,
    blocked: ReadonlySet<AccountId>,
  ): Result<Record<string, never>> {
    const { accountId, deviceId } = waiter.person
    const { trust, pool: behaviour } = standing(accountId)
    waiter.ticket = {
      ticketId: body.ticketId,
      accountId,
      mode: body.mode,
      languages: body.languages,
      interests: body.interests,
      company: body.company,
      wish: body.wish,
      boundaries: body.boundaries,
      trust,
      pool: behaviour,
      // One relay serves all for now; regions come with the relay fleet.
      relayRegion: 'local',
      blocked: new Set<string>([...blocked, ...waiter.blockedMeanwhile]),
      recent: deps.recentPartners(accountId),
      // No account exists without the declaration, and the sanctioned were refused above.
      adult: true,
      sanctioned: false,
      seekingSinceMs: waiter.seekingSinceMs,
    }
    if (waiter.state === 'away') return ok({}) // Its socket was cut while the blocks were read.
    const outcome = pool.seek(waiter.ticket, clock.nowMs())
    if (outcome.kind === 'refused') {
      forget(waiter)
      return outcome.reason === 'full' ? fail('MATCH_QUEUE_FULL', QUEUE_FULL_RETRY_MS) : fail('MATCH_TICKET_INVALID')
    }
    waiter.state = 'waiting'
    newcomers.push(waiter)
    log.debug('matching.seeking', { device: deviceId, count: pool.size() })
    tickSoon()
    return ok({})
  }

  function leave(device: DeviceId, ticketId: TicketId): Result<Record<string, never>> {
    const waiter = byTicket.get(ticketId)
    // Leaving what has just been matched, or was left before, is no error; another's ticket is nobody's business.
    if (waiter?.person.deviceId === device) forget(waiter)
    return ok({})
  }

  function leaveDevice(device: DeviceId): void {
    const waiter = byDevice.get(device)
    if (waiter) forget(waiter)
  }

  function forget(waiter: Waiter): void {
    const { deviceId } = waiter.person
    if (byDevice.get(deviceId) === waiter) byDevice.delete(deviceId)
    if (byTicket.get(waiter.caller.ticketId) === waiter) byTicket.delete(waiter.caller.ticketId)
    if (waiter.state === 'waiting') pool.leave(waiter.caller.ticketId)
    rest()
  }

  function bucketOf(account: AccountId): TokenBucket {
    const known = seeks.get(account)
    if (known) return known
    const perSecond = SEEKS_PER_MINUTE_MAX / 60
    const nowMs = clock.monotonicMs()
    // Old ones are full again; forgetting them all now and then gives each a fresh minute at most.
    if (nowMs - seeksClearedAtMs > SEEKS_KEPT_MS) {
      seeks.clear()
      seeksClearedAtMs = nowMs
    }
    const bucket = createTokenBucket({ perSecond, burst: SEEKS_PER_MINUTE_MAX, nowMs })
    seeks.set(account, bucket)
    return bucket
  }

  /** After the events at hand, so that the answer to the seek is out before the match is. */
  function tickSoon(): void {
    endTicks ??= clock.every(TICK_MS, tick)
    if (tickDue) return
    tickDue = true
    deps.defer(() => {
      tickDue = false
      tick()
    })
  }

  function rest(): void {
    if (pool.size() > 0) return
    endTicks?.()
    endTicks = undefined
  }

  function tick(): void {
    const nowMs = clock.nowMs()
    for (const pair of pool.tick(nowMs)) meet(pair.a as TicketId, pair.b as TicketId)
    for (const waiter of newcomers.splice(0)) tellWaiting(waiter, nowMs)
    if (clock.monotonicMs() - newsRoundAtMs >= WAITING_NEWS_MS) {
      newsRoundAtMs = clock.monotonicMs()
      for (const waiter of byDevice.values()) tellWaiting(waiter, nowMs)
    }
    rest()
  }

  function meet(ticketA: TicketId, ticketB: TicketId): void {
    const a = byTicket.get(ticketA)
    const b = byTicket.get(ticketB)
    if (!a || !b) throw new Error('the pool paired a ticket that is not waiting')
    for (const waiter of [a, b]) {
      byDevice.delete(waiter.person.deviceId)
      byTicket.delete(waiter.caller.ticketId)
    }
    deps.open(a.caller, b.caller)
  }

  function tellWaiting(waiter: Waiter, nowMs: number): void {
    const { ticketId } = waiter.caller
    const news = waiter.state === 'waiting' ? pool.waiting(ticketId, nowMs) : undefined
    if (!news || news.company === waiter.toldCompany) return
    waiter.toldCompany = news.company
    deps.deliverOnce(waiter.person.deviceId, 'match.waiting', wordsOf(ticketId, news))
  }

  function deviceAway(device: DeviceId): void {
    const waiter = byDevice.get(device)
    if (!waiter) return
    if (waiter.state === 'waiting') pool.leave(waiter.caller.ticketId)
    waiter.state = 'away'
    rest()
  }

  function deviceBack(device: DeviceId, resumed: boolean): void {
    const waiter = byDevice.get(device)
    if (!waiter) return
    if (!resumed) return forget(waiter)
    waiter.toldCompany = ''
    if (waiter.state !== 'away') return
    if (!waiter.ticket) {
      waiter.state = 'loading'
      return
    }
    const recent = deps.recentPartners(waiter.person.accountId)
    const blocked = new Set<string>([...waiter.ticket.blocked, ...waiter.blockedMeanwhile])
    waiter.ticket = { ...waiter.ticket, recent, blocked }
    if (pool.seek(waiter.ticket, clock.nowMs()).kind === 'refused') return forget(waiter)
    waiter.state = 'waiting'
    newcomers.push(waiter)
    tickSoon()
  }

  /** From now on these two never meet, whether they wait, are being let in, or are cut off just now. */
  function block(one: AccountId, other: AccountId): void {
    pool.block(one, other)
    for (const waiter of byDevice.values()) {
      if (waiter.person.accountId === one) waiter.blockedMeanwhile.add(other)
      if (waiter.person.accountId === other) waiter.blockedMeanwhile.add(one)
    }
  }

  return {
    seek,
    leave,
    deviceAway,
    deviceBack,
    deviceGone: leaveDevice,
    block,
    waiting: (): number => pool.size(),
    stop: (): void => {
      endTicks?.()
      endTicks = undefined
    },
  }
}

function callerOf(person: Person, body: ClientFrameBody<'match.seek'>): Caller {
  const { ticketId, mode, languages, interests, boundaries, keyPackage, fingerprint, legId } = body
  const { accountId, deviceId } = person
  return { accountId, deviceId, ticketId, mode, languages, interests, boundaries, keyPackage, fingerprint, legId }
}

function wordsOf(
  ticketId: TicketId,
  news: { waitedMs: number; boundMs: number; company: ServerFrameBody<'match.waiting'>['company'] },
): ServerFrameBody<'match.waiting'> {
  return {
    ticketId,
    waitedMs: Math.max(0, Math.round(news.waitedMs)),
    company: news.company,
    boundMs: Math.round(news.boundMs),
  }
}
