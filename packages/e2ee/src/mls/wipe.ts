import { zeroOutUint8Array, type ClientState } from 'ts-mls'

type SecretTree = ClientState['secretTree']

/** Zeros arrays that nothing uses any more. Best effort: a JavaScript engine may have copied them. */
export function wipe(arrays: Iterable<Uint8Array>): void {
  for (const array of arrays) zeroOutUint8Array(array)
}

/** Every secret of an epoch: its key schedule and its message ratchets, with the keys kept for skipped messages. */
export function wipeEpoch(epoch: Pick<ClientState, 'keySchedule' | 'secretTree'>): void {
  wipe(Object.values(epoch.keySchedule))
  wipe(secretsOfTree(epoch.secretTree))
}

/** Every secret a group state reaches, past epochs included. The state must not be used afterwards (SPEC ER16). */
export function wipeState(state: ClientState): void {
  wipe(secretsOf(state))
}

export function wipePastEpochs(state: ClientState): void {
  for (const past of state.historicalReceiverData.values()) {
    wipe([...secretsOfTree(past.secretTree), past.senderDataSecret, past.resumptionPsk])
  }
}

/** True for a ratchet that was wiped and must never encrypt again. */
export function isWiped(secret: Uint8Array): boolean {
  return secret.every((byte) => byte === 0)
}

/**
 * Wipes what the former state reaches and the next one does not: keys of the epoch that ended, of the tree nodes that were
 * renewed, and of the past epoch that is kept no longer. The two share all other arrays.
 */
export function wipeReplaced(former: ClientState, next: ClientState): void {
  const kept = new Set(secretsOf(next))
  wipe(secretsOf(former).filter((secret) => !kept.has(secret)))
}

function secretsOf(state: ClientState): Uint8Array[] {
  const pasts = [...state.historicalReceiverData.values()]
  return [
    state.signaturePrivateKey,
    ...(Object.values(state.keySchedule) as Uint8Array[]),
    ...Object.values(state.privatePath.privateKeys),
    ...[state, ...pasts].flatMap(({ secretTree }) => secretsOfTree(secretTree)),
    ...pasts.flatMap(({ senderDataSecret, resumptionPsk }) => [senderDataSecret, resumptionPsk]),
  ]
}

function secretsOfTree(tree: SecretTree): Uint8Array[] {
  return tree.flatMap(({ application, handshake }) =>
    [application, handshake].flatMap(({ secret, unusedGenerations }) => [secret, ...Object.values(unusedGenerations)]),
  )
}
