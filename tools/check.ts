import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { endJobsOnSignal, ROOT, runJobs, tellResult, type Job } from './jobs.ts'

/**
 * Everything that can be known without running the product. `npm run check [-- --only NAME] [--report FILE]`:
 * the report is JSON for `./test`, one entry per check.
 */
const { values } = parseArgs({ options: { only: { type: 'string' }, report: { type: 'string' } } })

const CHECKS_TOGETHER = 2

// The native compiler is several times faster; svelte-check needs the other one and brings it itself.
function typeJobs(): readonly Job[] {
  const configs = globSync(['tsconfig.json', '{packages,apps}/*/tsconfig*.json', '{bench,e2e}/tsconfig.json'], {
    cwd: ROOT,
  })
  return configs
    .filter((config) => !config.startsWith('apps/web/'))
    .toSorted()
    .map((config) => ({
      name: `types ${config}`,
      command: ['node', 'node_modules/ts7/bin/tsc', '--noEmit', '-p', config],
    }))
}

function jobs(): readonly Job[] {
  const svelteApps = ['apps/web', 'apps/console'].filter((app) => existsSync(`${ROOT}${app}/package.json`))
  return [
    { name: 'format', command: ['oxfmt', '--check', '.'] },
    { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
    { name: 'tidy', command: ['node', 'tools/tidy/main.ts'] },
    { name: 'documents', command: ['node', 'tools/documents.ts'] },
    ...svelteApps.map((app): Job => ({
      name: `svelte ${app}`,
      command: ['npm', 'run', '--silent', 'check', '--workspace', app],
    })),
    ...typeJobs(),
    { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
  ]
}

endJobsOnSignal()
const chosen = jobs().filter(({ name }) => values.only === undefined || name.startsWith(values.only))
const results = await runJobs(chosen, CHECKS_TOGETHER, tellResult)
if (values.report !== undefined) {
  mkdirSync(dirname(values.report), { recursive: true })
  writeFileSync(values.report, JSON.stringify(results.map(({ name, ok }) => ({ name, ok }))))
}
const failed = results.filter(({ ok }) => !ok).length
console.log(failed === 0 ? `check: ${results.length} in order` : `check: ${failed} of ${results.length} failed`)
process.exitCode = failed === 0 && results.length > 0 ? 0 : 1
