import { createByteReader, createByteWriter, type ByteReader, type ByteWriter } from './byte-codec.ts'
import * as limits from './limits.ts'

/**
 * What the two people of a match may say to each other inside MLS: a closed set, one encoding per value (SPEC ER14).
 * Format: kind u8 | fields of that kind in the order below.
 */
export type IdentityContent = {
  readonly kind: 'identity'
  readonly callId: string
  /** SHA-256 of the DTLS certificate this side uses in this call. */
  readonly fingerprint: Uint8Array
  /** The creator's: commits to its nonce of the call code before it knows the joiner's. */
  readonly nonceCommitment?: Uint8Array
}
export type TextContent = {
  readonly kind: 'text'
  readonly messageId: string
  readonly text: string
  readonly sentAtMs: number
}
/**
 * Whether the sender's microphone and camera are on, and whether its picture comes from camera software instead of a camera.
 * Compare `position`: an older state may arrive after a newer.
 */
export type MediaStateContent = {
  readonly kind: 'media-state'
  readonly mic: boolean
  readonly camera: boolean
  readonly isVirtual: boolean
}
/** Whether the sender wants both pictures uncovered: they are while both do. Compare `position`. */
export type RevealContent = { readonly kind: 'reveal'; readonly isWanted: boolean }
/** TURN path only: the sender's own ICE credentials; on the splice path ICE ends at the relay. */
export type TurnCredentialsContent = {
  readonly kind: 'turn-credentials'
  readonly ufrag: string
  readonly pwd: string
  /** The `ufrag` of the receiver that these answer; absent where the sender begins. */
  readonly answers?: string
}
/** The sender has checked the identity it received and goes on with the call. */
export type ConfirmContent = { readonly kind: 'confirm' }
/** Who the sender lastingly is: sent once both have said that they want to stay in contact, never before. */
export type AccountContent = {
  readonly kind: 'account'
  readonly accountId: string
  /** Ed25519 public key of the account. */
  readonly accountKey: Uint8Array
}
/** Share of the call code: the joiner's answer to the creator's commitment, and then what the creator had committed to. */
export type CodeNonceContent = { readonly kind: 'code-nonce' | 'code-reveal'; readonly nonce: Uint8Array }
export type MatchContent =
  | IdentityContent
  | TextContent
  | MediaStateContent
  | RevealContent
  | TurnCredentialsContent
  | ConfirmContent
  | AccountContent
  | CodeNonceContent

const KINDS = {
  identity: 1,
  text: 2,
  'media-state': 3,
  'turn-credentials': 4,
  confirm: 5,
  account: 6,
  'code-nonce': 7,
  'code-reveal': 8,
  reveal: 9,
} as const
const MIC = 1
const CAMERA = 2
const VIRTUAL = 4
/** RFC 8839 section 5.4. Anything else could smuggle lines into the description the receiver builds from it. */
const ICE_CHARS = /^[A-Za-z0-9+/]*$/

function isIceString(value: string, charsMin: number): boolean {
  return value.length >= charsMin && value.length <= limits.ICE_CHARS_MAX && ICE_CHARS.test(value)
}

function areIceStrings({ ufrag, pwd, answers }: Omit<TurnCredentialsContent, 'kind'>): boolean {
  if (answers !== undefined && !isIceString(answers, limits.ICE_UFRAG_CHARS_MIN)) return false
  return isIceString(ufrag, limits.ICE_UFRAG_CHARS_MIN) && isIceString(pwd, limits.ICE_PWD_CHARS_MIN)
}

/** @throws RangeError on a value outside its bounds; the caller checks what a person typed before. */
export function encodeContent(content: MatchContent): Uint8Array {
  const writer = createByteWriter().u8(KINDS[content.kind])
  switch (content.kind) {
    case 'identity':
      writeIdentity(writer, content)
      break
    case 'text':
      if (content.messageId === '') throw new RangeError('bad message id')
      writer.text(content.messageId, limits.MESSAGE_ID_BYTES_MAX).u64(content.sentAtMs)
      writer.text(content.text, limits.TEXT_BYTES_MAX)
      break
    case 'media-state':
      writer.u8((content.mic ? MIC : 0) | (content.camera ? CAMERA : 0) | (content.isVirtual ? VIRTUAL : 0))
      break
    case 'reveal':
      writer.u8(content.isWanted ? 1 : 0)
      break
    case 'turn-credentials': {
      if (!areIceStrings(content)) throw new RangeError('bad ICE credentials')
      const { ufrag, pwd, answers = '' } = content
      writer.text(ufrag, limits.ICE_CHARS_MAX).text(pwd, limits.ICE_CHARS_MAX).text(answers, limits.ICE_CHARS_MAX)
      break
    }
    case 'confirm':
      break
    case 'account':
      if (content.accountId === '' || content.accountKey.byteLength !== limits.ACCOUNT_KEY_BYTES)
        throw new RangeError('bad account')
      writer.text(content.accountId, limits.ACCOUNT_ID_BYTES_MAX).raw(content.accountKey)
      break
    case 'code-nonce':
    case 'code-reveal':
      if (content.nonce.byteLength !== limits.CALL_NONCE_BYTES) throw new RangeError('bad nonce')
      writer.raw(content.nonce)
      break
  }
  return writer.bytes()
}

function writeIdentity(writer: ByteWriter, content: IdentityContent): void {
  const { callId, fingerprint, nonceCommitment } = content
  if (callId === '' || fingerprint.byteLength !== limits.FINGERPRINT_BYTES) throw new RangeError('bad identity')
  if (nonceCommitment !== undefined && nonceCommitment.byteLength !== limits.NONCE_COMMITMENT_BYTES)
    throw new RangeError('bad nonce commitment')
  writer.text(callId, limits.CALL_ID_BYTES_MAX).raw(fingerprint)
  writer.u8(nonceCommitment === undefined ? 0 : 1).raw(nonceCommitment ?? new Uint8Array())
}

/** The content, or undefined when it is of no kind we know, malformed, outside its bounds or not canonical. */
export function decodeContent(bytes: Uint8Array): MatchContent | undefined {
  const reader = createByteReader(bytes)
  const content = readContent(reader)
  return reader.end() ? content : undefined
}

function readContent(reader: ByteReader): MatchContent | undefined {
  switch (reader.u8()) {
    case KINDS.identity:
      return readIdentity(reader)
    case KINDS.text: {
      const messageId = reader.text(limits.MESSAGE_ID_BYTES_MAX)
      const sentAtMs = reader.u64()
      const text = reader.text(limits.TEXT_BYTES_MAX)
      return messageId === '' ? undefined : { kind: 'text', messageId, text, sentAtMs }
    }
    case KINDS['media-state']: {
      const flags = reader.u8()
      if ((flags & ~(MIC | CAMERA | VIRTUAL)) !== 0) return undefined
      return {
        kind: 'media-state',
        mic: (flags & MIC) !== 0,
        camera: (flags & CAMERA) !== 0,
        isVirtual: (flags & VIRTUAL) !== 0,
      }
    }
    case KINDS.reveal: {
      const isWanted = reader.u8()
      return isWanted > 1 ? undefined : { kind: 'reveal', isWanted: isWanted === 1 }
    }
    case KINDS['turn-credentials']: {
      const ufrag = reader.text(limits.ICE_CHARS_MAX)
      const pwd = reader.text(limits.ICE_CHARS_MAX)
      const answers = reader.text(limits.ICE_CHARS_MAX)
      const told = { ufrag, pwd, ...(answers !== '' && { answers }) }
      return areIceStrings(told) ? { kind: 'turn-credentials', ...told } : undefined
    }
    case KINDS.confirm:
      return { kind: 'confirm' }
    case KINDS.account: {
      const accountId = reader.text(limits.ACCOUNT_ID_BYTES_MAX)
      const accountKey = reader.raw(limits.ACCOUNT_KEY_BYTES)
      return accountId === '' ? undefined : { kind: 'account', accountId, accountKey }
    }
    case KINDS['code-nonce']:
      return { kind: 'code-nonce', nonce: reader.raw(limits.CALL_NONCE_BYTES) }
    case KINDS['code-reveal']:
      return { kind: 'code-reveal', nonce: reader.raw(limits.CALL_NONCE_BYTES) }
    default:
      return undefined
  }
}

function readIdentity(reader: ByteReader): IdentityContent | undefined {
  const callId = reader.text(limits.CALL_ID_BYTES_MAX)
  const fingerprint = reader.raw(limits.FINGERPRINT_BYTES)
  const hasNonce = reader.u8()
  if (callId === '' || hasNonce > 1) return undefined
  if (hasNonce === 0) return { kind: 'identity', callId, fingerprint }
  return { kind: 'identity', callId, fingerprint, nonceCommitment: reader.raw(limits.NONCE_COMMITMENT_BYTES) }
}
