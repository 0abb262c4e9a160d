/**
 * What looking at a message costs: the packs that browsers get, in a page of Chromium whose processor is throttled to a quarter,
 * beside a list of key words (`baseline.txt`) on the same messages in the same run. `npm run bench -- safety`.
 *
 * Messages are lines of the develop part, so many of each language, and of each language one of 16 KiB, the longest the product
 * sends. The engine works in a worker; where the throttle does not reach workers the same work is done on the throttled page's
 * thread, which `slowdown_*` tells: what is slow there would be as slow in a worker of a slow phone.
 *
 * `pack_load_ms` is everything from the text of a pack to an engine; sizes are of the whole pack, rules and model, as delivered.
 * Options: `--messages 600` of each language, `--rate 4`.
 */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { CORPUS, corpusOf, languages, packData } from '../tools/safety/files.ts'
import { printReport, type BenchReport } from './report.ts'
import { measureInChromium, type Measured } from './safety/browser.ts'
import type { Load, Timed } from './safety/workload.ts'

const LONGEST_CHARS = 16_384
const MESSAGE_MS_MAX = 4
const LOAD_MS_MAX = 150
const PACK_BYTES_MAX = 300_000

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: { messages: { type: 'string', default: '600' }, rate: { type: 'string', default: '4' } },
  })
  const loads = languages().map((language) => loadOf(language, Number(values.messages)))
  const measured = await measureInChromium(loads, Number(values.rate))
  return report(loads, measured, Number(values.rate))
}

/** Lines from everywhere in the corpus, and one message of the greatest length made of them. */
function loadOf(language: string, count: number): Load {
  const lines = corpusOf(language, 'develop').map(({ text }) => text)
  const step = Math.max(1, Math.floor(lines.length / count))
  const messages = lines.filter((_, at) => at % step === 0).slice(0, count)
  const longest = messages.join(' ').repeat(20).slice(0, LONGEST_CHARS)
  const pack = JSON.stringify(packData(language))
  return {
    language,
    pack,
    baseline: readFileSync(`${CORPUS}${language}/baseline.txt`, 'utf8'),
    messages: [...messages, longest],
  }
}

function report(loads: readonly Load[], { version, slowdown, free, throttled }: Measured, rate: number): BenchReport {
  const table = [
    [
      'language',
      'messages',
      'p50 ms',
      'p99 ms',
      '16 KiB ms',
      `p99 ms at 1/${rate}`,
      `load ms at 1/${rate}`,
      'load ms',
      'brotli',
      'gzip',
    ],
  ]
  const figures: Record<string, number> = {}
  const suffix = `throttled${rate}x`
  for (const [at, { language, pack }] of loads.entries()) {
    const [quick, slow] = [free[at], throttled[at]]
    if (!quick || !slow) continue
    const sizes = [brotliCompressSync(pack).length, gzipSync(pack, { level: 9 }).length]
    const ordinary = quick.perMessageMs.slice(0, -1)
    const cells = [percentile(ordinary, 0.5), percentile(ordinary, 0.99), quick.perMessageMs.at(-1) ?? 0, p99Of(slow)]
    const loadsMs = [percentile(slow.loadMs, 0.5), percentile(quick.loadMs, 0.5)]
    table.push([
      language,
      String(ordinary.length),
      ...[...cells, ...loadsMs].map((each) => each.toFixed(2)),
      ...sizes.map(String),
    ])
    figures[`${language}_p99_ms_${suffix}`] = rounded(p99Of(slow))
    figures[`${language}_longest_ms_${suffix}`] = rounded(slow.perMessageMs.at(-1) ?? 0)
    figures[`${language}_pack_load_ms_${suffix}`] = rounded(loadsMs[0] ?? 0)
    figures[`${language}_pack_load_ms`] = rounded(loadsMs[1] ?? 0)
    figures[`${language}_pack_brotli_bytes`] = sizes[0] ?? 0
    figures[`${language}_pack_gzip_bytes`] = sizes[1] ?? 0
  }
  const worst = (name: string) => Math.max(...loads.map(({ language }) => figures[`${language}_${name}`] ?? 0))
  for (const name of [
    `p99_ms_${suffix}`,
    `longest_ms_${suffix}`,
    `pack_load_ms_${suffix}`,
    'pack_load_ms',
    'pack_brotli_bytes',
    'pack_gzip_bytes',
  ])
    figures[name] = worst(name)
  figures[`key_words_p99_ms_${suffix}`] = rounded(
    percentile(
      throttled.flatMap(({ baselineMs }) => baselineMs.slice(0, -1)),
      0.99,
    ),
  )
  figures['slowdown_page_x'] = rounded(slowdown.page)
  figures['slowdown_worker_x'] = rounded(slowdown.worker)
  const p99 = figures[`p99_ms_${suffix}`] ?? 0
  const ratios = {
    p99_to_bar: rounded(p99 / MESSAGE_MS_MAX),
    pack_load_to_bar: rounded((figures['pack_load_ms'] ?? 0) / LOAD_MS_MAX),
    pack_size_to_bar: rounded((figures['pack_brotli_bytes'] ?? 0) / PACK_BYTES_MAX),
    p99_to_key_words: rounded(p99 / Math.max(0.005, figures[`key_words_p99_ms_${suffix}`] ?? 0)),
  }
  const environment = {
    node: process.version,
    chromium: version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }
  return { bench: 'safety', table, figures, ratios, environment }
}

const p99Of = ({ perMessageMs }: Timed): number => percentile(perMessageMs.slice(0, -1), 0.99)

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
