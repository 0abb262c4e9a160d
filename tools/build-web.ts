import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { endJobsOnSignal, ROOT, runJob } from './jobs.ts'

/** Builds the web app unless its sources are those of the last build. `--force` builds anyway. */
const STAMP = `${ROOT}node_modules/.visavis-web-build`
const INDEX = `${ROOT}apps/web/build/index.html`
const GENERATED = /(?:^|\/)paraglide(?:\/|$)/

// Named one by one: a build leaves files of its own beside them (`project.inlang/cache`), which are not its inputs.
const INPUTS = [
  'apps/web/{src,static,messages}/**/*',
  'apps/web/{package.json,tsconfig.json,*.ts,project.inlang/settings.json}',
  'packages/{wire,ports,e2ee,safety,policy}/{package.json,src/**/*}',
  'packages/safety/packs/*',
  'package-lock.json',
  'patches/*',
]

const sources = globSync(INPUTS, { cwd: ROOT, exclude: (path) => GENERATED.test(path) })
  .filter((path) => !GENERATED.test(path) && statSync(`${ROOT}${path}`).isFile())
  .toSorted()

const hash = createHash('sha256').update(process.env['VISAVIS_SAFETY_KEY'] ?? '')
for (const path of sources)
  hash
    .update(path)
    .update('\0')
    .update(readFileSync(`${ROOT}${path}`))
    .update('\0')
const wanted = hash.digest('hex')

function lastBuilt(): string | undefined {
  return existsSync(STAMP) && existsSync(INDEX) ? readFileSync(STAMP, 'utf8') : undefined
}

endJobsOnSignal()
if (process.argv.includes('--force') || lastBuilt() !== wanted) {
  console.log('building the web app ...')
  const { ok, output } = await runJob({
    name: 'build',
    command: ['npm', 'run', '--silent', 'build', '--workspace', 'apps/web'],
  })
  if (ok && existsSync(INDEX)) {
    mkdirSync(dirname(STAMP), { recursive: true })
    writeFileSync(STAMP, wanted)
  } else {
    console.error(output)
    console.error('The web app could not be built; the message is above.')
    process.exitCode = 1
  }
}
