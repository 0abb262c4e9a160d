/**
 * What the evidence of video costs [T3]: the same call of two people, 640x480 at 30 pictures a second through the splice
 * relay, with the taps on the encoded pictures and without them, in turns in one browser. Both ends of the call are in the
 * figures, and so are commitments, hashing, matching and the key frames that are asked for.
 *
 * - CPU: processor time of the whole browser (Linux) per second of the call, as a share of what the call takes without.
 * - Bitrate: video bytes sent per second, by both ends.
 *
 * Without taps the app would take stills in their place; they are kept from doing so. The look for nudity is off.
 *
 * Options: `--seconds 10` of each turn, `--rounds 3`.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { openMeasuredPair, type Second } from './evidence/pair.ts'
import { percentile } from './first-frame/stats.ts'
import { printReport, type BenchReport } from './report.ts'

const TAPS = ['off', 'on'] as const

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string', default: '10' }, rounds: { type: 'string', default: '3' } },
  })
  const pair = await openMeasuredPair()
  try {
    const found = { on: [] as Second[], off: [] as Second[] }
    for (let round = 0; round < Number(values.rounds); round++) {
      // Each goes first in every other round, so that a machine that warms up favours neither.
      const order = round % 2 === 0 ? TAPS : TAPS.toReversed()
      for (const taps of order) found[taps].push(await pair.measure(taps, Number(values.seconds)))
    }
    return report(found, pair.version)
  } finally {
    await pair.close()
  }
}

function report(found: Readonly<Record<'on' | 'off', readonly Second[]>>, chromium: string): BenchReport {
  const median = (taps: 'on' | 'off', of: (second: Second) => number) => percentile(found[taps].map(of), 0.5)
  const rows = TAPS.map((taps) => ({
    taps,
    cpuMs: median(taps, ({ cpuMs }) => cpuMs),
    kbits: median(taps, ({ kbits }) => kbits),
    frames: median(taps, ({ frames }) => frames),
    keyFrames: median(taps, ({ keyFrames }) => keyFrames),
  }))
  const [off, on] = rows
  if (!off || !on) throw new Error('nothing was measured')
  return {
    bench: 'evidence',
    table: [
      ['taps', 'CPU ms/s', 'video kbit/s', 'pictures/s', 'key frames/s'],
      ...rows.map(({ taps, cpuMs, kbits, frames, keyFrames }) => [
        taps,
        cpuMs.toFixed(0),
        kbits.toFixed(0),
        frames.toFixed(1),
        keyFrames.toFixed(2),
      ]),
    ],
    figures: {
      with_cpu_ms_per_second: on.cpuMs,
      without_cpu_ms_per_second: off.cpuMs,
      added_share_of_a_core_percent: (on.cpuMs - off.cpuMs) / 10,
      with_video_kbits_per_second: on.kbits,
      without_video_kbits_per_second: off.kbits,
      with_key_frames_per_second: on.keyFrames,
      without_key_frames_per_second: off.keyFrames,
    },
    ratios: { cpu_to_without: on.cpuMs / off.cpuMs, bitrate_to_without: on.kbits / off.kbits },
    environment: { chromium, cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), rounds: found.on.length },
  }
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
