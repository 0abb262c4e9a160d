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
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function countVitest(report: VitestReport): Count | undefined {
  if (report.testResults === undefined) return undefined
  // A file that does not even load has no tests in the figures.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  )
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    remarks: [
      ...broken.map(({ name }) => `does not run: ${name}`),
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ],
  }
}

type PlaywrightSuite = {
  readonly suites?: readonly PlaywrightSuite[]
  readonly specs?: readonly {
    readonly title: string
    readonly tests: readonly {
      readonly status: string
      readonly annotations: readonly { type: string; description?: string }[]
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

// A flaky test passed at last; with retries off there is none, and if there is one it counts as a failure.
function countPlaywright({ stats, errors, suites }: PlaywrightReport): Count | undefined {
  if (stats === undefined || errors === undefined) return undefined
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    remarks: (suites ?? []).flatMap(skippedIn),
  }
}

function skippedIn(suite: PlaywrightSuite): readonly string[] {
  const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'skipped')
      .map(({ annotations }) => {
        const reason = annotations.find(({ type }) => type === 'skip')?.description
        return `skipped: ${title}${reason === undefined ? '' : ` (${reason})`}`
      }),
  )
  return [...own, ...(suite.suites ?? []).flatMap(skippedIn)]
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
