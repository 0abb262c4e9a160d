/**
 * What a tab keeps of the people it has met: two people press Next in a running call again and again, in one tab each, and
 * after every hundred the objects that a call needs and the heap are counted, after a collection of garbage. What was left
 * behind by a call would be there hundreds of times at the end.
 *
 * Options: `--nexts 500`. As they stand: 6 minutes.
 */
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { countObjects, type ObjectCounts } from '../e2e/support/object-counts.ts'
import { openBrowser, openProduct } from './first-frame/scene.ts'
import { printReport, type BenchReport } from './report.ts'

/** Counted for the first time after so many, when all code has run and every cache is filled. */
const WARM_UP = 50
const COUNT_EVERY = 100
/** As fast as a person may seek (90 times a minute), and no faster. */
const NEXT_MS_MIN = 700

type Count = ObjectCounts & { readonly nexts: number }

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const { values } = parseArgs({ args: [...args], options: { nexts: { type: 'string', default: '500' } } })
  const { browser, folder } = await openBrowser()
  try {
    const { pair, network, server } = await openProduct(browser, {})
    try {
      return report(await meetAgain(pair, Number(values.nexts)), browser.version())
    } finally {
      await pair.close()
      await network.close()
      await server.remove()
    }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function meetAgain(
  pair: Awaited<ReturnType<typeof openProduct>>['pair'],
  nexts: number,
): Promise<readonly Count[]> {
  const [page] = pair.pages
  if (!page) throw new Error('a pair without pages')
  const counts: Count[] = []
  await pair.enter()
  await sleep(NEXT_MS_MIN)
  for (let done = 1; done <= nexts; done++) {
    const pause = sleep(NEXT_MS_MIN)
    await pair.meet()
    await pause
    if (done === WARM_UP || done % COUNT_EVERY === 0) counts.push({ nexts: done, ...(await countObjects(page)) })
  }
  return counts
}

const MIB = 1024 * 1024

function report(counts: readonly Count[], browser: string): BenchReport {
  const [first, last] = [counts[0], counts.at(-1)]
  if (!first || !last || first === last) throw new Error('too few calls to compare anything')
  const kinds = ['connections', 'openConnections', 'tracks', 'liveTracks', 'mediaElements', 'workers'] as const
  const table = [['after Nexts', ...kinds, 'heap MiB']]
  for (const count of counts)
    table.push([String(count.nexts), ...kinds.map((kind) => String(count[kind])), (count.heapBytes / MIB).toFixed(2)])
  const figures: Record<string, number> = {
    nexts: last.nexts,
    heap_first_bytes: first.heapBytes,
    heap_last_bytes: last.heapBytes,
    heap_bytes_per_next: Math.round((last.heapBytes - first.heapBytes) / (last.nexts - first.nexts)),
  }
  for (const kind of kinds) figures[`${kind}_more_count`] = last[kind] - first[kind]
  const ratios = { heap_last_to_first: Number((last.heapBytes / first.heapBytes).toPrecision(4)) }
  return { bench: 'next-memory', table, figures, ratios, environment: { node: process.version, browser } }
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
