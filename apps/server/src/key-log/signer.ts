import { createPrivateKey, createPublicKey } from 'node:crypto'
import { signCheckpoint, type SignedCheckpoint } from '@visavis/e2ee'
import { MINUTE, type Clock } from '@visavis/ports'
import type { Head } from './store.ts'

/** PKCS #8 around an Ed25519 seed (RFC 8410 section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

export type Signer = {
  readonly publicKey: Uint8Array
  /** The tree with the time and a signature: a new one when the tree has grown, and every minute. */
  sign(head: Head): Promise<SignedCheckpoint>
}

/** @param seed Ed25519 (RFC 8032), 32 bytes */
export function createSigner(deps: { readonly clock: Pick<Clock, 'nowMs'>; readonly seed: Uint8Array }): Signer {
  const { clock, seed } = deps
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
  let signed: SignedCheckpoint | undefined
  return {
    publicKey: new Uint8Array(publicKey),
    async sign({ root, size }) {
      const atMs = clock.nowMs()
      if (signed?.size === size && atMs - signed.atMs < MINUTE) return signed
      const checkpoint = { size, root, atMs }
      const fresh = { ...checkpoint, signature: await signCheckpoint(seed, checkpoint) }
      signed = fresh
      return fresh
    },
  }
}
