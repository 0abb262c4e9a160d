/**
 * What is left of a call on a rough network: sound, motion, size. Two browsers, the product's own media path and its
 * embedded relay; between them a link that loses, delays and narrows (rough-network/link.ts), alike in both directions.
 *
 * Each cell is two people who know nothing of the network, and two calls of theirs, one after the other. The first seconds
 * of both are told apart: the first call begins with the bitrate of a good network, the next one with what the first found.
 * Figures are the worse one of the two people's.
 *
 * Options: `--seconds 10` measured per cell after `--start 5`, `--cells 0:20:5000,5:100:1000` as loss in percent, one-way
 * delay in ms, and kbit/s.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { RelayLease } from '@visavis/wire'
import { createSpliceRelay } from '../apps/server/src/relay/index.ts'
import { createMediaPages, type MediaPages, type Person } from '../e2e/support/media-page.ts'
import { ownAddress } from '../e2e/support/network.ts'
import { wallClock } from '../e2e/support/wall-clock.ts'
import { writeMovingPicture } from './first-frame/camera.ts'
import { SILENT_LOG } from './relay-media/outside.ts'
import { printReport, type BenchReport } from './report.ts'
import { openLink, type Link, type Roughness } from './rough-network/link.ts'
import { watchFor, type Sight } from './rough-network/watch.ts'

const CELLS =
  '0:20:5000,5:20:5000,20:20:5000,0:100:5000,0:300:5000,0:20:1000,0:20:256,5:100:1000,5:100:256,20:300:1000,20:300:256'
const CONNECT_MS_MAX = 20_000

type Pair = readonly [Person, Person]
type Cell = {
  readonly roughness: Roughness
  readonly start: Sight
  readonly settled: Sight
  readonly next: Sight
  readonly told: string
}
type Scene = {
  readonly pages: MediaPages
  readonly link: Link
  meet(people: Pair): Promise<void>
  close(): Promise<void>
}

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '10' },
      start: { type: 'string', default: '5' },
      cells: { type: 'string', default: CELLS },
    },
  })
  const scene = await openScene()
  try {
    const cells: Cell[] = []
    for (const text of values.cells.split(','))
      cells.push(await measure(scene, roughnessOf(text), Number(values.start) * 1_000, Number(values.seconds) * 1_000))
    return report(cells, { seconds: Number(values.seconds), start: Number(values.start) })
  } finally {
    await scene.close()
  }
}

async function openScene(): Promise<Scene> {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-bench-'))
  const camera = path.join(folder, 'camera.y4m')
  writeMovingPicture(camera)
  const address = ownAddress()
  const pages = await createMediaPages([`--use-file-for-fake-video-capture=${camera}`])
  const base = {
    bindAddress: address,
    announceAddress: address,
    secret: randomBytes(32),
    clock: wallClock,
    log: SILENT_LOG,
  }
  // The link needs the relay's port, and the relay announces the link's: bound first, announced settled.
  const first = await createSpliceRelay({ ...base, port: 0 })
  const relayPort = first.port()
  await first.close()
  const link = await openLink({ address, relayPort, chance: seededChance() })
  const relay = await createSpliceRelay({ ...base, port: relayPort, announcePort: link.port })

  async function meet(people: Pair): Promise<void> {
    const legs = people.map(() => relay.lease(randomUUID(), 1))
    const [one, other] = legs.map((leg) => leg.legId) as [string, string]
    const opened = await Promise.all(
      people.map((person, at) => person.open({ lease: { kind: 'splice', ...legs[at] } as RelayLease, mode: 'video' })),
    )
    for (const { code } of opened) if (code) throw new Error(`no way to the relay: ${code}`)
    relay.splice(one, other)
    await Promise.all(
      people.map(async (person, at) => {
        await person.connect(opened[1 - at]?.fingerprint ?? [], at === 0 ? 'active' : 'passive')
        relay.open(at === 0 ? one : other)
      }),
    )
    await Promise.all(people.map((person) => connected(person)))
    await Promise.all(people.map((person) => person.call('allow')))
  }

  async function close(): Promise<void> {
    await pages.close()
    await relay.close()
    await link.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { pages, link, meet, close }
}

/** Numbers from [0, 1), the same ones in each run (mulberry32). */
function seededChance(): () => number {
  let state = 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

async function connected(person: Person): Promise<void> {
  const giveUpMs = Date.now() + CONNECT_MS_MAX
  while ((await person.facts()).states.at(-1) !== 'connected') {
    if (Date.now() > giveUpMs) throw new Error('not connected')
    await new Promise((resolve) => void setTimeout(resolve, 50))
  }
}

async function measure(scene: Scene, roughness: Roughness, startMs: number, measureMs: number): Promise<Cell> {
  const { pages, link, meet } = scene
  const people: Pair = [await pages.person(), await pages.person()]
  const see = async (ms: number) => worse(await Promise.all(people.map((person) => watchFor(person, ms))))
  try {
    link.shape(roughness)
    await meet(people)
    const start = await see(startMs)
    const settled = await see(measureMs)
    const told = await Promise.all(people.map(async (person) => (await person.facts()).qualities.at(-1) ?? 'unknown'))
    await meet(people)
    return { roughness, start, settled, told: told.join(' / '), next: await see(startMs) }
  } finally {
    for (const { page } of people) await page.context().close()
  }
}

function worse([a, b]: readonly Sight[]): Sight {
  if (!a || !b) throw new Error('two people')
  return {
    concealed: Math.max(a.concealed, b.concealed),
    longestGapMs: Math.max(a.longestGapMs, b.longestGapMs),
    fps: Math.min(a.fps, b.fps),
    frozen: Math.max(a.frozen, b.frozen),
    videoKbps: Math.min(a.videoKbps, b.videoKbps),
    width: Math.min(a.width, b.width),
    height: Math.min(a.height, b.height),
  }
}

function roughnessOf(text: string): Roughness {
  const [percent = 0, delayMs = 0, kbps = Number.POSITIVE_INFINITY] = text.split(':').map(Number)
  return { loss: percent / 100, delayMs, kbps }
}

const HEADER =
  'loss|one-way delay|kbit/s|sound made up: first seconds|longest gap|of the next call|then|longest gap|fps|frozen|video kbit/s|picture|told'

function report(cells: readonly Cell[], environment: Record<string, number>): BenchReport {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const figures: Record<string, number> = {}
  const table = [HEADER.split('|')]
  for (const { roughness, start, next, settled, told } of cells) {
    const { loss, delayMs, kbps } = roughness
    table.push([
      percent(loss),
      `${delayMs} ms`,
      String(kbps),
      percent(start.concealed),
      `${start.longestGapMs.toFixed(0)} ms`,
      percent(next.concealed),
      percent(settled.concealed),
      `${settled.longestGapMs.toFixed(0)} ms`,
      settled.fps.toFixed(1),
      percent(settled.frozen),
      settled.videoKbps.toFixed(0),
      `${settled.width}x${settled.height}`,
      told,
    ])
    const name = `loss${loss * 100}_delay${delayMs}_kbps${kbps}`
    figures[`${name}_first_concealed_share`] = rounded(start.concealed)
    figures[`${name}_next_concealed_share`] = rounded(next.concealed)
    figures[`${name}_concealed_share`] = rounded(settled.concealed)
    figures[`${name}_gap_ms`] = rounded(settled.longestGapMs)
    figures[`${name}_fps`] = rounded(settled.fps)
    figures[`${name}_frozen_share`] = rounded(settled.frozen)
    figures[`${name}_video_kbps`] = rounded(settled.videoKbps)
  }
  const ratios: Record<string, number> = {}
  const [clean] = cells
  if (clean)
    ratios['worst_fps_to_first_cell'] = rounded(
      Math.min(...cells.map(({ settled }) => settled.fps)) / clean.settled.fps,
    )
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() }
  return { bench: 'rough-network', table, figures, ratios, environment: { ...environment, ...machine } }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
