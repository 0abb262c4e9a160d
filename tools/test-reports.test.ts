import { describe, expect, it } from 'vitest'
import { addCounts, countReport, lastLine } from './test-reports.ts'

const vitest = (over: object = {}) =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, testResults: [], ...over })
const playwright = (over: object = {}) =>
  JSON.stringify({ stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 }, errors: [], suites: [], ...over })

describe('[O1] counting what the runners report', () => {
  it('adds up all runners in the last line', () => {
    const counts = [
      countReport('units', 'vitest', vitest(), true),
      countReport(
        'browser',
        'playwright',
        playwright({ stats: { expected: 2, unexpected: 1, flaky: 0, skipped: 4 } }),
        false,
      ),
      countReport(
        'checks',
        'entries',
        JSON.stringify([
          { name: 'lint', ok: true },
          { name: 'tidy', ok: false },
        ]),
        false,
      ),
    ]
    const total = addCounts(counts)
    expect(lastLine(total)).toBe('6 passed, 2 failed')
    expect(total.skipped).toBe(4)
  })

  it('counts a test file that does not load as a failure', () => {
    const broken = { name: 'a.test.ts', status: 'failed', assertionResults: [] }
    expect(countReport('units', 'vitest', vitest({ testResults: [broken] }), false)).toMatchObject({
      passed: 3,
      failed: 1,
    })
  })

  it('does not count a file with a failed test twice', () => {
    const file = { name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'failed', fullName: 'x' }] }
    expect(countReport('units', 'vitest', vitest({ numFailedTests: 1, testResults: [file] }), false).failed).toBe(1)
  })

  it('names a browser test that passed at the second try, and counts errors outside of tests as failures', () => {
    const spec = {
      title: 'a call',
      tests: [{ status: 'flaky', annotations: [], results: [{ errors: [{ message: 'late\nby a second' }] }, {}] }],
    }
    const stats = { expected: 2, unexpected: 0, flaky: 1, skipped: 0 }
    expect(countReport('b', 'playwright', playwright({ stats, suites: [{ specs: [spec] }] }), true)).toMatchObject({
      passed: 3,
      failed: 0,
      remarks: ['passed at the second try: a call - late | by a second'],
    })
    expect(countReport('b', 'playwright', playwright({ errors: [{}] }), false).failed).toBe(1)
  })

  it('never takes silence for success', () => {
    expect(countReport('x', 'vitest', undefined, true).failed).toBe(1)
    expect(countReport('x', 'vitest', '{ half', true).failed).toBe(1)
    expect(countReport('x', 'vitest', '{}', true).failed).toBe(1)
    expect(countReport('x', 'playwright', '{}', true).failed).toBe(1)
    expect(countReport('x', 'entries', '{}', true).failed).toBe(1)
    expect(countReport('x', 'entries', '[]', true).failed).toBe(1)
    expect(countReport('x', 'vitest', vitest(), false).failed).toBe(1)
    expect(countReport('x', 'vitest', vitest({ numPassedTests: 0 }), true).failed).toBe(1)
  })

  it('tells what failed, and how, in a line', () => {
    const file = {
      name: 'a.test.ts',
      status: 'failed',
      assertionResults: [{ status: 'failed', fullName: 'x', failureMessages: ['expected 1\n\n  to be 2'] }],
    }
    const units = countReport('units', 'vitest', vitest({ numFailedTests: 1, testResults: [file] }), false)
    expect(units.remarks).toEqual(['failed: x - expected 1 | to be 2'])
    const spec = { title: 'y', tests: [{ status: 'unexpected', annotations: [], results: [] }] }
    const stats = { expected: 2, unexpected: 1, flaky: 0, skipped: 0 }
    expect(countReport('b', 'playwright', playwright({ stats, suites: [{ specs: [spec] }] }), false).remarks).toEqual([
      'failed: y',
    ])
  })

  it('tells what was skipped and why', () => {
    const spec = {
      title: 'turn',
      tests: [{ status: 'skipped', annotations: [{ type: 'skip', description: 'no coturn' }] }],
    }
    const report = playwright({ suites: [{ suites: [{ specs: [spec] }] }] })
    expect(countReport('b', 'playwright', report, true).remarks).toEqual(['skipped: turn (no coturn)'])
  })
})
