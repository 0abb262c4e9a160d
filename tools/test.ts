import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { endJobsOnSignal, ROOT, runJob, tellResult, type Job } from './jobs.ts'
import { addCounts, countReport, lastLine, type Count, type ReportKind } from './test-reports.ts'

/**
 * Runs every suite: static checks beside unit tests, then the browser tests, whose config says what runs beside what, and
 * beside them fuzzers and simulation. These keep no time, so they are nice: they live on what browsers that wait for each
 * other leave of the machine. The last line is `N passed, N failed`.
 */
type Part = Job & { readonly report: string; readonly kind: ReportKind }

const REPORTS = `${ROOT}artifacts/reports`
// Chosen once and told, so that a failure can be run again: npm run fuzz -- --seed N.
const seed = process.env['VISAVIS_TEST_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31))

const NICE = ['nice', '-n', '15'] as const

function part(name: string, kind: ReportKind, file: string, command: Part['command'], env?: Part['env']): Part {
  return { name, kind, report: `${REPORTS}/${file}.json`, command, ...(env && { env }) }
}

const checks = part('static checks', 'entries', 'check', [
  'node',
  'tools/check.ts',
  '--report',
  `${REPORTS}/check.json`,
])
const units = part('unit, contract and property tests', 'vitest', 'vitest', [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${REPORTS}/vitest.json`,
])
const journeys = part(
  'browser journeys',
  'playwright',
  'playwright',
  ['playwright', 'test', '--config', 'e2e/playwright.config.ts'],
  {
    PLAYWRIGHT_JSON_OUTPUT_FILE: `${REPORTS}/playwright.json`,
    PLAYWRIGHT_JSON_OUTPUT_NAME: `${REPORTS}/playwright.json`,
  },
)
const fuzzers = part('fuzzers, short', 'entries', 'fuzz', [
  ...NICE,
  'node',
  'tools/fuzz.ts',
  '--seed',
  seed,
  '--report',
  `${REPORTS}/fuzz.json`,
])
const simulation = part('simulation, short', 'entries', 'sim', [
  ...NICE,
  'node',
  'tools/sim.ts',
  '--seed',
  seed,
  '--report',
  `${REPORTS}/sim.json`,
])

function readReport(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

async function run({ report, kind, ...job }: Part): Promise<Count> {
  console.log(`     ${job.name} ...`)
  const result = await runJob(job)
  const count = countReport(job.name, kind, readReport(report), result.ok)
  // Before the whole output: what failed is what people look for, and logs are cut at their end.
  for (const remark of count.remarks) if (!remark.startsWith('skipped')) console.log(remark)
  tellResult(result)
  console.log(`     ${job.name}: ${lastLine(count)}, ${count.skipped} skipped`)
  return count
}

async function buildWeb(): Promise<Count> {
  const result = await runJob({ name: 'web app build', command: ['node', 'tools/build-web.ts'] })
  tellResult(result)
  return {
    passed: Number(result.ok),
    failed: Number(!result.ok),
    skipped: 0,
    remarks: result.ok ? [] : ['failed: web app build'],
  }
}

endJobsOnSignal()
rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
console.log(`seed ${seed}`)
const counts: Count[] = []
// First the build: it also makes the generated modules that checks and tests of the web app read.
counts.push(await buildWeb())
async function inTurn(...parts: readonly Part[]): Promise<void> {
  for (const each of parts) counts.push(await run(each))
}
// The checks make the generated modules of the web app anew, which the browser tests build from: they do not meet.
await Promise.all([inTurn(checks), inTurn(units)])
await Promise.all([inTurn(journeys), inTurn(fuzzers, simulation)])
const total = addCounts(counts)
for (const remark of total.remarks) console.log(remark)
console.log(lastLine(total))
process.exitCode = total.failed === 0 ? 0 : 1
