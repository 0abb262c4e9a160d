import { expect, it } from 'vitest'
import { createPair, CALL_ID, fingerprint, flipped, OTHER_CALL_ID } from '../tests/pair.ts'
import { CALL_CODE_ALPHABET, CALL_CODE_SYMBOLS, callCode, commitToNonce, isCommittedNonce } from './call-code.ts'

const facts = {
  callId: CALL_ID,
  creatorFingerprint: fingerprint(1),
  joinerFingerprint: fingerprint(2),
  creatorNonce: fingerprint(3),
  joinerNonce: fingerprint(4),
}

it('[EC3] [M14] both sides of a match get the same five symbols', async () => {
  const { alice, bob } = await createPair()
  const code = await callCode(alice, facts)
  expect(await callCode(bob, facts)).toEqual(code)
  expect(code).toHaveLength(CALL_CODE_SYMBOLS)
  for (const symbol of code) expect(symbol >= 0 && symbol < CALL_CODE_ALPHABET).toBe(true)
})

it('[EC3] [M14] another group, call, fingerprint or nonce gives another code', async () => {
  const { alice } = await createPair()
  const { alice: elsewhere } = await createPair()
  const codes = await Promise.all([
    callCode(alice, facts),
    callCode(elsewhere, facts),
    callCode(alice, { ...facts, callId: OTHER_CALL_ID }),
    callCode(alice, { ...facts, creatorFingerprint: fingerprint(9) }),
    callCode(alice, { ...facts, joinerFingerprint: fingerprint(9) }),
    callCode(alice, { ...facts, creatorNonce: fingerprint(9) }),
    callCode(alice, { ...facts, joinerNonce: fingerprint(9) }),
  ])
  expect(new Set(codes.map(String)).size).toBe(codes.length)
})

it('[EC1] [EC2] a commitment binds to one nonce and one call', async () => {
  const commitment = await commitToNonce(CALL_ID, facts.creatorNonce)
  expect(commitment).toHaveLength(32)
  expect(await isCommittedNonce(CALL_ID, facts.creatorNonce, commitment)).toBe(true)
  expect(await isCommittedNonce(OTHER_CALL_ID, facts.creatorNonce, commitment)).toBe(false)
  expect(await isCommittedNonce(CALL_ID, flipped(facts.creatorNonce, 0, 1), commitment)).toBe(false)
  expect(await isCommittedNonce(CALL_ID, new Uint8Array(), commitment)).toBe(false)
})

it('[EC3] refuses to make a code of parts that have not the right length', async () => {
  const { alice } = await createPair()
  for (const part of ['creatorFingerprint', 'joinerFingerprint', 'creatorNonce', 'joinerNonce'] as const)
    await expect(callCode(alice, { ...facts, [part]: new Uint8Array(31) })).rejects.toThrow()
})
