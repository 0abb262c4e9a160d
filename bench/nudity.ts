/**
 * How often the nudity check is right, and what a picture costs it: the model and the engine that browsers get, in Node, on the
 * thread that asks. `npm run bench -- nudity` draws pictures of its own; `--pictures FOLDER` also judges what is in a folder
 * whose pictures show no nudity, `--nude FOLDER` one whose pictures do. They are made small with ImageMagick's `convert`.
 *
 * A share of pictures of the kind that is covered when it should not be: `covered`, or should be and is not: `missed`. One
 * picture each, which is harsher than the app: there two of three pictures must agree.
 */
import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readNudityModel } from '../apps/web/nudity-model.ts'
import { openClassifier, type Classifier } from '../apps/web/src/lib/nudity/classifier.ts'
import { LIKELY_MIN, shareOf } from '../apps/web/src/lib/nudity/judgement.ts'
import { SIDE } from '../apps/web/src/lib/nudity/model-file.ts'
import { skinAt } from '../apps/web/tests/skin-shapes.ts'
import { createFigure, LOUD_ROOM, SOFT_ROOM } from '../e2e/support/figure.ts'
import { printReport, type BenchReport } from './report.ts'

type Rgba = Uint8ClampedArray
type Kind = { readonly name: string; readonly isNude: boolean; readonly pictures: readonly Rgba[] }
const DRAWINGS = 60
const ROUNDS = 20

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: { pictures: { type: 'string', multiple: true }, nude: { type: 'string', multiple: true } },
  })
  const kinds = [
    { name: 'drawn people', isNude: false, pictures: people() },
    { name: 'shapes in colours of skin, by chance', isNude: false, pictures: chanceShapes() },
    { name: 'shapes taken for nudity, moved and lit anew', isNude: true, pictures: skinShapes() },
    ...(values.pictures ?? []).map((folder) => folderOf(folder, false)),
    ...(values.nude ?? []).map((folder) => folderOf(folder, true)),
  ]
  const classifier = await open()
  const table = [['pictures', 'number', 'usual', 'strict']]
  const figures: Record<string, number> = {}
  for (const { name, isNude, pictures } of kinds) {
    const judged = pictures.map((picture) => classifier.classify(picture))
    const shares = (['usual', 'strict'] as const).map((setting) => {
      const covered = judged.filter((scores) => shareOf(scores, setting) >= LIKELY_MIN[setting]).length
      const wrong = (isNude ? judged.length - covered : covered) / judged.length
      figures[`${name.replaceAll(/\W+/g, '_')}_${isNude ? 'missed' : 'covered'}_${setting}_share`] = rounded(wrong)
      return `${isNude ? 'missed' : 'covered'} ${(100 * wrong).toFixed(1)} %`
    })
    table.push([name, String(judged.length), ...shares])
  }
  figures['cpu_per_picture_ms'] = rounded(cpuPerPicture(classifier))
  table.push(['CPU per picture', '', `${figures['cpu_per_picture_ms']} ms`, ''])
  const environment = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' }
  return { bench: 'nudity', table, figures, ratios: {}, environment }
}

async function open(): Promise<Classifier> {
  const resolve = createRequire(import.meta.resolve('../apps/web/nudity-model.ts')).resolve
  const folder = path.dirname(resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))
  return openClassifier(readNudityModel().buffer, {
    simd: path.join(folder, 'tfjs-backend-wasm-simd.wasm'),
    plain: path.join(folder, 'tfjs-backend-wasm.wasm'),
  })
}

function draw(at: (x: number, y: number) => readonly number[]): Rgba {
  const rgba = new Uint8ClampedArray(SIDE * SIDE * 4)
  for (let point = 0; point < SIDE * SIDE; point++)
    rgba.set([...at(((point % SIDE) + 0.5) / SIDE, (Math.floor(point / SIDE) + 0.5) / SIDE), 255], 4 * point)
  return rgba
}

function people(): Rgba[] {
  return Array.from({ length: DRAWINGS }, (_, index) => {
    const figure = createFigure(index % 3 === 0 ? 9 / 16 : 4 / 3, index % 2 === 0 ? LOUD_ROOM : SOFT_ROOM)
    const light = 0.5 + index / DRAWINGS
    return draw((x, y) => {
      const { r, g, b } = figure.at(x, y, index / DRAWINGS)
      return [r * light, g * light, b * light]
    })
  })
}

/** The same chance in every run (Numerical Recipes' linear congruence: enough for pictures). */
function createChance(seed: number): (from: number, to: number) => number {
  let state = seed
  return (from, to) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return from + (to - from) * (state / 2 ** 32)
  }
}

/** Five soft ellipses each, anywhere: nothing in them is a body, and all of them look like one a little. */
function chanceShapes(): Rgba[] {
  const between = createChance(15)
  return Array.from({ length: DRAWINGS }, () => {
    const ground = [between(60, 210), between(60, 200), between(60, 200)]
    const shapes = Array.from({ length: 5 }, () => ({
      x: between(0.1, 0.9),
      y: between(0.1, 0.9),
      across: between(0.05, 0.35),
      along: between(0.05, 0.45),
      light: between(0.7, 1.2),
    }))
    return draw((x, y) => {
      let colour = ground
      for (const { across, along, light, ...place } of shapes) {
        const far = Math.hypot((x - place.x) / across, (y - place.y) / along)
        const share = 1 / (1 + Math.exp((far - 1) * 30))
        const shade = light * (1 - 0.25 * far * far)
        const skin = [225 * shade, 165 * shade, 135 * shade]
        colour = colour.map((value, channel) => value * (1 - share) + Math.max(0, skin[channel] ?? 0) * share)
      }
      return colour
    })
  })
}

function skinShapes(): Rgba[] {
  const between = createChance(16)
  return Array.from({ length: DRAWINGS }, () => {
    const [right, down, size, light] = [
      between(-0.15, 0.15),
      between(-0.15, 0.15),
      between(0.7, 1.4),
      between(0.5, 1.2),
    ]
    return draw((x, y) =>
      skinAt(0.5 + (x - 0.5) * size + right, 0.5 + (y - 0.5) * size + down).map((value) => value * light),
    )
  })
}

function folderOf(folder: string, isNude: boolean): Kind {
  const files = globSync('**/*.{jpg,jpeg,png,webp}', { cwd: folder }).toSorted()
  const pictures = files.flatMap((file) => {
    try {
      return [small(path.join(folder, file))]
    } catch {
      return []
    }
  })
  return { name: path.basename(folder), isNude, pictures }
}

function small(file: string): Rgba {
  const to = ['-background', 'gray', '-alpha', 'remove', '-resize', `${SIDE}x${SIDE}!`, '-depth', '8', 'rgba:-']
  const bytes = execFileSync('convert', [`${file}[0]`, ...to], { stdio: ['ignore', 'pipe', 'ignore'] })
  if (bytes.length !== SIDE * SIDE * 4) throw new Error('not a picture')
  return new Uint8ClampedArray(bytes)
}

/** Processor time, all threads, in milliseconds. */
function cpuPerPicture(classifier: Classifier): number {
  const [picture] = skinShapes()
  if (!picture) throw new Error('no picture')
  const before = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round++) classifier.classify(picture)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / ROUNDS
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
