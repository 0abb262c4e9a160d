import { getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteImpl, type CiphersuiteName } from 'ts-mls'
import type { SuiteKind } from '../conversation/types.ts'

/**
 * Pair, also the suite of a match: X-Wing (X25519 and ML-KEM-768 together), AES-256-GCM, SHA-512, Ed25519. Hybrid, so
 * never weaker than X25519 alone, and what is recorded today stays closed to a later quantum computer. The library gives
 * it the private number 83; another numbering means new groups, and these can always be made anew.
 *
 * Group: X25519, because the state of X-Wing groups grows by several KiB with every member.
 */
export const SUITE_NAMES = {
  pair: 'MLS_256_XWING_AES256GCM_SHA512_Ed25519',
  group: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
} as const satisfies Record<SuiteKind, CiphersuiteName>

/** The suite of a match. */
export const SUITE_NAME = SUITE_NAMES.pair

const loading: { [Kind in SuiteKind]?: Promise<CiphersuiteImpl> } = {}

/** Loads a suite once; X-Wing is a chunk of its own, so in a browser this may fail and be tried again. */
export async function loadSuite(kind: SuiteKind = 'pair'): Promise<CiphersuiteImpl> {
  const started = (loading[kind] ??= getCiphersuiteImpl(getCiphersuiteFromName(SUITE_NAMES[kind])))
  try {
    return await started
  } catch (error) {
    delete loading[kind]
    throw error
  }
}
