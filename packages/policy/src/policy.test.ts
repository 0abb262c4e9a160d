import { REPORT_CATEGORIES } from '@visavis/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerByMs,
  byUrgency,
  poolOf,
  SEVERITIES,
  severityOf,
  TRUST_MAX,
  trustLevel,
  UPHELD_WEIGHS_MS,
  type Record,
} from './index.ts'

const DAY_MS = 86_400_000

const record: fc.Arbitrary<Record> = fc.record({
  accountAgeMs: fc.integer({ min: 0, max: 400 * DAY_MS }),
  goodCalls: fc.integer({ min: 0, max: 200 }),
  upheldReports: fc.integer({ min: 0, max: 4 }),
  cleanForMs: fc.integer({ min: 0, max: 400 * DAY_MS }),
})

describe('reports', () => {
  it('[PO1] children, threats and self-harm come first', () => {
    for (const category of REPORT_CATEGORIES) expect(SEVERITIES).toContain(severityOf(category))
    expect(['minor', 'threat', 'self-harm'].map((c) => severityOf(c as 'minor'))).toEqual([
      'critical',
      'critical',
      'critical',
    ])
    expect(severityOf('scam')).toBe('normal')
  })

  it('[PO2] [T5] a report is due a day after it was made', () => {
    expect(answerByMs(1_000) - 1_000).toBe(DAY_MS)
  })

  it('[PO3] the queue has one order, whatever the order of arrival', () => {
    const report = fc.record({
      severity: fc.constantFrom(...SEVERITIES),
      answerByMs: fc.nat({ max: 3 }),
      reportId: fc.uuid(),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(report, { selector: (r) => r.reportId, maxLength: 12 }),
        fc.infiniteStream(fc.float({ min: 0, max: 1, noNaN: true })),
        (reports, chance) => {
          const shuffled = reports
            .map((r) => ({ r, at: chance.next().value }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ r }) => r)
          expect(shuffled.toSorted(byUrgency)).toEqual(reports.toSorted(byUrgency))
        },
      ),
    )
  })
})

describe('trust', () => {
  it('[M6] [PO4] never falls with clean time and good calls, and stays within 0 to 3', () => {
    fc.assert(
      fc.property(record, fc.nat({ max: 90 * DAY_MS }), fc.nat({ max: 50 }), (before, laterMs, calls) => {
        const after = {
          ...before,
          accountAgeMs: before.accountAgeMs + laterMs,
          cleanForMs: before.cleanForMs + laterMs,
          goodCalls: before.goodCalls + calls,
        }
        expect(trustLevel(after)).toBeGreaterThanOrEqual(trustLevel(before))
        expect(trustLevel(after)).toBeLessThanOrEqual(TRUST_MAX)
        expect(trustLevel(before)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('[M6] [PO4] [PO5] an upheld report puts the level to 0 and the person in another pool, until it no longer weighs', () => {
    const good = { accountAgeMs: 300 * DAY_MS, goodCalls: 100, upheldReports: 0, cleanForMs: 0 }
    expect([trustLevel(good), poolOf(good)]).toEqual([3, 'general'])
    const upheld = { ...good, upheldReports: 1, cleanForMs: UPHELD_WEIGHS_MS - 1 }
    expect([trustLevel(upheld), poolOf(upheld)]).toEqual([0, 'restricted'])
    expect(poolOf({ ...upheld, cleanForMs: UPHELD_WEIGHS_MS })).toBe('general')
    expect(poolOf({ ...upheld, upheldReports: 2, cleanForMs: UPHELD_WEIGHS_MS })).toBe('restricted')
  })
})
