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
 * - `main_thread_*`: a burst of 200 messages received by the product itself, its conversation open (`e2ee/messenger.ts`).
 *
 * Options: `--blocks 20` and `--per-block 40` round trips of each, in turn; `--openings 40`.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureInChromium } from './e2ee/browser.ts'
import { measureMessenger, type MainThread } from './e2ee/messenger.ts'
import { contestantTrips } from './e2ee/contestants.ts'
import {
  BYTES,
  createFranked,
  createMlsAlone,
  measureInTurn,
  measureOpenings,
  type Block,
  type RoundTrip,
} from './e2ee/workload.ts'
import { printReport, type BenchReport } from './report.ts'

const MESSAGES = 200

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      blocks: { type: 'string', default: '40' },
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
  const node = { blocks: await measureInTurn(trips, loads), openMs: await measureOpenings(loads.openings) }
  const chromium = await measureInChromium(loads)
  const mainThread = await measureMessenger(loads.messages)
  return report(node, chromium, mainThread, loads)
}

type Found = { readonly blocks: readonly Block[]; readonly openMs: readonly number[] }

const TITLES: Readonly<Record<string, string>> = {
  mls: 'MLS group alone',
  franked: 'Visavis, whole path',
  matrix: 'matrix-sdk-crypto-wasm, Megolm',
  signal: 'libsignal, double ratchet',
}

function report(
  node: Found,
  chromium: Awaited<ReturnType<typeof measureInChromium>>,
  mainThread: MainThread,
  loads: Readonly<Record<string, number>>,
): BenchReport {
  const table = [[`seal and open ${BYTES} bytes`, 'where', 'p50 us', 'min us']]
  const figures: Record<string, number> = {}
  const ratios: Record<string, number> = {}
  const shares: number[] = []
  for (const [where, { blocks, openMs }] of [
    ['node', node],
    ['chromium', chromium.ours],
  ] as const) {
    const of = (name: string) => blocks.map((block) => block[name] ?? Number.NaN)
    for (const name of Object.keys(blocks[0] ?? {})) {
      table.push([TITLES[name] ?? name, where, median(of(name)).toFixed(0), Math.min(...of(name)).toFixed(0)])
      figures[`${where}_${name}_us`] = rounded(median(of(name)))
    }
    const share = blocks.map((block) => ((block['franked'] ?? 0) - (block['mls'] ?? 0)) / (block['mls'] ?? 0))
    shares.push(median(share))
    ratios[`franking_share_${where}`] = rounded(median(share))
    ratios[`franking_share_${where}_p25`] = rounded(at(share, 0.25))
    ratios[`franking_share_${where}_p75`] = rounded(at(share, 0.75))
    for (const name of ['matrix', 'signal'])
      if (blocks[0]?.[name])
        ratios[`${where}_to_${name}`] = rounded(
          median(blocks.map((block) => (block['franked'] ?? 0) / (block[name] ?? 0))),
        )
    figures[`${where}_open_ms`] = rounded(median(openMs))
    figures[`${where}_open_p95_ms`] = rounded(at(openMs, 0.95))
  }
  ratios['franking_share'] = rounded(Math.max(...shares))
  figures['open_ms'] = rounded(median(chromium.ours.openMs))
  const { tasksMs, elapsedMs } = mainThread
  figures['main_thread_task_max_ms'] = rounded(Math.max(...tasksMs))
  figures['main_thread_task_p99_ms'] = rounded(at(tasksMs, 0.99))
  figures['main_thread_tasks_over_8_ms'] = tasksMs.filter((ms) => ms > 8).length
  figures['main_thread_elapsed_max_ms'] = rounded(Math.max(...elapsedMs))
  table.push([''], ['opening a match, both sides', 'where', 'p50 ms', 'p95 ms'])
  for (const [where, times] of [
    ['node', node.openMs],
    ['chromium', chromium.ours.openMs],
  ] as const)
    table.push(['createMatch and joinMatch', where, median(times).toFixed(1), at(times, 0.95).toFixed(1)])
  table.push(
    [''],
    [`main thread, burst of ${MESSAGES} messages`, 'longest task, CPU ms', 'p99', 'over 8 ms', 'longest by the clock'],
  )
  const over = `${figures['main_thread_tasks_over_8_ms']} of ${tasksMs.length}`
  const cells = [Math.max(...tasksMs), at(tasksMs, 0.99)].map((ms) => ms.toFixed(1))
  table.push(['', ...cells, over, Math.max(...elapsedMs).toFixed(1)])
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
