import type { SuiteKind } from '@visavis/wire'

/** What an account's key vouches for. Bytes as raw Ed25519 keys and signatures (RFC 8032). */
export type Credential = {
  readonly accountId: string
  readonly deviceId: string
  readonly accountKey: Uint8Array
  readonly deviceKey: Uint8Array
  readonly signature: Uint8Array
}

/** The checks of `@visavis/e2ee`, as far as the server can make them. None throws, whatever the bytes. */
export type DeviceProofs = {
  /** Whether the account's key signed this device. */
  verifyDevice(credential: Credential): Promise<boolean>
  /** Whether the device's key signed this session and time. */
  verifyBinding(proof: {
    readonly deviceId: string
    readonly deviceKey: Uint8Array
    readonly sessionId: string
    readonly atMs: number
    readonly signature: Uint8Array
  }): Promise<boolean>
  /** Whether this is a valid key package of this device for this suite. */
  checkKeyPackage(bytes: Uint8Array, of: { suite: SuiteKind; credential: Credential }): Promise<boolean>
}
