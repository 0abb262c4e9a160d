/** Reads what the runners report and adds it up. Pure; `test.ts` runs them. */
export type Count = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** For people: what failed or was left out. */
  readonly remarks: readonly string[]
}

export type ReportKind = 'vitest' | 'playwright' | 'entries'

const NOTHING: Count = { passed: 0, failed: 0, skipped: 0, remarks: [] }

/**
 * Counts of one part. A report that is missing, unreadable or at odds with how its runner ended counts as one failure:
 * silence is never success.
 */
export function countReport(part: string, kind: ReportKind, text: string | undefined, ok: boolean): Count {
  const count = text === undefined ? undefined : readReport(kind, text)
  if (!count) return { ...NOTHING, failed: 1, remarks: [`${part}: no report`] }
  if (!ok && count.failed === 0) {
    return { ...count, failed: 1, remarks: [...count.remarks, `${part}: failed without naming a test`] }
  }
  if (count.passed + count.failed === 0) {
    return { ...count, failed: 1, remarks: [...count.remarks, `${part}: ran no test at all`] }
  }
  return count
}

export function addCounts(counts: readonly Count[]): Count {
  return counts.reduce(
    (sum, count) => ({
      passed: sum.passed + count.passed,
      failed: sum.failed + count.failed,
      skipped: sum.skipped + count.skipped,
      remarks: [...sum.remarks, ...count.remarks],
    }),
    NOTHING,
  )
}

/** The last line of `./test`. */
export function lastLine({ passed, failed }: Count): string {
  return `${passed} passed, ${failed} failed`
}

function readReport(kind: ReportKind, text: string): Count | undefined {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    return undefined
  }
  if (kind === 'vitest') return countVitest(report as VitestReport)
  return kind === 'playwright' ? countPlaywright(report as PlaywrightReport) : countEntries(report as Entry[])
}

type VitestReport = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests?: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

function countVitest(report: VitestReport): Count | undefined {
  if (report.testResults === undefined) return undefined
  // A file that does not even load has no tests in the figures.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  )
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const skipped = tests.filter(({ status }) => status === 'skipped' || status === 'pending')
  const failed = tests.filter(({ status }) => status === 'failed')
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    remarks: [
      ...broken.map(({ name }) => `failed: ${name} does not run`),
      ...failed.map(({ fullName, failureMessages }) => failedRemark(fullName, failureMessages?.[0])),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ],
  }
}

function failedRemark(title: string, message: string | undefined): string {
  return `failed: ${title}${message === undefined ? '' : ` - ${firstLines(message)}`}`
}

const ERROR_LINES = 4
const COLOURS = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, 'g')

/** What says most of an error in little room. */
function firstLines(message: string): string {
  const lines = message.replaceAll(COLOURS, '').split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, ERROR_LINES)
    .join(' | ')
}

type PlaywrightSuite = {
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs?: readonly {
    readonly title: string
    readonly tests: readonly {
      readonly status: string
      readonly annotations: readonly { type: string; description?: string }[]
      readonly results?: readonly { readonly errors?: readonly { readonly message?: string }[] }[]
    }[]
  }[]
}

type PlaywrightReport = {
  readonly stats: {
    readonly expected: number
    readonly unexpected: number
    readonly flaky: number
    readonly skipped: number
  }
  readonly errors: readonly unknown[]
  readonly suites: readonly PlaywrightSuite[]
}

// A browser test that failed is run once more, because media on a busy machine is not ours to command; one that needed
// it counts as passed and is named, so that it is looked into.
function countPlaywright({ stats, errors, suites }: PlaywrightReport): Count | undefined {
  if (stats === undefined || errors === undefined) return undefined
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    remarks: (suites ?? []).flatMap(remarksOf),
  }
}

function remarksOf(suite: PlaywrightSuite): readonly string[] {
  const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
    tests.flatMap(({ status, annotations, results }) => {
      if (status === 'skipped') {
        const reason = annotations.find(({ type }) => type === 'skip')?.description
        return [`skipped: ${title}${reason === undefined ? '' : ` (${reason})`}`]
      }
      const errors = (results ?? []).flatMap((result) => result.errors ?? [])
      if (status === 'unexpected') return [failedRemark(title, errors[0]?.message)]
      return status === 'flaky' ? [`passed at the second try: ${title} - ${firstLines(errors[0]?.message ?? '')}`] : []
    }),
  )
  return [...own, ...(suite.suites ?? []).flatMap(remarksOf)]
}

type Entry = { readonly name: string; readonly ok: boolean }

function countEntries(entries: readonly Entry[]): Count | undefined {
  if (!Array.isArray(entries)) return undefined
  const failed = entries.filter(({ ok }) => !ok)
  return {
    passed: entries.length - failed.length,
    failed: failed.length,
    skipped: 0,
    remarks: failed.map(({ name }) => `failed: ${name}`),
  }
}
