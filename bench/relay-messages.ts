/**
 * Messages of 1 KiB between the two people of a call: accepted, durable, delivered and receipted, and what that costs
 * the server in CPU time, database included; beside socket.io doing the same and storing nothing.
 *
 * - Each contestant is a server process of its own and a load generator of its own; 100 pairs stay connected. They are
 *   measured in turn (A B C A B C ...), and medians are taken.
 * - Saturated: every person has `WINDOW` messages on the way at any time. Steady: 1,000 messages a second in all.
 * - CPU is that of the server's processes from /proc, children and the database's processes included, while a number
 *   of messages became complete (accepted and receipted). The generator's is not counted.
 * - Every message is followed: accepted once, delivered once and in order, receipted once. Anything else ends the run.
 * - Both clients are alike: one frame to the server for every message that arrives, none of them gathered. (apps/web
 *   gathers for 200 ms, which costs our server less than what is measured here.) Each message gets its receipt.
 */
import { availableParallelism, cpus } from 'node:os'
import { printReport, type BenchReport } from './report.ts'
import { startSocketIo, startVisavis, startVisavisOnPostgres, type Contestant } from './relay-messages/contestants.ts'
import type { Load } from './relay-messages/traffic.ts'

const CROWD = { pairs: 100, bytes: 1_024 }
const WINDOW = 8
const STEADY_PER_SECOND = 1_000
const LOADS = { saturated: { window: WINDOW }, steady: { perSecond: STEADY_PER_SECOND } } as const satisfies Record<
  string,
  Load
>

export type RelayMessagesOptions = { readonly rounds?: number; readonly measureMs?: number; readonly warmMs?: number }

type LoadName = keyof typeof LOADS
type Round = { readonly cpuUs: number; readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number }

export async function run(options: RelayMessagesOptions = {}): Promise<BenchReport> {
  const { rounds = 5, measureMs = 4_000, warmMs = 1_500 } = options
  const contestants: Contestant[] = []
  try {
    contestants.push(await startVisavis('embedded', CROWD))
    const onPostgres = await startVisavisOnPostgres('postgres', CROWD)
    if (onPostgres) contestants.push(onPostgres)
    contestants.push(await startSocketIo('socketio', CROWD))
    const results = new Map<string, Round[]>()
    for (let round = 0; round < rounds; round++)
      for (const load of ['saturated', 'steady'] as const)
        for (const contestant of contestants) {
          const measured = await contestant.measure({ load: LOADS[load], warmMs, measureMs })
          const key = `${contestant.name} ${load}`
          const { cpu, messages, seconds, p50Ms, p99Ms } = measured
          const found = { cpuUs: cpu / messages, perSecond: messages / seconds, p50Ms, p99Ms }
          results.set(key, [...(results.get(key) ?? []), found])
        }
    return report(results, { rounds, measureMs })
  } finally {
    for (const contestant of contestants) await contestant.close()
  }
}

const TITLES: Readonly<Record<string, string>> = {
  embedded: 'Visavis, embedded database, durable',
  postgres: 'Visavis, PostgreSQL, durable',
  socketio: 'socket.io, nothing stored',
}

function report(results: ReadonlyMap<string, readonly Round[]>, environment: Record<string, number>): BenchReport {
  const of = (name: string, load: LoadName, what: keyof Round) =>
    median((results.get(`${name} ${load}`) ?? []).map((round) => round[what]))
  const names = Object.keys(TITLES).filter((name) => results.has(`${name} saturated`))
  const row = (name: string, load: LoadName) => [
    TITLES[name] ?? name,
    load,
    of(name, load, 'perSecond').toFixed(0),
    of(name, load, 'cpuUs').toFixed(1),
    of(name, load, 'p50Ms').toFixed(1),
    of(name, load, 'p99Ms').toFixed(1),
  ]
  const figures: Record<string, number> = {}
  for (const name of names)
    for (const load of ['saturated', 'steady'] as const) {
      figures[`${name}_${load}_per_s`] = rounded(of(name, load, 'perSecond'))
      figures[`${name}_${load}_cpu_us`] = rounded(of(name, load, 'cpuUs'))
      figures[`${name}_${load}_receipt_p50_ms`] = rounded(of(name, load, 'p50Ms'))
      figures[`${name}_${load}_receipt_p99_ms`] = rounded(of(name, load, 'p99Ms'))
    }
  const ratio = (name: string, load: LoadName) => rounded(of(name, load, 'cpuUs') / of('socketio', load, 'cpuUs'))
  const ratios: Record<string, number> = {
    cpu_to_socketio: ratio('embedded', 'saturated'),
    cpu_to_socketio_steady: ratio('embedded', 'steady'),
  }
  if (names.includes('postgres')) {
    ratios.cpu_to_socketio_postgres = ratio('postgres', 'saturated')
    ratios.cpu_to_socketio_postgres_steady = ratio('postgres', 'steady')
  }
  return {
    bench: 'relay-messages',
    table: [
      ['server', 'load', 'messages/s', 'CPU us/message', 'receipt p50 ms', 'receipt p99 ms'],
      ...names.map((name) => row(name, 'saturated')),
      ...names.map((name) => row(name, 'steady')),
    ],
    figures,
    ratios,
    environment: {
      ...environment,
      pairs: CROWD.pairs,
      window: WINDOW,
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
    },
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

if (import.meta.main) printReport(await run())
