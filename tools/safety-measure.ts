import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createEngine } from '@visavis/safety'
import {
  atEqualRecall,
  createBaseline,
  f1Of,
  measure,
  precisionOf,
  recallOf,
  type Classifier,
  type CorpusLine,
  type Figures,
  type Part,
  type Report,
} from '@visavis/safety/measure'
import { CORPUS, corpusOf, languages, loadPack } from './safety/files.ts'

/**
 * `npm run safety:measure [-- --language en] [--part develop|lessons] [--rules] [--misses] [--alarms]`: precision, recall and F1 per flag and
 * language on the held-out part, false alarms per 1,000 ordinary messages, and a list of key words on the same lines beside.
 * `--rules` leaves out the model; `--misses` and `--alarms` print lines of the develop part, never held-out ones.
 */
const { values } = parseArgs({
  options: {
    language: { type: 'string' },
    part: { type: 'string', default: 'held-out' },
    rules: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    alarms: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const LEARNED: readonly Part[] = ['develop', 'lessons']
const asked = LEARNED.find((each) => each === values.part)
const part: Part = asked ?? (values.misses || values.alarms ? 'develop' : 'held-out')

for (const language of values.language === undefined ? languages() : [values.language]) {
  const lines = corpusOf(language, part)
  if (lines.length === 0) continue
  const engine = createEngine([loadPack(language, !values.rules)])
  const ours: Classifier = (line) =>
    engine.check({ text: line.text, direction: line.direction, context: line.context }).findings.map(({ flag }) => flag)
  if (values.misses || values.alarms) printLines(lines, ours)
  const baselineFile = `${CORPUS}${language}/baseline.txt`
  const baseline = existsSync(baselineFile)
    ? createBaseline(readFileSync(baselineFile, 'utf8'), baselineFile)
    : undefined
  print(language, measure(lines, ours), baseline && measure(lines, baseline))
  if (baseline === undefined) continue
  const equal = atEqualRecall(lines, (line) => engine.check(line).findings, baseline)
  console.log(`false alarms where both find equally much (${equal.found}): ${equal.ours} [${equal.other}]`)
}

function print(language: string, report: Report, baseline: Report | undefined): void {
  console.log(`\n${language}, ${part} part${values.rules ? ', rules alone' : ''}: a list of key words in brackets`)
  console.log(
    'flag              attacks  precision      recall         F1             evasions  false/negatives  beside',
  )
  for (const [index, figures] of report.figures.entries()) {
    if (figures.attacks === 0) continue
    const plain = baseline?.figures[index]
    const pair = (of: (each: typeof figures) => number) =>
      `${of(figures).toFixed(3)} [${plain ? of(plain).toFixed(3) : '-'}]  `
    const alarms = `${figures.falseAlarms}/${figures.negatives} [${plain?.falseAlarms ?? '-'}]`
    const evasions = `${figures.evasionsFound}/${figures.evasions}`
    console.log(
      `${figures.flag.padEnd(18)}${String(figures.attacks).padStart(7)}  ${pair(precisionOf)}${pair(recallOf)}${pair(f1Of)}` +
        `${evasions.padEnd(10)}${alarms.padEnd(17)}${figures.beside}`,
    )
  }
  const whole = (each: Report) => {
    const sum = (of: (figures: Figures) => number) => each.figures.reduce((total, figures) => total + of(figures), 0)
    const recall =
      sum(({ found }) => found) /
      Math.max(
        1,
        sum(({ attacks }) => attacks),
      )
    return `${sum(({ falseAlarms }) => falseAlarms)} false alarms at recall ${recall.toFixed(3)}`
  }
  console.log(`all flags: ${whole(report)}${baseline ? ` [${whole(baseline)}]` : ''}`)
  const rate = (each: Report) => ((each.ordinaryAlarms / Math.max(1, each.ordinary)) * 1_000).toFixed(1)
  const beside = baseline ? ` [${rate(baseline)}]` : ''
  console.log(
    `false alarms per 1,000 ordinary messages: ${rate(report)}${beside} (${report.ordinaryAlarms} of ${report.ordinary})`,
  )
}

function printLines(lines: readonly CorpusLine[], ours: Classifier): void {
  for (const line of lines) {
    if (values.only !== undefined && line.subject !== values.only) continue
    const told = ours(line)
    const missed = line.expected.filter((flag) => !told.includes(flag))
    const wrong = line.kind === 'negative' ? told : []
    if (values.misses && missed.length > 0) console.log(`missed ${missed.join()}: ${line.text}`)
    if (values.alarms && wrong.length > 0) console.log(`wrongly ${wrong.join()}: ${line.text} (${line.subject})`)
  }
}
