import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { printReport, type BenchReport } from './report.ts'

/** `npm run bench -- NAME [options]`: runs bench/NAME.ts and prints what it found. Without a name it lists the names. */
type Bench = { run?(options: readonly string[]): Promise<BenchReport> }

const NOT_A_BENCH = new Set(['run.ts', 'report.ts'])
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_A_BENCH.has(file))
  .map((file) => file.slice(0, -3))
  .toSorted()

const [name, ...options] = process.argv.slice(2)
if (name === undefined) {
  console.log(`Usage: npm run bench -- NAME [options]\n\n${names.map((each) => `  ${each}`).join('\n')}`)
} else if (names.includes(name)) {
  const bench = (await import(pathToFileURL(path.join(import.meta.dirname, `${name}.ts`)).href)) as Bench
  if (!bench.run) throw new Error(`bench/${name}.ts has no run()`)
  printReport(await bench.run(options))
} else {
  console.error(`There is no benchmark "${name}". There are: ${names.join(', ')}.`)
  process.exitCode = 1
}
