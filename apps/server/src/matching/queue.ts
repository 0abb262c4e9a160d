import type { Pool, SeekOutcome, Ticket } from '@visavis/matching'
import { SECOND, type Clock } from '@visavis/ports'
import type { AccountId, DeviceId, TicketId } from '@visavis/wire'
import type { Caller } from '../calls/index.ts'
import type { DeliverOnce, Person } from '../gateway/index.ts'

/** A waiting person meets a newcomer at once; who waits for scores to relax is looked at this often. */
export const TICK_MS = 50
/** How often a waiting person may be told that the company changed. */
const WAITING_NEWS_MS = 2 * SECOND

export type Waiter = {
  readonly person: Person
  readonly caller: Caller
  readonly seekingSinceMs: number
  /** `loading`: blocks and standing are being read. `waiting`: in the pool. `away`: socket cut, out of the pool, place kept. */
  state: 'loading' | 'waiting' | 'away'
  ticket: Ticket | undefined
  /** Accounts blocked since the ticket was made. */
  readonly blockedMeanwhile: Set<AccountId>
  toldCompany: string
}

export type Queue = {
  readonly byDevice: (device: DeviceId) => Waiter | undefined
  readonly byTicket: (ticketId: TicketId) => Waiter | undefined
  /** Takes a place; the pool comes later. */
  readonly add: (waiter: Waiter) => void
  readonly forget: (waiter: Waiter) => void
  /** Into the pool with this ticket, and a look at it after the events at hand. */
  readonly enter: (waiter: Waiter, ticket: Ticket) => SeekOutcome
  /** Out of the pool, keeping the place. */
  readonly setAside: (waiter: Waiter) => void
  readonly block: (one: AccountId, other: AccountId) => void
  readonly stop: () => void
}

/** Everyone who seeks, in the pool or nearly so; the ticks that bring them together; the news of how it stands. */
export function createQueue(deps: {
  clock: Clock
  pool: Pool
  open: (a: Caller, b: Caller) => void
  deliverOnce: DeliverOnce
  defer: (work: () => void) => void
}): Queue {
  const { pool } = deps
  const byDevice = new Map<DeviceId, Waiter>()
  const byTicket = new Map<TicketId, Waiter>()
  const news = createNews(deps)
  const ticks = createTicks({ ...deps, tick, idle: () => pool.size() === 0 })

  function tick(): void {
    const nowMs = deps.clock.nowMs()
    for (const pair of pool.tick(nowMs)) meet(pair.a as TicketId, pair.b as TicketId)
    news.round(byDevice.values(), nowMs)
  }

  function meet(ticketA: TicketId, ticketB: TicketId): void {
    const a = byTicket.get(ticketA)
    const b = byTicket.get(ticketB)
    if (!a || !b) throw new Error('the pool paired a ticket that is not waiting')
    for (const waiter of [a, b]) remove(waiter)
    deps.open(a.caller, b.caller)
  }

  function remove(waiter: Waiter): void {
    const { deviceId, ticketId } = waiter.caller
    if (byDevice.get(deviceId) === waiter) byDevice.delete(deviceId)
    if (byTicket.get(ticketId) === waiter) byTicket.delete(ticketId)
  }

  function withdraw(waiter: Waiter): void {
    if (waiter.state === 'waiting') pool.leave(waiter.caller.ticketId)
    ticks.restIfIdle()
  }

  function enter(waiter: Waiter, ticket: Ticket): SeekOutcome {
    waiter.ticket = ticket
    const outcome = pool.seek(ticket, deps.clock.nowMs())
    if (outcome.kind === 'refused') return outcome
    waiter.state = 'waiting'
    news.newcomer(waiter)
    ticks.soon()
    return outcome
  }

  return {
    byDevice: (device) => byDevice.get(device),
    byTicket: (ticketId) => byTicket.get(ticketId),
    add: (waiter) => {
      byDevice.set(waiter.caller.deviceId, waiter)
      byTicket.set(waiter.caller.ticketId, waiter)
    },
    forget: (waiter) => {
      remove(waiter)
      withdraw(waiter)
    },
    enter,
    setAside: (waiter) => {
      withdraw(waiter)
      waiter.state = 'away'
    },
    block: (one, other) => {
      pool.block(one, other)
      for (const { person, blockedMeanwhile } of byDevice.values()) {
        if (person.accountId === one) blockedMeanwhile.add(other)
        if (person.accountId === other) blockedMeanwhile.add(one)
      }
    },
    stop: ticks.stop,
  }
}

/** Ticks while somebody waits, and one more right after the events at hand when somebody came. */
function createTicks(deps: { clock: Clock; defer: (work: () => void) => void; tick: () => void; idle: () => boolean }) {
  let endTicks: (() => void) | undefined
  let due = false

  const stop = (): void => {
    endTicks?.()
    endTicks = undefined
  }
  const restIfIdle = (): void => {
    if (deps.idle()) stop()
  }
  const run = (): void => {
    deps.tick()
    restIfIdle()
  }

  function soon(): void {
    endTicks ??= deps.clock.every(TICK_MS, run)
    if (due) return
    due = true
    // Later than now, so that the answer to the seek is out before the match is.
    deps.defer(() => {
      due = false
      run()
    })
  }

  return { soon, restIfIdle, stop }
}

/** Tells a newcomer at once how it stands, and everyone when that changed, in rounds. */
function createNews(deps: { clock: Clock; pool: Pool; deliverOnce: DeliverOnce }) {
  const newcomers: Waiter[] = []
  let roundAtMs = deps.clock.monotonicMs()

  function tell(waiter: Waiter, nowMs: number): void {
    const { ticketId, deviceId } = waiter.caller
    const word = waiter.state === 'waiting' ? deps.pool.waiting(ticketId, nowMs) : undefined
    if (!word || word.company === waiter.toldCompany) return
    const waitedMs = Math.max(0, Math.round(word.waitedMs))
    const boundMs = Math.round(word.boundMs)
    waiter.toldCompany = word.company
    deps.deliverOnce(deviceId, 'match.waiting', { ticketId, waitedMs, boundMs, company: word.company })
  }

  function round(waiters: Iterable<Waiter>, nowMs: number): void {
    for (const waiter of newcomers.splice(0)) tell(waiter, nowMs)
    if (deps.clock.monotonicMs() - roundAtMs < WAITING_NEWS_MS) return
    roundAtMs = deps.clock.monotonicMs()
    for (const waiter of waiters) tell(waiter, nowMs)
  }

  return { newcomer: (waiter: Waiter) => void newcomers.push(waiter), round }
}
