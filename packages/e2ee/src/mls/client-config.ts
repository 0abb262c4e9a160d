import { defaultKeyPackageEqualityConfig, type ClientConfig } from 'ts-mls'

/** Whether whoever has this credential and this signature key may be in the group; the library's default admits everybody. */
export type Validate = (identity: Uint8Array, signatureKey: Uint8Array) => Promise<boolean>

/** What is kept for messages that come late; the library's defaults lose them. */
export type Retention = {
  readonly skippedMessages: number
  readonly aheadMessages: number
  readonly pastEpochs: number
}

/** How the library is run, here and nowhere else: each of its defaults that we do not take is too lax or too strict. */
export function clientConfig(given: {
  readonly validate: Validate
  readonly retention: Retention
  /** Also of leaves that have long been in the group, by the device's clock. */
  readonly checksLifetimeOfMembers: boolean
}): ClientConfig {
  return {
    keyRetentionConfig: {
      retainKeysForGenerations: given.retention.skippedMessages,
      retainKeysForEpochs: given.retention.pastEpochs,
      maximumForwardRatchetSteps: given.retention.aheadMessages,
    },
    lifetimeConfig: {
      maximumTotalLifetime: BigInt(Date.UTC(2100, 0) / 1000),
      validateLifetimeOnReceive: given.checksLifetimeOfMembers,
    },
    keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
    paddingConfig: { kind: 'alwaysPad', paddingLength: 0 }, // It pads only below 256 bytes; ours is inside.
    authService: {
      validateCredential: async (credential, signatureKey) =>
        credential.credentialType === 'basic' && given.validate(credential.identity, signatureKey),
    },
  }
}
