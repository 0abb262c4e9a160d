import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeContent, encodeContent, type MatchContent } from './content.ts'

const ice = (minLength: number) =>
  fc.string({
    unit: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '+', '/'),
    minLength,
    maxLength: 256,
  })
const id = fc.string({ minLength: 1, maxLength: 64, unit: fc.constantFrom('0', '9', 'a', 'f', '-') })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const whole = fc.string({ unit: 'grapheme', maxLength: 300 })
const contents: fc.Arbitrary<MatchContent> = fc.oneof(
  fc.record({ kind: fc.constant('identity' as const), callId: id, fingerprint: hash }),
  fc.record({ kind: fc.constant('identity' as const), callId: id, fingerprint: hash, nonceCommitment: hash }),
  fc.record({ kind: fc.constant('text' as const), messageId: id, text: whole, sentAtMs: fc.maxSafeNat() }),
  fc.record({
    kind: fc.constant('media-state' as const),
    mic: fc.boolean(),
    camera: fc.boolean(),
    isVirtual: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('reveal' as const), isWanted: fc.boolean() }),
  fc.record({ kind: fc.constant('turn-credentials' as const), ufrag: ice(4), pwd: ice(22) }),
  fc.record({ kind: fc.constant('turn-credentials' as const), ufrag: ice(4), pwd: ice(22), answers: ice(4) }),
  fc.constant({ kind: 'confirm' as const }),
  fc.record({ kind: fc.constant('account' as const), accountId: id, accountKey: hash }),
  fc.record({ kind: fc.constantFrom('code-nonce' as const, 'code-reveal' as const), nonce: hash }),
)

it('[ER14] every content survives the round trip', () => {
  fc.assert(
    fc.property(contents, (content) => {
      expect(decodeContent(encodeContent(content))).toEqual(content)
    }),
  )
})

it('[ER14] there is one encoding per content: whatever decodes, encodes to the same bytes', () => {
  const mutated = fc
    .tuple(contents, fc.nat(), fc.nat(255), fc.uint8Array({ maxLength: 3 }))
    .map(([content, at, byte, tail]) => {
      const bytes = Uint8Array.of(...encodeContent(content), ...tail)
      bytes[at % bytes.length] = byte
      return bytes
    })
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      const content = decodeContent(bytes)
      if (content !== undefined) expect(encodeContent(content)).toEqual(bytes)
    }),
    { numRuns: 2_000 },
  )
})

it.each([
  ['nothing', []],
  ['kind 0', [0]],
  ['a kind not yet defined', [10]],
  ['a reveal that is neither yes nor no', [9, 2]],
  ['an account without an id', [6, 0, 0, ...Array<number>(32).fill(1)]],
  ['a short nonce', [7, ...Array<number>(31).fill(1)]],
  ['a text that claims more than there is', [2, 0, 1, 97, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]],
  ['a text that is not UTF-8', [2, 0, 1, 97, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]],
  ['a time beyond the safe integers', [2, 0, 1, 97, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a text without an id', [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['an identity without a call', [1, 0, 0, ...Array<number>(32).fill(1), 0]],
  ['a presence flag of 2', [1, 0, 1, 97, ...Array<number>(32).fill(1), 2]],
  ['a short fingerprint', [1, 0, 1, 97, ...Array<number>(31).fill(1)]],
  ['a line break in ICE credentials', [4, 0, 4, 97, 97, 13, 10, 0, 22, ...Array<number>(22).fill(97)]],
  ['a password too short for ICE', [4, 0, 4, 97, 97, 97, 97, 0, 21, ...Array<number>(21).fill(97)]],
  ['trailing bytes', [5, 0]],
])('[ER14] refuses %s', (_, bytes) => {
  expect(decodeContent(Uint8Array.from(bytes))).toBeUndefined()
})

it('[ER14] refuses to write what it would not read', () => {
  const bad: MatchContent[] = [
    { kind: 'text', messageId: '', text: 'x', sentAtMs: 0 },
    { kind: 'text', messageId: 'a'.repeat(65), text: 'x', sentAtMs: 0 },
    { kind: 'text', messageId: 'a', text: 'x', sentAtMs: -1 },
    { kind: 'text', messageId: 'a', text: 'x', sentAtMs: 0.5 },
    { kind: 'identity', callId: '', fingerprint: new Uint8Array(32) },
    { kind: 'identity', callId: 'a', fingerprint: new Uint8Array(32), nonceCommitment: new Uint8Array(31) },
    { kind: 'account', accountId: '', accountKey: new Uint8Array(32) },
    { kind: 'account', accountId: 'a', accountKey: new Uint8Array(33) },
    { kind: 'code-reveal', nonce: new Uint8Array(16) },
    { kind: 'turn-credentials', ufrag: 'abc', pwd: 'p'.repeat(22) },
    { kind: 'turn-credentials', ufrag: 'abcd', pwd: 'p'.repeat(22), answers: 'a\nb=' },
    { kind: 'turn-credentials', ufrag: 'abcd', pwd: 'p'.repeat(257) },
  ]
  for (const content of bad) expect(() => encodeContent(content)).toThrow(RangeError)
})
