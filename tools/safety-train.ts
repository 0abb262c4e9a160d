import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import {
  chooseLimits,
  learn,
  modelOf,
  precisionOf,
  prepare,
  recallOf,
  SETTINGS,
  validate,
  type CorpusLine,
  type Report,
  type Settings,
  type Validation,
} from '@visavis/safety/measure'
import { languages, PACKS, taught } from './safety/files.ts'

/**
 * `npm run safety:train [-- en] [--folds 5] [--dry] [--curve] [--alone]`: learns the model of each language from the develop part and
 * lessons and writes `packs/<language>.model.json`. Before, it tells what cross-validation says of it: each line of develop judged by
 * what was learned without it and its near-duplicates, at limits chosen without its fold. `--curve` also from a quarter and half
 * of the lines; `--dry` writes nothing; `--alone` leaves out the other languages; `--misses` and `--alarms`, perhaps
 * `--only money`, print the lines that come out wrong; `--set '{"cost":2}'` tries other settings.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folds: { type: 'string', default: '5' },
    dry: { type: 'boolean', default: false },
    curve: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    alarms: { type: 'boolean', default: false },
    only: { type: 'string' },
    set: { type: 'string', default: '{}' },
  },
})
/** Where so many as elsewhere would make the pack larger than 300 KB compressed: English has the most rules. */
const ROWS: Readonly<Record<string, number>> = { en: 34_000 }
const tried = JSON.parse(values.set) as Partial<Settings>
const folds = Number(values.folds)

for (const language of positionals.length > 0 ? positionals : languages()) {
  const settings: Settings = { ...SETTINGS, rows: ROWS[language] ?? SETTINGS.rows, ...tried }
  const own = taught(language)
  const others = values.alone
    ? []
    : languages()
        .filter((each) => each !== language)
        .map(taught)
  const started = performance.now()
  const prepared = prepare(own, { settings, folds, others })
  console.log(`\n${language}: ${own.lines.length} lines, ${prepared.material.columns.buckets.length} features`)
  if (values.curve)
    for (const share of [0.25, 0.5]) print(`${share * 100} % of the lines`, validate(prepared, share).report)
  const validation = validate(prepared)
  const { report, outcomes } = validation
  printLines(own.lines, validation)
  print(`${folds}-fold cross-validation`, report)
  if (!values.dry) {
    const model = modelOf(
      prepared,
      learn(prepared.material, settings, () => true),
      chooseLimits(outcomes),
      own.classWords ?? {},
    )
    const text = `${JSON.stringify(model)}\n`
    writeFileSync(`${PACKS}${language}.model.json`, text)
    console.log(`written: ${text.length} bytes, ${brotliCompressSync(text).length} compressed`)
  }
  console.log(`${((performance.now() - started) / 1_000).toFixed(0)} s`)
}

function printLines(lines: readonly CorpusLine[], { outcomes, told }: Validation): void {
  for (const [flag, list] of outcomes) {
    if (values.only !== undefined && values.only !== flag) continue
    for (const outcome of list) {
      const { text, subject } = lines[outcome.line] ?? {}
      if (values.misses && outcome.kind === 'wanted' && !told.has(outcome)) console.log(`missed ${flag}: ${text}`)
      if (values.alarms && outcome.kind === 'unwanted' && told.has(outcome))
        console.log(`wrongly ${flag}: ${text} (${subject})`)
    }
  }
}

function print(title: string, { figures, ordinary, ordinaryAlarms }: Report): void {
  console.log(`${title}: precision, recall, false alarms; beside`)
  for (const each of figures) {
    const shares = `${precisionOf(each).toFixed(3)}  ${recallOf(each).toFixed(3)}`
    console.log(
      `  ${each.flag.padEnd(18)}${String(each.attacks).padStart(5)}  ${shares}  ${each.falseAlarms}/${each.negatives}  ${each.beside}`,
    )
  }
  const sum = (of: (each: Report['figures'][number]) => number) => figures.reduce((total, each) => total + of(each), 0)
  const recall =
    sum(({ found }) => found) /
    Math.max(
      1,
      sum(({ attacks }) => attacks),
    )
  const perThousand = (1_000 * ordinaryAlarms) / Math.max(1, ordinary)
  console.log(
    `  all: recall ${recall.toFixed(3)}, ${sum(({ falseAlarms }) => falseAlarms)} false alarms; ` +
      `ordinary: ${perThousand.toFixed(1)} per 1,000 (${ordinaryAlarms} of ${ordinary})`,
  )
}
