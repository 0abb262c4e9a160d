/**
 * The pool against the optimum, against the bars, and beside a naive array.
 *
 * - `score_to_optimum`: 20 pools of 200 people past their bound, one tick; sum of scores against the maximum-weight
 *   matching over all allowed pairs (people left alone count 0). Lowest of the pools beside it, and the same people
 *   arriving fresh in a lively pool, where they are paired step by step while thresholds relax.
 * - steady state: n men who wish for women wait; each tick (50 ms) 40 more men and 10 women come and 30 men leave.
 *   Half the crowd joined within the last 8 s and still relaxes. `tick100k_ms` is the 99th percentile of 300 ticks at 100,000;
 *   the worst stands beside it and may hold a full garbage collection of the bench's own heap.
 * - mass arrival: n mixed people in one moment; work beyond a tick's budget is carried over, so the worst tick and the
 *   time until all work is done are told apart.
 * - baseline, in the same run: an array in order of arrival; each newcomer takes the first compatible person, by the
 *   same hard constraints on the same tickets, and nothing else (no score, no bound, no fairness).
 *
 * All times are CPU time of the process, threads of the garbage collector included.
 */
import { availableParallelism, cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createPool, LIVELY } from '@visavis/matching'
import type { Pool, Ticket } from '@visavis/matching'
import { createCrowd, mayMeet, optimumOf, scoreFor } from '@visavis/matching/oracle'
import { printReport } from './report.ts'
import type { BenchReport } from './report.ts'

const START_MS = 10_000_000
const TICK_MS = 50
const STEADY_TICKS = 300
const SIZES = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000]

export async function run(): Promise<BenchReport> {
  const quality = measureQuality()
  steady(10_000) // Warm up: the first size must not pay for compilation.
  const doublings = SIZES.map((size) => steady(size))
  const steadies = [1_000, 10_000, 100_000].map((size) => steady(size))
  const masses = [1_000, 10_000, 100_000].map((size) => massArrival(size))
  const naives = [1_000, 10_000, 100_000].map((size) => naive(size))
  const doubleCost = Math.max(...doublings.slice(1).map((next, i) => next.costMs / (doublings[i]?.costMs ?? 0)))
  const at100k = steadies[2]
  const naiveAt100k = naives[2]
  if (at100k === undefined || naiveAt100k === undefined) throw new Error('a size was not measured')

  const table = [
    ['waiting', '1,000', '10,000', '100,000'],
    ['steady tick, median CPU ms', ...steadies.map((each) => each.tickMedianMs.toFixed(2))],
    ['steady tick, 99th percentile CPU ms', ...steadies.map((each) => each.tickP99Ms.toFixed(2))],
    ['steady tick, worst CPU ms', ...steadies.map((each) => each.tickWorstMs.toFixed(2))],
    [
      'steady tick with its 50 arrivals and 30 leaves, median CPU ms',
      ...steadies.map((each) => each.costMs.toFixed(2)),
    ],
    ['same arrivals, array FIFO, median CPU ms', ...naives.map((each) => each.steadyMs.toFixed(2))],
    ['mass arrival, worst tick CPU ms', ...masses.map((each) => each.worstMs.toFixed(1))],
    ['mass arrival, ticks with work', ...masses.map((each) => String(each.ticks))],
    ['mass arrival, pairs per CPU s', ...masses.map((each) => each.pairsPerS.toFixed(0))],
    ['mass arrival, array FIFO, pairs per CPU s', ...naives.map((each) => each.pairsPerS.toFixed(0))],
    ['mass arrival, mean score of a pair', ...masses.map((each) => each.meanScore.toFixed(1))],
    ['mass arrival, array FIFO, mean score of a pair', ...naives.map((each) => each.meanScore.toFixed(1))],
    ['', '', '', ''],
    ['waiting, doubled', 'cost CPU ms', 'to half the size', ''],
    ...doublings.map((each, i) => [
      each.size.toLocaleString('en'),
      each.costMs.toFixed(2),
      i === 0 ? '' : (each.costMs / (doublings[i - 1]?.costMs ?? 0)).toFixed(2),
      '',
    ]),
    ['', '', '', ''],
    ['200 people: score to optimum', 'mean', 'lowest', ''],
    ['all past the bound, one tick', quality.mean.toFixed(4), quality.lowest.toFixed(4), ''],
    ['all fresh, until the bound', quality.freshMean.toFixed(4), quality.freshLowest.toFixed(4), ''],
  ]
  return {
    bench: 'matching',
    table,
    figures: {
      tick100k_ms: round(at100k.tickP99Ms),
      tick100k_worst_ms: round(at100k.tickWorstMs),
      tick100k_median_ms: round(at100k.tickMedianMs),
      mass100k_worst_tick_ms: round(masses[2]?.worstMs ?? Number.NaN),
      mass100k_pairs_per_s: round(masses[2]?.pairsPerS ?? Number.NaN),
      score_to_optimum_lowest: round(quality.lowest),
      score_to_optimum_fresh: round(quality.freshMean),
    },
    ratios: {
      score_to_optimum: round(quality.mean),
      double_cost: round(doubleCost),
      cost100k_to_array_fifo: round(at100k.costMs / naiveAt100k.steadyMs),
    },
    environment: { node: process.version, cores: availableParallelism(), cpu: cpus()[0]?.model ?? 'unknown' },
  }
}

function measureQuality() {
  const open: number[] = []
  const fresh: number[] = []
  for (let seed = 1; seed <= 20; seed += 1) {
    const crowd = createCrowd(seed)
    const tickets = Array.from({ length: 200 }, () => crowd(START_MS))
    const optimum = optimumOf(tickets, START_MS).score
    const late = tickets.map((ticket) => ({ ...ticket, seekingSinceMs: START_MS - 8_000 }))
    open.push(drain(late, START_MS).score / optimum)
    fresh.push(drain(tickets, START_MS).score / optimum)
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean: mean(open), lowest: Math.min(...open), freshMean: mean(fresh), freshLowest: Math.min(...fresh) }
}

/** Lets everybody join at once and ticks until the last bound has passed and no work is left. */
function drain(tickets: readonly Ticket[], startMs: number) {
  const pool = createPool({ patience: LIVELY })
  for (const ticket of tickets) pool.seek(ticket, startMs)
  collectGarbage()
  let score = 0
  let pairs = 0
  const spentMs: number[] = []
  for (let nowMs = startMs; nowMs <= startMs + 8_000 || !pool.idle(nowMs); nowMs += TICK_MS) {
    if (pool.idle(nowMs)) continue
    const startedMs = cpuMs()
    const made = pool.tick(nowMs)
    spentMs.push(cpuMs() - startedMs)
    pairs += made.length
    for (const pair of made) score += pair.score
  }
  return { score, pairs, spentMs }
}

function massArrival(size: number) {
  const crowd = createCrowd(size)
  const tickets = Array.from({ length: size }, () => crowd(START_MS))
  const { pairs, score, spentMs } = drain(tickets, START_MS)
  const totalMs = spentMs.reduce((sum, ms) => sum + ms, 0)
  return {
    worstMs: Math.max(...spentMs),
    ticks: spentMs.length,
    pairsPerS: (pairs / totalMs) * 1_000,
    meanScore: score / pairs,
  }
}

const MEN: Partial<Ticket> = { company: 'man', wish: ['woman'] }
const WOMEN: Partial<Ticket> = { company: 'woman', wish: ['man'] }

/** One tick's arrivals and the ids of those who leave, the same for the pool and the baseline. */
function createTraffic(size: number) {
  const crowd = createCrowd(size)
  const men: string[] = []
  const come = (nowMs: number, change: Partial<Ticket>): Ticket => {
    const ticket = crowd(nowMs, change)
    if (ticket.company === 'man') men.push(ticket.ticketId)
    return ticket
  }
  let leaver = 0
  return {
    initial: (i: number) =>
      come(START_MS, { ...MEN, seekingSinceMs: START_MS - (i % 2 === 0 ? 20_000 : (i * 7) % 8_000) }),
    arrivals: (nowMs: number) => [
      ...Array.from({ length: 40 }, () => come(nowMs, MEN)),
      ...Array.from({ length: 10 }, () => come(nowMs, WOMEN)),
    ],
    leaves: () => Array.from({ length: 30 }, () => men[(leaver += 37) % men.length] ?? ''),
  }
}

function steady(size: number) {
  const pool: Pool = createPool({ patience: LIVELY })
  const traffic = createTraffic(size)
  for (let i = 0; i < size; i += 1) pool.seek(traffic.initial(i), START_MS)
  while (!pool.idle(START_MS)) pool.tick(START_MS)
  collectGarbage()
  const ticks: number[] = []
  const costs: number[] = []
  for (let i = 1; i <= STEADY_TICKS; i += 1) {
    const nowMs = START_MS + i * TICK_MS
    const arrivals = traffic.arrivals(nowMs)
    const leaves = traffic.leaves()
    const startedMs = cpuMs()
    for (const ticket of arrivals) pool.seek(ticket, nowMs)
    for (const id of leaves) pool.leave(id)
    const tickStartedMs = cpuMs()
    pool.tick(nowMs)
    const endedMs = cpuMs()
    ticks.push(endedMs - tickStartedMs)
    costs.push(endedMs - startedMs)
  }
  return {
    size,
    tickMedianMs: median(ticks),
    tickP99Ms: quantile(ticks, 0.99),
    tickWorstMs: Math.max(...ticks),
    costMs: median(costs),
  }
}

/** The naive matcher: an array in order of arrival, first fit. */
function createArrayFifo() {
  const waiting: Ticket[] = []
  return {
    /** The score of the pair, or undefined when the person now waits. The score plays no part in the choice. */
    seek(ticket: Ticket, nowMs: number): number | undefined {
      const index = waiting.findIndex((other) => mayMeet(ticket, other, nowMs))
      const found = waiting[index]
      if (found === undefined) waiting.push(ticket)
      else waiting.splice(index, 1)
      return found === undefined ? undefined : scoreFor(ticket, found)
    },
    leave(ticketId: string): void {
      const index = waiting.findIndex((ticket) => ticket.ticketId === ticketId)
      if (index !== -1) waiting.splice(index, 1)
    },
    /** Fills the array without looking for pairs, for a pool of people none of whom can meet. */
    fill: (ticket: Ticket): number => waiting.push(ticket),
  }
}

function naive(size: number) {
  const fifo = createArrayFifo()
  const traffic = createTraffic(size)
  for (let i = 0; i < size; i += 1) fifo.fill(traffic.initial(i))
  const costs: number[] = []
  for (let i = 1; i <= 20; i += 1) {
    const nowMs = START_MS + i * TICK_MS
    const arrivals = traffic.arrivals(nowMs)
    const leaves = traffic.leaves()
    const startedMs = cpuMs()
    for (const ticket of arrivals) fifo.seek(ticket, nowMs)
    for (const id of leaves) fifo.leave(id)
    costs.push(cpuMs() - startedMs)
  }
  const crowd = createCrowd(size)
  const tickets = Array.from({ length: size }, () => crowd(START_MS))
  const mass = createArrayFifo()
  const startedMs = cpuMs()
  const scores = tickets.map((ticket) => mass.seek(ticket, START_MS)).filter((score) => score !== undefined)
  const spentMs = cpuMs() - startedMs
  return {
    steadyMs: median(costs),
    pairsPerS: (scores.length / spentMs) * 1_000,
    meanScore: scores.reduce((sum, score) => sum + score, 0) / scores.length,
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN
}

/** Before each measurement, so that none pays for what the one before has left. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}

if (import.meta.main) printReport(await run())
