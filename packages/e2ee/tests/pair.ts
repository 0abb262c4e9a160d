import {
  createMatch,
  createMatchIdentity,
  joinMatch,
  type E2eeResult,
  type GroupCode,
  type MatchContent,
} from '../src/index.ts'

/** Two people of one match, for tests. */
export const CALL_ID = '7b3c4cfa-9f1e-4f0a-8a39-6c1de1ff0a01'
export const OTHER_CALL_ID = '7b3c4cfa-9f1e-4f0a-8a39-6c1de1ff0a02'
export const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0)

export function valueOf<T>(result: E2eeResult<T, GroupCode>): T {
  if (!result.ok) throw new Error(`expected a value, got ${result.code}`)
  return result.value
}

export async function createPair(callId = CALL_ID) {
  const [creator, joiner] = await Promise.all([
    createMatchIdentity({ nowMs: NOW_MS }),
    createMatchIdentity({ nowMs: NOW_MS }),
  ])
  const { session: alice, welcome } = valueOf(
    await createMatch(creator, { callId, partnerKeyPackage: joiner.keyPackage, nowMs: NOW_MS }),
  )
  const { session: bob } = valueOf(await joinMatch(joiner, { callId, welcome, nowMs: NOW_MS }))
  return { alice, bob, welcome, keyPackages: [creator.keyPackage, joiner.keyPackage] as const }
}

export function text(value: string, messageId = 'm-1'): MatchContent {
  return { kind: 'text', messageId, text: value, sentAtMs: NOW_MS }
}

export function fingerprint(fill: number): Uint8Array {
  return new Uint8Array(32).fill(fill)
}

export function itemAt<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`nothing at ${index}`)
  return item
}

/** A copy with the bits of `mask` flipped in one byte. */
export function flipped(bytes: Uint8Array, index: number, mask: number): Uint8Array {
  return bytes.map((byte, at) => (at === index ? byte ^ mask : byte))
}

export async function makeTwo(nowMs = NOW_MS) {
  return Promise.all([createMatchIdentity({ nowMs }), createMatchIdentity({ nowMs })])
}
