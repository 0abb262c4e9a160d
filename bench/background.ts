/**
 * What a background costs, and how well the person is found: ours beside `@livekit/track-processors` (MediaPipe on the
 * processor, WebGL), on the same clip through the same camera, 640x480 at 30 pictures a second, in turns in one page.
 *
 * - ms per picture: from the camera's picture at hand until the finished one is handed on. Ours is measured in its worker, the
 *   other on the main thread, where it works; work that WebGL leaves for later is not in it.
 * - CPU per picture: processor time of the whole browser while it runs, less that of the camera alone, by shown picture. This
 *   has everything in it, also WebGL, which a processor plays here.
 * - IoU: the person is put before pure blue; what is nearer to the clip than to blue was found to be person. The clip's
 *   right mask is known, for it is drawn.
 * - The other one runs with the model ours uses for wide pictures and, as `square`, with the one it would fetch by default.
 *
 * Options: `--seconds 8` of each turn, `--rounds 3`.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { HOW_TO_GET, openBrowser, type BenchBrowser } from './background/browser.ts'
import type { Contestant } from './background/page.ts'
import type { Quality } from './background/quality.ts'
import { printReport, type BenchReport } from './report.ts'

type Cost = { readonly msPerPicture: number; readonly cpuMsPerPicture: number; readonly fps: number }
type Found = { readonly cost: Cost; readonly quality: Quality }

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string', default: '8' }, rounds: { type: 'string', default: '3' } },
  })
  const loads = { seconds: Number(values.seconds), rounds: Number(values.rounds) }
  const browser = await openBrowser()
  try {
    if (!browser.hasLivekit) console.error(HOW_TO_GET)
    const names: Contestant[] = browser.hasLivekit ? ['ours', 'livekit', 'livekit-square'] : ['ours']
    const costs = new Map<Contestant, Cost[]>(names.map((name) => [name, []]))
    for (let round = 0; round < loads.rounds; round++) {
      const idleCpuPerSecond = await idle(browser, loads.seconds)
      for (const name of names) costs.get(name)?.push(await costOf(browser, name, loads.seconds, idleCpuPerSecond))
    }
    const found = new Map<Contestant, Found>()
    for (const name of names) {
      await browser.begin(name, 'picture')
      const quality = await browser.judge(loads.seconds)
      await browser.end()
      found.set(name, { cost: middle(costs.get(name) ?? []), quality })
    }
    return report(found, { ...loads, chromium: browser.version })
  } finally {
    await browser.close()
  }
}

async function idle(browser: BenchBrowser, seconds: number): Promise<number> {
  await browser.begin('idle', 'blur')
  const { cpuMs, seconds: took } = await browser.measure(seconds)
  await browser.end()
  return cpuMs / took
}

async function costOf(browser: BenchBrowser, name: Contestant, seconds: number, idleCpu: number): Promise<Cost> {
  await browser.begin(name, 'blur')
  const { cpuMs, shown, busyMs, seconds: took } = await browser.measure(seconds)
  await browser.end()
  return {
    msPerPicture: median(busyMs),
    cpuMsPerPicture: (cpuMs - idleCpu * took) / shown,
    fps: shown / took,
  }
}

const middle = (costs: readonly Cost[]): Cost => ({
  msPerPicture: median(costs.map(({ msPerPicture }) => msPerPicture)),
  cpuMsPerPicture: median(costs.map(({ cpuMsPerPicture }) => cpuMsPerPicture)),
  fps: median(costs.map(({ fps }) => fps)),
})

const TITLES: Readonly<Record<Contestant, string>> = {
  idle: 'camera alone',
  ours: 'Visavis, in a worker',
  livekit: 'track-processors 0.8.1, wide model',
  'livekit-square': 'track-processors 0.8.1, square model',
}

function report(found: ReadonlyMap<Contestant, Found>, loads: Readonly<Record<string, number | string>>): BenchReport {
  const table = [['background', 'ms/picture', 'CPU ms/picture', 'pictures/s', 'IoU', 'worst IoU']]
  const figures: Record<string, number> = {}
  for (const [name, { cost, quality }] of found) {
    table.push([
      TITLES[name],
      cost.msPerPicture.toFixed(1),
      cost.cpuMsPerPicture.toFixed(1),
      cost.fps.toFixed(1),
      quality.iou.toFixed(4),
      quality.iouMin.toFixed(4),
    ])
    const key = name.replace('-', '_')
    figures[`${key}_ms`] = rounded(cost.msPerPicture)
    figures[`${key}_cpu_ms`] = rounded(cost.cpuMsPerPicture)
    figures[`${key}_fps`] = rounded(cost.fps)
    figures[`${key}_iou`] = rounded(quality.iou)
    figures[`${key}_iou_min`] = rounded(quality.iouMin)
    figures[`${key}_iou_pictures`] = quality.pictures
  }
  const ratios: Record<string, number> = {}
  const ours = found.get('ours')
  for (const name of ['livekit', 'livekit-square'] as const) {
    const theirs = found.get(name)
    if (!ours || !theirs) continue
    const key = name.replace('-', '_')
    ratios[`ms_to_${key}`] = rounded(ours.cost.msPerPicture / theirs.cost.msPerPicture)
    ratios[`cpu_to_${key}`] = rounded(ours.cost.cpuMsPerPicture / theirs.cost.cpuMsPerPicture)
    ratios[`iou_to_${key}`] = rounded(ours.quality.iou / theirs.quality.iou)
  }
  const environment = {
    ...loads,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }
  return { bench: 'background', table, figures, ratios, environment }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
