import { alice, bob, carol, createSeededRandom } from '@visavis/testkit'
import { DAY } from '@visavis/ports'
import { BOUNDARIES_DEFAULT, CALL_RECEIPT_BYTES_MAX, CALL_RECEIPT_DAYS, MODES, type CallId } from '@visavis/wire'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCallReceipts } from './receipts.ts'

const CALL = 'c0000000-0000-4000-8000-000000000001' as CallId
const OTHER_CALL = 'c0000000-0000-4000-8000-000000000002' as CallId
const STARTED_MS = 1_795_348_800_000
const random = createSeededRandom(1)
const receipts = createCallReceipts({ key: new Uint8Array(32).fill(1), random })
const agreed = { mine: BOUNDARIES_DEFAULT, theirs: { ...BOUNDARIES_DEFAULT, flirting: 'want' } } as const
const met = { accountId: bob.accountId, mode: 'video', startedAtMs: STARTED_MS, agreed } as const
const receipt = receipts.issue(CALL, alice.accountId, met)

describe('receipts of calls', () => {
  it('[T3, WE3] tell the server whom their holder met, in every mode', () => {
    for (const mode of MODES) {
      const issued = receipts.issue(CALL, alice.accountId, { ...met, mode })
      expect(issued.byteLength).toBeLessThanOrEqual(CALL_RECEIPT_BYTES_MAX)
      expect(receipts.open(issued, CALL, alice.accountId, STARTED_MS)).toEqual({ ...met, mode })
    }
  })

  it('[M12] tell what both had chosen, and nothing where nothing was known', () => {
    const bare = { ...met, agreed: undefined }
    const issued = receipts.issue(CALL, alice.accountId, bare)
    expect(receipts.open(issued, CALL, alice.accountId, STARTED_MS)).toEqual(bare)
    expect(receipts.open(receipt, CALL, alice.accountId, STARTED_MS)?.agreed).toEqual(agreed)
  })

  it('[T3, WE3] are good for 30 days to the millisecond', () => {
    const lastMs = STARTED_MS + CALL_RECEIPT_DAYS * DAY
    expect(receipts.open(receipt, CALL, alice.accountId, lastMs)).toEqual(met)
    expect(receipts.open(receipt, CALL, alice.accountId, lastMs + 1)).toBeUndefined()
  })

  it('[T3, WE3] are worth nothing for another call, to another person, or on another server', () => {
    expect(receipts.open(receipt, OTHER_CALL, alice.accountId, STARTED_MS)).toBeUndefined()
    expect(receipts.open(receipt, CALL, bob.accountId, STARTED_MS)).toBeUndefined()
    expect(receipts.open(receipt, CALL, carol.accountId, STARTED_MS)).toBeUndefined()
    const elsewhere = createCallReceipts({ key: new Uint8Array(32).fill(2), random })
    expect(elsewhere.open(receipt, CALL, alice.accountId, STARTED_MS)).toBeUndefined()
  })

  it('[M13, WE3] tell their holder nothing of the partner', () => {
    const text = Buffer.from(receipt).toString('latin1')
    for (const id of [alice.accountId, bob.accountId]) expect(text).not.toContain(id)
    expect(receipts.issue(CALL, alice.accountId, met)).not.toEqual(receipt)
  })

  it('[T3, WE3] whatever bytes are handed in, only what was issued opens', () => {
    const changed = fc.tuple(fc.nat(receipt.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
      const bytes = Uint8Array.from(receipt)
      bytes[at] = (bytes[at] ?? 0) ^ mask
      return bytes
    })
    const cut = fc.nat(receipt.length - 1).map((length) => receipt.slice(0, length))
    fc.assert(
      fc.property(fc.oneof(changed, cut, fc.uint8Array({ maxLength: 256 })), (bytes) => {
        expect(receipts.open(bytes, CALL, alice.accountId, STARTED_MS)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})
