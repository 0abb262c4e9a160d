import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { endJobsOnSignal, ROOT, runJob, tellResult, type Job } from './jobs.ts'
import { addCounts, countReport, lastLine, type Count, type ReportKind } from './test-reports.ts'

/**
 * Runs every suite: static checks beside unit tests, then two lanes of about one length: calls and screens beside
 * messages, fuzzers and simulation. The last line is `N passed, N failed`.
 */
type Part = Job & { readonly report: string; readonly kind: ReportKind }

const REPORTS = `${ROOT}artifacts/reports`
// Chosen once and told, so that a failure can be run again: npm run fuzz -- --seed N.
const seed = process.env['VISAVIS_TEST_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31))

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
const lane = (project: string) =>
  part(
    `browser journeys: ${project}`,
    'playwright',
    `playwright-${project}`,
    ['playwright', 'test', '--config', 'e2e/playwright.config.ts', '--project', project],
    {
      PLAYWRIGHT_JSON_OUTPUT_FILE: `${REPORTS}/playwright-${project}.json`,
      PLAYWRIGHT_JSON_OUTPUT_NAME: `${REPORTS}/playwright-${project}.json`,
    },
  )
const fuzzers = part('fuzzers, short', 'entries', 'fuzz', [
  'node',
  'tools/fuzz.ts',
  '--seed',
  seed,
  '--report',
  `${REPORTS}/fuzz.json`,
])
const simulation = part('simulation, short', 'entries', 'sim', [
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
counts.push(...(await Promise.all([run(checks), run(units)])))
async function callsThenScreens(): Promise<readonly Count[]> {
  return [await run(lane('calls')), await run(lane('screens'))]
}
async function messagesThenChance(): Promise<readonly Count[]> {
  return [await run(lane('messages')), await run(fuzzers), await run(simulation)]
}
counts.push(...(await Promise.all([callsThenScreens(), messagesThenChance()])).flat())
const total = addCounts(counts)
for (const remark of total.remarks) console.log(remark)
console.log(lastLine(total))
process.exitCode = total.failed === 0 ? 0 : 1
