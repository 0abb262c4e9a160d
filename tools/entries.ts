import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './jobs.ts'

/**
 * Finds and runs entries that packages offer: files of a folder that export a function of an agreed name. Used by
 * `fuzz.ts` and `sim.ts`. An entry fails by throwing; the seed is in the line that tells so.
 */
export type EntryPlan = {
  readonly word: string
  readonly globs: readonly string[]
  /** Name of the exported function. */
  readonly entry: string
  /** Name of the option that says how much to do, and its default. */
  readonly amount: { readonly option: 'runs' | 'steps'; readonly fallback: number }
}

type Options = { readonly seed: number; readonly runs?: number; readonly steps?: number }

export async function runEntries(plan: EntryPlan): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      [plan.amount.option]: { type: 'string' },
      only: { type: 'string' },
      report: { type: 'string' },
    },
  })
  const seed = wholeNumber('seed', values['seed'] ?? String(Math.floor(Math.random() * 2 ** 31)))
  const amount = wholeNumber(plan.amount.option, values[plan.amount.option] ?? String(plan.amount.fallback))
  const only = values['only']
  const found: { name: string; ok: boolean }[] = []
  const paths = globSync([...plan.globs], { cwd: ROOT }).toSorted()
  for (const path of paths
    .filter((each) => !each.endsWith('.test.ts'))
    .filter((each) => typeof only !== 'string' || each.includes(only))) {
    const module = (await import(`${ROOT}${path}`)) as Record<string, unknown>
    const run = module[plan.entry]
    if (typeof run !== 'function') continue
    const name = `${path} seed ${seed} ${plan.amount.option} ${amount}`
    found.push({ name, ok: await survives(name, () => run({ seed, [plan.amount.option]: amount } satisfies Options)) })
  }
  if (found.length === 0)
    console.log(`${plan.word}: there is no entry (looked for ${plan.globs.join(', ')} exporting ${plan.entry})`)
  if (typeof values['report'] === 'string') {
    mkdirSync(dirname(values['report']), { recursive: true })
    writeFileSync(values['report'], JSON.stringify(found))
  }
  process.exitCode = found.length > 0 && found.every(({ ok }) => ok) ? 0 : 1
}

async function survives(name: string, run: () => unknown): Promise<boolean> {
  const startedMs = performance.now()
  try {
    await run()
    console.log(`ok   ${name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`)
    return true
  } catch (error) {
    console.log(`FAIL ${name}`)
    console.log(error)
    return false
  }
}

function wholeNumber(name: string, text: unknown): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not ${String(text)}`)
  return value
}
