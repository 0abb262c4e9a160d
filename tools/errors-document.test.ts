import { readFileSync } from 'node:fs'
import { CODES } from '@visavis/wire'
import { expect, it } from 'vitest'
import { ROOT } from './jobs.ts'

it('docs/errors.md explains exactly the codes of the wire contract, with their status and close numbers', () => {
  const text = readFileSync(`${ROOT}docs/errors.md`, 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z0-9_]+)` \| (\d+) \| (\d+|-) \| (yes|no) \| (.+) \| (.+) \|$/gm)]
  const told = rows.map(([, code, status, close, retry]) => [code, status, close, retry].join(' '))
  const meant = Object.entries(CODES).map(([code, { status, close, retry }]) =>
    [code, status, close ?? '-', retry ? 'yes' : 'no'].join(' '),
  )
  expect(told).toEqual(meant)
})
