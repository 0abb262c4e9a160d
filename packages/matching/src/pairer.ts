import type { Alarms } from './alarms.ts'
import { nextStepMs, scoreMinAt } from './patience.ts'
import { byWeight, createScanner, WHOLE_SHELF_MAX } from './scan.ts'
import type { Edge, TickState } from './scan.ts'
import { waitedMs } from './seat.ts'
import type { Seat } from './seat.ts'
import { openOnShelf } from './shelf.ts'
import type { Shelf } from './shelf.ts'
import { solveExactly, solveGreedily } from './solve.ts'

export type Pairing = {
  /** The ticket that has waited longer. */
  readonly a: string
  readonly b: string
  readonly score: number
  readonly waitedMsA: number
  readonly waitedMsB: number
}

/** Work of one tick in comparisons of two people; what is left over is carried to the next tick. SPEC MT19. */
export const EVALUATIONS_PER_TICK_MAX = 10_000
/** A tick hears one alarm for this many evaluations; more people than that it could not look at anyway. */
const EVALUATIONS_PER_ALARM = 4

type Deps = {
  readonly alarms: Alarms
  readonly random32: () => number
  readonly evaluationsPerTickMax: number
  /** Takes a paired person out of the pool. */
  readonly remove: (seat: Seat) => void
}

/** One tick at work. Those in `held` sit it out because another ticket of their account has been paired in it. */
type Tick = TickState & { readonly pairings: Pairing[]; readonly held: Seat[] }

/**
 * Decides who meets whom. Nobody is looked at without a reason: people enter the queue when they join, when their
 * threshold relaxes or when a cool-down they met ends, and a tick works through that queue and nothing else.
 */
export function createPairer({ alarms, random32, evaluationsPerTickMax, remove }: Deps) {
  const alarmsPerTickMax = Math.ceil(evaluationsPerTickMax / EVALUATIONS_PER_ALARM)
  const scan = createScanner(random32)
  const queue = createQueue()
  let ticks = 0

  /** Sets what this person accepts now, and the alarm for the next change. */
  function relax(seat: Seat, nowMs: number): void {
    const waited = waitedMs(seat, nowMs)
    const before = seat.scoreMin
    seat.scoreMin = scoreMinAt(seat.patience, waited)
    if (seat.scoreMin === 0 && before > 0) openOnShelf(seat.shelf, seat)
    alarms.set(seat, seat.sinceMs + nextStepMs(seat.patience, waited))
    queue.add(seat)
  }

  function tick(nowMs: number): Pairing[] {
    for (const seat of alarms.take(nowMs, alarmsPerTickMax)) relax(seat, nowMs)
    if (queue.isEmpty()) return []
    ticks += 1
    const state: Tick = { nowMs, number: ticks, evaluations: 0, pairings: [], held: [] }
    while (!queue.isEmpty() && state.evaluations < evaluationsPerTickMax) {
      const { edges, hopeful } = look(state)
      for (const shelfEdges of edges.values()) {
        for (const edge of solve(shelfEdges, state)) meet(edge, state, remove)
      }
      // Whoever lost a partner to somebody else looks again at once: every round pairs somebody, so this ends.
      for (const seat of hopeful) queue.add(seat)
    }
    for (const seat of state.held) queue.add(seat)
    return state.pairings
  }

  /** Looks for partners for those in the queue, as far as the work of this tick allows. */
  function look(state: Tick): { edges: Map<Shelf, Edge[]>; hopeful: Seat[] } {
    const edges = new Map<Shelf, Edge[]>()
    const hopeful: Seat[] = []
    while (state.evaluations < evaluationsPerTickMax) {
      const seat = queue.take()
      if (seat === undefined) break
      if (seat.account.heldTick === state.number) {
        state.held.push(seat)
        continue
      }
      // A look costs one even where nobody is there, or a tick over lonely people would have no end.
      state.evaluations += 1
      const found = scan(seat, state)
      if (found.meetFromMs < seat.wakeAtMs) alarms.set(seat, found.meetFromMs)
      if (found.edges.length === 0) continue
      hopeful.push(seat)
      const list = edges.get(seat.shelf)
      if (list === undefined) edges.set(seat.shelf, found.edges)
      else list.push(...found.edges)
    }
    return { edges, hopeful }
  }

  return {
    tick,
    joined: relax,
    idle: (nowMs: number) => queue.isEmpty() && alarms.earliestMs() > nowMs,
  }
}

const QUEUE_SLACK = 1_024

/** First come, first looked at; nobody stands in it twice, and those who left are passed over. */
function createQueue() {
  let seats: Seat[] = []
  let next = 0

  return {
    add(seat: Seat): void {
      if (seat.queued || seat.gone) return
      seat.queued = true
      if (next > QUEUE_SLACK && next * 2 > seats.length) {
        seats = seats.slice(next)
        next = 0
      }
      seats.push(seat)
    },
    take(): Seat | undefined {
      while (next < seats.length) {
        const seat = seats[next] as Seat
        next += 1
        seat.queued = false
        if (!seat.gone) return seat
      }
      seats = []
      next = 0
      return undefined
    },
    isEmpty: () => next === seats.length,
  }
}

/** Two people leave together, unless another ticket of one of their accounts has already been paired in this tick. */
function meet(edge: Edge, state: Tick, remove: Deps['remove']): void {
  const { a, b } = edge
  if (a.account.heldTick === state.number || b.account.heldTick === state.number) return
  for (const seat of [a, b]) {
    remove(seat)
    seat.account.heldTick = state.number
    state.held.push(...seat.account.seats)
  }
  state.pairings.push(pairingOf(edge, state.nowMs))
}

function solve(edges: readonly Edge[], state: TickState): Edge[] {
  const shelf = edges[0]?.a.shelf
  if (shelf === undefined) return []
  return shelf.count <= WHOLE_SHELF_MAX ? solveExactly(edges, byWeight) : solveGreedily(edges, state)
}

function pairingOf({ a, b, score }: Edge, nowMs: number): Pairing {
  const [first, second] = a.sinceMs < b.sinceMs || (a.sinceMs === b.sinceMs && a.serial < b.serial) ? [a, b] : [b, a]
  return {
    a: first.ticket.ticketId,
    b: second.ticket.ticketId,
    score,
    waitedMsA: waitedMs(first, nowMs),
    waitedMsB: waitedMs(second, nowMs),
  }
}
