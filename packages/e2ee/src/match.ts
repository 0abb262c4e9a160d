import { decodeContent, encodeContent, type MatchContent } from './content.ts'
import { CALL_ID_BYTES_MAX, EXPORTED_BYTES_MAX } from './limits.ts'
import { enterGroup, startGroup, type Admit, type Group } from './mls/group.ts'
import { createLeaf, type Leaf } from './mls/leaf.ts'
import { loadSuite } from './mls/suite.ts'
import { wipe } from './mls/wipe.ts'
import { pad, unpad } from './padding.ts'
import { encodePseudonym, isCurrentPseudonym, PSEUDONYM_RANDOM_BYTES } from './pseudonym.ts'
import { assert, ok, OPEN_FAILED, type E2eeResult } from './result.ts'
import { createSerial } from './serial.ts'

/**
 * The encryption of one match: an identity made in the lobby, used for one match and burnt, and the session both sides
 * hold while it lasts. Everything is kept in memory only. Pure but for WebCrypto: the caller passes the time, which
 * should be the server's, because people's clocks are wrong. See SPEC ER1-ER18.
 */

/** Opaque: the private keys are not reachable from it, so it cannot be logged or cloned by mistake. */
export type MatchIdentity = {
  /** Public; goes to the partner through the server. */
  readonly keyPackage: Uint8Array
  /** Wipes an identity that was never used. Harmless after use. */
  destroy(): void
}

/** `position` counts the partner's messages in the order they were sealed; they may be opened in another. */
export type OpenedContent = MatchContent & { readonly position: number }

export type MatchSession = {
  /** @throws RangeError on content outside its bounds, Error after `destroy`. */
  seal(content: MatchContent): Promise<Uint8Array>
  /** Opens what the partner sealed, once. Every refusal is `E2EE_OPEN_FAILED`. */
  open(bytes: Uint8Array): Promise<E2eeResult<OpenedContent>>
  /**
   * A secret that both sides and nobody else can derive (RFC 9420 section 8.5).
   * @param length bytes, 1 to 255
   * @throws Error after `destroy`
   */
  exporter(label: string, context: Uint8Array, length: number): Promise<Uint8Array>
  /** Refuses further calls at once, lets those under way finish, then wipes the keys. Idempotent. */
  destroy(): Promise<void>
}

const leaves = new WeakMap<MatchIdentity, Leaf>()

/**
 * A fresh signature key, a fresh random pseudonym and one key package. Takes a few milliseconds; make it ahead of time.
 *
 * @param nowMs milliseconds since the Unix epoch, the server's
 */
export async function createMatchIdentity(options: { readonly nowMs: number }): Promise<MatchIdentity> {
  const suite = await loadSuite()
  const pseudonym = encodePseudonym(suite.rng.randomBytes(PSEUDONYM_RANDOM_BYTES), options.nowMs)
  const leaf = await createLeaf(suite, pseudonym)
  const identity: MatchIdentity = {
    keyPackage: leaf.keyPackageBytes,
    destroy: () => {
      const unused = take(identity)
      if (unused !== undefined) wipeLeaf(unused)
    },
  }
  leaves.set(identity, leaf)
  return identity
}

/**
 * Starts the group of a match with the partner's key package. Burns the identity, whatever comes of it.
 *
 * @returns the session, and the welcome to send to the partner before anything sealed; or `E2EE_OPEN_FAILED` for a key
 * package that is malformed, forged, of another suite, expired or from the future, and for an identity used before
 */
export async function createMatch(
  identity: MatchIdentity,
  match: { readonly callId: string; readonly partnerKeyPackage: Uint8Array; readonly nowMs: number },
): Promise<E2eeResult<{ readonly session: MatchSession; readonly welcome: Uint8Array }>> {
  const suite = await loadSuite()
  const groupId = groupIdOf(match.callId)
  const leaf = take(identity)
  const admit = admitAt(match.nowMs)
  if (leaf === undefined || !admits(admit, leaf)) return OPEN_FAILED
  const started = await startGroup(suite, leaf, { groupId, partnerKeyPackage: match.partnerKeyPackage, admit })
  if (started === undefined) {
    wipeLeaf(leaf)
    return OPEN_FAILED
  }
  return ok({ session: createSession(started.group), welcome: started.welcome })
}

/**
 * Enters the group the partner started. Burns the identity, whatever comes of it.
 *
 * @returns the session; or `E2EE_OPEN_FAILED` for a welcome that is malformed, forged, not for this identity, of another
 * call or suite, to a group of other than two people, by an expired partner, and for an identity used before
 */
export async function joinMatch(
  identity: MatchIdentity,
  match: { readonly callId: string; readonly welcome: Uint8Array; readonly nowMs: number },
): Promise<E2eeResult<{ readonly session: MatchSession }>> {
  const suite = await loadSuite()
  const groupId = groupIdOf(match.callId)
  const leaf = take(identity)
  if (leaf === undefined) return OPEN_FAILED
  const group = await enterGroup(suite, leaf, { groupId, welcome: match.welcome, admit: admitAt(match.nowMs) })
  if (group === undefined) {
    wipeLeaf(leaf)
    return OPEN_FAILED
  }
  return ok({ session: createSession(group) })
}

function take(identity: MatchIdentity): Leaf | undefined {
  const leaf = leaves.get(identity)
  leaves.delete(identity)
  return leaf
}

function wipeLeaf(leaf: Leaf): void {
  const { initPrivateKey, hpkePrivateKey, signaturePrivateKey } = leaf.privatePackage
  wipe([initPrivateKey, hpkePrivateKey, signaturePrivateKey])
}

function groupIdOf(callId: string): Uint8Array {
  const groupId = new TextEncoder().encode(callId)
  assert(groupId.byteLength > 0 && groupId.byteLength <= CALL_ID_BYTES_MAX, 'call id out of bounds')
  return groupId
}

function admitAt(nowMs: number): Admit {
  return (identity) => isCurrentPseudonym(identity, nowMs)
}

function admits(admit: Admit, leaf: Leaf): boolean {
  const { credential } = leaf.publicPackage.leafNode
  return credential.credentialType === 'basic' && admit(credential.identity)
}

function createSession(group: Group): MatchSession {
  const serial = createSerial()
  let destroyed: Promise<void> | undefined

  return {
    seal: async (content) => {
      assert(destroyed === undefined, 'session destroyed')
      const plain = pad(encodeContent(content))
      return serial(() => group.seal(plain))
    },
    open: async (bytes) => {
      if (destroyed !== undefined) return OPEN_FAILED
      const opened = await serial(() => group.open(bytes))
      if (opened === undefined) return OPEN_FAILED
      const body = unpad(opened.plain)
      const content = body === undefined ? undefined : decodeContent(body)
      return content === undefined ? OPEN_FAILED : ok({ ...content, position: opened.position })
    },
    exporter: async (label, context, length) => {
      assert(destroyed === undefined, 'session destroyed')
      assert(Number.isInteger(length) && length > 0 && length <= EXPORTED_BYTES_MAX, 'exported length out of bounds')
      return serial(() => group.exporter(label, context, length))
    },
    destroy: () => {
      // Queued behind what is under way: zeroing keys that a running seal still uses is the zero-key trap again.
      destroyed ??= serial(() => Promise.resolve(group.close()))
      return destroyed
    },
  }
}
