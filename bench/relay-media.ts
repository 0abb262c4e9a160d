/**
 * What it costs to forward the media of calls: our embedded splice relay beside coturn, the same calls of two with video
 * through each (1.5 Mbit/s and sound in each direction, both directions, see relay-media/traffic.ts).
 *
 * - Each relay is a process of its own and is measured in turn (A B A B ...); medians are taken. The load's CPU is not
 *   counted. CPU is that of the process with all of its threads, from /proc, per packet that arrived at the other end.
 * - coturn is used as the product uses it: both ends meet at their relayed addresses, so that neither learns the other's
 *   and each packet passes it twice. Our relay passes each packet once; that is the point of splicing.
 * - Calls per core: the CPU of one core divided by what one call takes. For our relay it is also the most that one server
 *   can carry, because it is one thread; coturn spreads over cores and machines.
 *
 * Options: `--calls 10,30` at once, `--rounds 3`, `--seconds 4`.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { hasCoturn } from '../e2e/support/coturn.ts'
import { ownAddress } from '../e2e/support/network.ts'
import { cpuMicroseconds } from './relay-messages/cpu.ts'
import { startOurs, startTurn, type Contestant } from './relay-media/contestants.ts'
import { PACKETS_PER_CALL, playCalls } from './relay-media/traffic.ts'
import { printReport, type BenchReport } from './report.ts'

const CONTESTANTS = [
  { name: 'ours', title: 'Visavis, embedded splice relay', start: startOurs },
  { name: 'coturn', title: 'coturn, both ends relayed', start: startTurn },
] as const
type Name = (typeof CONTESTANTS)[number]['name']
type Round = { readonly cpuUs: number; readonly lost: number; readonly p50Ms: number; readonly p99Ms: number }
const WARM_MS = 1_000

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: 'string', default: '10,30' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '4' },
    },
  })
  if (!hasCoturn) throw new Error('coturn is not installed: there is nothing to compare with')
  const loads = values.calls.split(',').map(Number)
  const results = new Map<string, Round[]>()
  for (let round = 0; round < Number(values.rounds); round++)
    for (const calls of loads)
      for (const { name, start } of CONTESTANTS) {
        const contestant = await start(ownAddress(), calls)
        try {
          const found = await measure(contestant, Number(values.seconds) * 1_000)
          const key = keyOf(name, calls)
          results.set(key, [...(results.get(key) ?? []), found])
        } finally {
          await contestant.close()
        }
      }
  return report(results, loads, { rounds: Number(values.rounds), seconds: Number(values.seconds) })
}

async function measure({ pids, ways }: Contestant, measureMs: number): Promise<Round> {
  let cpu = 0
  const { sent, delivered, p50Ms, p99Ms } = await playCalls(ways, {
    warmMs: WARM_MS,
    measureMs,
    measured: (isOver) => void (cpu = isOver ? cpuMicroseconds(pids) - cpu : cpuMicroseconds(pids)),
  })
  return { cpuUs: cpu / delivered, lost: 1 - delivered / sent, p50Ms, p99Ms }
}

function report(
  results: ReadonlyMap<string, readonly Round[]>,
  loads: readonly number[],
  environment: Record<string, number>,
): BenchReport {
  const of = (name: Name, calls: number, what: keyof Round) =>
    median((results.get(keyOf(name, calls)) ?? []).map((round) => round[what]))
  const perCore = (name: Name, calls: number) => 1_000_000 / (of(name, calls, 'cpuUs') * PACKETS_PER_CALL)
  const table = [['calls at once', 'relay', 'packets/s', 'CPU us/packet', 'calls per core', 'lost', 'p50 ms', 'p99 ms']]
  const figures: Record<string, number> = {}
  const ratios: Record<string, number> = {}
  for (const calls of loads) {
    for (const { name, title } of CONTESTANTS) {
      table.push([
        String(calls),
        title,
        String(calls * PACKETS_PER_CALL),
        of(name, calls, 'cpuUs').toFixed(1),
        perCore(name, calls).toFixed(0),
        `${(of(name, calls, 'lost') * 100).toFixed(2)} %`,
        of(name, calls, 'p50Ms').toFixed(2),
        of(name, calls, 'p99Ms').toFixed(2),
      ])
      figures[`${name}_${calls}_calls_cpu_us`] = rounded(of(name, calls, 'cpuUs'))
      figures[`${name}_${calls}_calls_per_core`] = Math.floor(perCore(name, calls))
      figures[`${name}_${calls}_calls_lost_share`] = rounded(of(name, calls, 'lost'))
      figures[`${name}_${calls}_calls_p99_ms`] = rounded(of(name, calls, 'p99Ms'))
    }
    ratios[`cpu_to_coturn_${calls}_calls`] = rounded(of('ours', calls, 'cpuUs') / of('coturn', calls, 'cpuUs'))
  }
  ratios['cpu_to_coturn'] = Math.max(...loads.map((calls) => ratios[`cpu_to_coturn_${calls}_calls`] ?? Number.NaN))
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() }
  return { bench: 'relay-media', table, figures, ratios, environment: { ...environment, ...machine } }
}

function keyOf(name: Name, calls: number): string {
  return `${name} ${calls}`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
