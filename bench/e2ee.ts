/**
 * What encryption costs: a message of 1 KiB sealed and opened through our whole path (franking, padding, chain, MLS, all
 * checks) beside the MLS group alone, and beside what others ship; opening a match; and what a page feels of it.
 *
 * - `franking_share`: what the whole path costs more than MLS alone, divided by MLS alone; the worse of Node and Chromium.
 *   Both store nothing, but both serialise the state that would be stored, as every message must.
 * - `open_ms`: createMatch and joinMatch one after the other in one page of Chromium; median. In a call they run on two
 *   machines, and the identities were made in the lobby.
 * - Others, in Node only: matrix-sdk-crypto-wasm (Megolm, in-memory store), libsignal (native code, double ratchet). Neither
 *   franks, pads or signs each message; MLS signs.
 * - Main thread: 200 messages through a worker that seals and opens each; the page adds each to its document.
 *
 * Options: `--blocks 20` and `--per-block 40` round trips of each, in turn; `--openings 40`.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureInChromium } from './e2ee/browser.ts'
import { contestantTrips } from './e2ee/contestants.ts'
import {
  BYTES,
  createFranked,
  createMlsAlone,
  measureInTurn,
  measureOpenings,
  type RoundTrip,
} from './e2ee/workload.ts'
import { printReport, type BenchReport } from './report.ts'

const MESSAGES = 200

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      blocks: { type: 'string', default: '20' },
      'per-block': { type: 'string', default: '40' },
      openings: { type: 'string', default: '40' },
    },
  })
  const loads = {
    blocks: Number(values.blocks),
    perBlock: Number(values['per-block']),
    openings: Number(values.openings),
    messages: MESSAGES,
  }
  const trips: Record<string, RoundTrip> = {
    mls: await createMlsAlone(),
    franked: await createFranked(),
    ...(await contestantTrips()),
  }
  const node = { roundTripsUs: await measureInTurn(trips, loads), openMs: await measureOpenings(loads.openings) }
  const chromium = await measureInChromium(loads)
  return report(node, chromium, loads)
}

type Found = { readonly roundTripsUs: Readonly<Record<string, readonly number[]>>; readonly openMs: readonly number[] }

const TITLES: Readonly<Record<string, string>> = {
  mls: 'MLS group alone',
  franked: 'Visavis, whole path',
  matrix: 'matrix-sdk-crypto-wasm, Megolm',
  signal: 'libsignal, double ratchet',
}

function report(
  node: Found,
  chromium: Awaited<ReturnType<typeof measureInChromium>>,
  loads: Readonly<Record<string, number>>,
): BenchReport {
  const table = [[`seal and open ${BYTES} bytes`, 'where', 'p50 us', 'min us']]
  const figures: Record<string, number> = {}
  const ratios: Record<string, number> = {}
  const shares: number[] = []
  for (const [where, { roundTripsUs, openMs }] of [
    ['node', node],
    ['chromium', chromium.ours],
  ] as const) {
    for (const [name, times] of Object.entries(roundTripsUs)) {
      table.push([TITLES[name] ?? name, where, median(times).toFixed(0), Math.min(...times).toFixed(0)])
      figures[`${where}_${name}_us`] = rounded(median(times))
    }
    const [whole, alone] = [median(roundTripsUs['franked'] ?? []), median(roundTripsUs['mls'] ?? [])]
    shares.push((whole - alone) / alone)
    ratios[`franking_share_${where}`] = rounded((whole - alone) / alone)
    for (const name of ['matrix', 'signal'])
      if (roundTripsUs[name]) ratios[`${where}_to_${name}`] = rounded(whole / median(roundTripsUs[name]))
    figures[`${where}_open_ms`] = rounded(median(openMs))
    figures[`${where}_open_p95_ms`] = rounded(at(openMs, 0.95))
  }
  ratios['franking_share'] = rounded(Math.max(...shares))
  figures['open_ms'] = rounded(median(chromium.ours.openMs))
  figures['main_thread_long_task_ms'] = rounded(chromium.mainThread.longTaskMs)
  figures['main_thread_gap_max_ms'] = rounded(chromium.mainThread.gapMs)
  figures['main_thread_idle_gap_max_ms'] = rounded(chromium.mainThread.idleGapMs)
  table.push([''], ['opening a match, both sides', 'where', 'p50 ms', 'p95 ms'])
  for (const [where, times] of [
    ['node', node.openMs],
    ['chromium', chromium.ours.openMs],
  ] as const)
    table.push(['createMatch and joinMatch', where, median(times).toFixed(1), at(times, 0.95).toFixed(1)])
  table.push(
    [''],
    [`main thread, ${MESSAGES} messages in a worker`, 'longest task ms', 'longest gap ms', 'idle gap ms'],
  )
  const { longTaskMs, gapMs, idleGapMs } = chromium.mainThread
  table.push(['', longTaskMs === 0 ? 'none (under 50)' : longTaskMs.toFixed(0), gapMs.toFixed(1), idleGapMs.toFixed(1)])
  const environment = {
    ...loads,
    node: process.version,
    chromium: chromium.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }
  return { bench: 'e2ee', table, figures, ratios, environment }
}

const median = (values: readonly number[]) => at(values, 0.5)

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
