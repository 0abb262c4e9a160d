import { getCiphersuiteFromName, getCiphersuiteImpl, type CiphersuiteImpl } from 'ts-mls'

/**
 * The suite of a match: X-Wing (X25519 and ML-KEM-768 together), AES-256-GCM, SHA-512, Ed25519. Hybrid, so never
 * weaker than X25519 alone, and what is recorded today stays closed to a later quantum computer. The library gives it
 * the private number 83; another numbering means new groups, and a match is always a new group.
 */
export const SUITE_NAME = 'MLS_256_XWING_AES256GCM_SHA512_Ed25519'

let loading: Promise<CiphersuiteImpl> | undefined

/** Loads the suite once; X-Wing is a chunk of its own, so in a browser this may fail and be tried again. */
export async function loadSuite(): Promise<CiphersuiteImpl> {
  loading ??= getCiphersuiteImpl(getCiphersuiteFromName(SUITE_NAME))
  try {
    return await loading
  } catch (error) {
    loading = undefined
    throw error
  }
}
