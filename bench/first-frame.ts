/**
 * Matched -> first decoded frame of the other at both ends, everything relayed, 640x480 at 30 frames per second.
 *
 * - `ours`: the product, driven by its own screen, through its embedded splice relay.
 * - `ours_turn`: the same through coturn, the path for networks that let no UDP through.
 * - `naive`: everything is created after the match, candidates trickle; through the same coturn.
 * - `peerjs`: PeerJS with its own signalling server; through the same coturn.
 * - `floor`: a pair that stays connected through coturn and only switches its pictures on.
 *
 * Both ends press Next. A match begins when the first end is told of it and ends when the last end shows a frame of the
 * other; from Next on it is counted as well, for which the baselines' server tells of the match when both have pressed.
 * Flows take turns within a run, in rounds, so that whatever else the machine does falls on all of them. The first match of
 * each round is not counted, and the former call goes on until the next match in every flow but the floor, which is
 * measured at the first delay only.
 *
 * Options: `--matches 60` per flow and delay, `--rounds 2`, `--delay 0,25,50` added one way in ms between each browser and
 * every server (signalling and relay alike), `--flows ours,peerjs,floor`. As they stand: 11 minutes.
 */
import { availableParallelism, cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Meeting } from './first-frame/ours.ts'
import { FLOWS, openScene, type Flow, type Scene } from './first-frame/scene.ts'
import { percentile, type Met } from './first-frame/stats.ts'
import { printReport, type BenchReport } from './report.ts'

type Options = {
  readonly matches: number
  readonly rounds: number
  readonly delaysMs: readonly number[]
  readonly flows: readonly Flow[]
}
/** The call goes on for this long before the next match: nobody presses Next sooner than they have seen who it is. */
const CALL_MS = 1_000
const FAILED_MAX = 5

type Samples = {
  readonly flow: Flow
  readonly delayMs: number
  readonly met: Met[]
  readonly meetings: Meeting[]
  readonly failed: unknown[]
}

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const options = optionsOf(args)
  const scene = await openScene(options.flows)
  try {
    const samples = options.delaysMs.flatMap((delayMs, at) =>
      options.flows
        .filter((flow) => flow !== 'floor' || at === 0)
        .map((flow): Samples => ({ flow, delayMs, met: [], meetings: [], failed: [] })),
    )
    const perRound = Math.ceil(options.matches / options.rounds)
    for (let done = 0; done < options.rounds; done++)
      for (const each of samples) await measure(scene, each, Math.min(perRound, options.matches - each.met.length))
    return report(samples, options, scene.browser.version())
  } finally {
    await scene.close()
  }
}

/** A pair that shows no picture is opened anew: without a match it says nothing about time, and is counted as failed. */
async function measure(scene: Scene, samples: Samples, matches: number): Promise<void> {
  for (let left = matches; left > 0;) {
    const before = samples.met.length
    try {
      await measurePair(scene, samples, left)
    } catch (error) {
      samples.failed.push(error)
      if (samples.failed.length > FAILED_MAX) throw error
    }
    left -= samples.met.length - before
  }
}

async function measurePair(scene: Scene, samples: Samples, matches: number): Promise<void> {
  const flow = await scene.begin(samples.flow, samples.delayMs)
  try {
    for (let i = -1; i < matches; i++) {
      await sleep(CALL_MS)
      const seen = await flow.match()
      if (i < 0) continue
      samples.met.push(seen)
      if ('ends' in seen) samples.meetings.push(seen)
    }
  } finally {
    await flow.end()
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      matches: { type: 'string', default: '60' },
      rounds: { type: 'string', default: '2' },
      delay: { type: 'string', default: '0,25,50' },
      flows: { type: 'string', default: 'ours,peerjs,floor' },
    },
  })
  const chosen = values.flows.split(',')
  return {
    matches: Number(values.matches),
    rounds: Number(values.rounds),
    delaysMs: values.delay.split(',').map(Number),
    flows: FLOWS.filter((flow) => chosen.includes(flow)),
  }
}

/** When things happened at one end, in ms after the match was told; medians over all ends. */
const STEPS = [
  ['applied', 'partner applied, call.applied sent'],
  ['connected', 'DTLS connected'],
  ['confirmed', 'identity confirmed, picture allowed out'],
  ['shown', 'picture element in place'],
  ['packet', 'first packet of the other'],
  ['frame', 'first frame of the other'],
] as const

const foundToFrame = ({ foundToFrameMs }: Met) => foundToFrameMs
const nextToFrame = ({ nextToFrameMs }: Met) => nextToFrameMs

function report(samples: readonly Samples[], options: Options, browser: string): BenchReport {
  const figures: Record<string, number> = {}
  const table = [
    ['one-way delay', 'flow', 'matches', 'failed', 'p50 ms', 'p95 ms', 'min ms', 'max ms', 'from Next p50', 'p95'],
  ]
  for (const { flow, delayMs, met, failed } of samples) {
    const [ms, next] = [met.map(foundToFrame), met.map(nextToFrame)]
    const spread = [percentile(ms, 0.5), percentile(ms, 0.95)]
    const spreadOfNext = [percentile(next, 0.5), percentile(next, 0.95)]
    const cells = [...spread, Math.min(...ms), Math.max(...ms), ...spreadOfNext]
    table.push([
      `${delayMs} ms`,
      flow,
      String(ms.length),
      String(failed.length),
      ...cells.map((each) => each.toFixed(0)),
    ])
    const name = `${flow}_d${delayMs}`
    figures[`${name}_p50_ms`] = round(spread[0])
    figures[`${name}_p95_ms`] = round(spread[1])
    figures[`${name}_next_p50_ms`] = round(spreadOfNext[0])
    figures[`${name}_next_p95_ms`] = round(spreadOfNext[1])
    figures[`${name}_failed`] = failed.length
  }
  for (const { flow, delayMs, meetings } of samples) if (meetings.length > 0) breakdown(table, flow, delayMs, meetings)
  const environment = {
    node: process.version,
    browser,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    matches: options.matches,
  }
  return { bench: 'first-frame', table, figures, ratios: ratiosOf(samples, options.delaysMs), environment }
}

/** Each is the worst over the delays at which both were measured. */
function ratiosOf(samples: readonly Samples[], delaysMs: readonly number[]): Record<string, number> {
  const ratios: Record<string, number> = {}
  function compare(name: string, mine: Flow, theirs: Flow, share: number, ms = foundToFrame): void {
    const each = delaysMs.flatMap((delayMs) => {
      const [ours, other] = [mine, theirs].map((flow) =>
        samples.find((sample) => sample.flow === flow && sample.delayMs === delayMs),
      )
      return ours && other ? [percentile(ours.met.map(ms), share) / percentile(other.met.map(ms), share)] : []
    })
    if (each.length > 0) ratios[name] = round(Math.max(...each))
  }
  compare('p50_to_peerjs', 'ours', 'peerjs', 0.5)
  compare('p95_to_peerjs', 'ours', 'peerjs', 0.95)
  compare('next_p50_to_peerjs', 'ours', 'peerjs', 0.5, nextToFrame)
  compare('next_p95_to_peerjs', 'ours', 'peerjs', 0.95, nextToFrame)
  compare('p50_to_floor', 'ours', 'floor', 0.5)
  compare('p50_to_naive', 'ours', 'naive', 0.5)
  compare('turn_p50_to_peerjs', 'ours_turn', 'peerjs', 0.5)
  compare('turn_p95_to_peerjs', 'ours_turn', 'peerjs', 0.95)
  return ratios
}

function breakdown(table: string[][], flow: Flow, delayMs: number, meetings: readonly Meeting[]): void {
  table.push([''], [`${delayMs} ms`, `${flow}: ms after the match was told`, 'p50', 'p95'])
  const ends = meetings.flatMap((meeting) => meeting.ends)
  for (const [name, words] of STEPS) {
    const after = ends.map((end) => (end[name] ?? Number.NaN) - (end['found'] ?? Number.NaN)).filter(Number.isFinite)
    const cells = [percentile(after, 0.5), percentile(after, 0.95)]
    table.push(['', words, ...cells.map((each) => each.toFixed(0))])
  }
}

function round(value = Number.NaN): number {
  return Number(value.toPrecision(4))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
