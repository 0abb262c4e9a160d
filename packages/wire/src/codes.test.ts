import { describe, expect, it } from 'vitest'
import { CODES, codeOfClose, isCode, type Code } from './codes.ts'

const codes = Object.entries(CODES)

describe('codes', () => {
  it('[WC2] close numbers are unique, in the private range, and tell their code', () => {
    const closes = codes.map(([, spec]) => spec.close).filter((close) => close !== null)
    expect(new Set(closes).size).toBe(closes.length)
    for (const close of closes) expect(close >= 4400 && close <= 4499).toBe(true)
    for (const [code, spec] of codes) if (spec.close !== null) expect(codeOfClose(spec.close)).toBe(code as Code)
    expect(codeOfClose(1006)).toBeUndefined()
  })

  it('[WC3] an HTTP status says no more than the code: client errors are 4xx, ours 5xx', () => {
    for (const [code, spec] of codes) {
      expect(spec.status >= 400 && spec.status < 600).toBe(true)
      if (spec.status >= 500) expect([code, spec.retry]).toEqual([code, true])
    }
  })

  it('[WC1] only members of the set are codes', () => {
    expect(isCode('WIRE_INVALID')).toBe(true)
    for (const value of ['toString', '__proto__', 'NOPE', 7, null]) expect(isCode(value)).toBe(false)
  })
})
