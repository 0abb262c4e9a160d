import { zeroOutUint8Array, type ClientState } from 'ts-mls'

type SecretTree = ClientState['secretTree']

/** Zeros arrays that nothing uses any more. Best effort: a JavaScript engine may have copied them. */
export function wipe(arrays: Iterable<Uint8Array>): void {
  for (const array of arrays) zeroOutUint8Array(array)
}

/** Every secret of an epoch: its key schedule and its message ratchets, with the keys kept for skipped messages. */
export function wipeEpoch(epoch: Pick<ClientState, 'keySchedule' | 'secretTree'>): void {
  wipe(Object.values(epoch.keySchedule))
  wipeSecretTree(epoch.secretTree)
}

function wipeSecretTree(tree: SecretTree): void {
  for (const node of tree) {
    for (const ratchet of [node.application, node.handshake]) {
      wipe([ratchet.secret, ...Object.values(ratchet.unusedGenerations)])
    }
  }
}

/** Every secret a group state reaches, past epochs included. The state must not be used afterwards (SPEC ER16). */
export function wipeState(state: ClientState): void {
  wipeEpoch(state)
  wipePastEpochs(state)
  wipe([state.signaturePrivateKey, ...Object.values(state.privatePath.privateKeys)])
}

export function wipePastEpochs(state: ClientState): void {
  for (const past of state.historicalReceiverData.values()) {
    wipeSecretTree(past.secretTree)
    wipe([past.senderDataSecret, past.resumptionPsk])
  }
}

/** True for a ratchet that was wiped and must never encrypt again. */
export function isWiped(secret: Uint8Array): boolean {
  return secret.every((byte) => byte === 0)
}
