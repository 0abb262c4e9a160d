import type { Code } from '@visavis/wire'
import { expect, it } from 'vitest'
import { fuzzHttp } from './fuzz-http.ts'

it(
  '[A11] hostile requests to every route: a code with its status each time, others are served on',
  { timeout: 120_000 },
  async () => {
    const { codes, served } = await fuzzHttp({ seed: 5, requests: 160 })
    expect(codes).toEqual(expect.arrayContaining<Code>(['AUTH_REQUIRED', 'WIRE_INVALID', 'WIRE_MALFORMED']))
    // Some get through, or nothing behind the edge was attacked.
    expect(served).toBeGreaterThan(10)
  },
)
