import { createByteReader, createByteWriter, type ByteReader } from './byte-codec.ts'
import type { AccountKeys } from './conversation/types.ts'
import { isSignedBy, sign } from './devices/ed25519.ts'
import { ID_BYTES_MAX, LINK_CONTACTS_MAX, LINK_SEALED_BYTES_MAX } from './franking/limits.ts'
import { fromHex, toHex } from './hex.ts'
import { pad, unpad } from './padding.ts'
import { ok, OPEN_FAILED, type E2eeResult } from './result.ts'
import { boxKeysFrom, openBox, sealTo, type BoxKeys } from './sealed-box.ts'
import { freshKey, KEY_BYTES, stretch } from './web-crypto.ts'

/**
 * Making a new device one of the account's (SPEC EF21-EF23). The new device shows a QR code with a fresh public key; a
 * device that has the account key reads it and seals the account key to it. The server carries the sealed bytes and never
 * sees the public key, so it can neither read them nor make others.
 */
export type LinkPayload = {
  readonly accountId: string
  readonly account: AccountKeys
  readonly contacts: readonly LinkedContact[]
}
/** What the account has seen and verified of others, so that the new device does not begin by trusting anybody. */
export type LinkedContact = {
  readonly accountId: string
  readonly accountKey: Uint8Array
  readonly isVerified: boolean
}
export type LinkCode = { readonly linkId: string; readonly publicKey: Uint8Array }

const VERSION = 1
const QR_PREFIX = 'visavis:link:1:'
const LINK_ID = /^[A-Za-z0-9-]{1,64}$/
const INFO_LABEL = 'visavis/link/1'
const CHECK_LABEL = 'visavis/link/check/1'
/**
 * Six digits are met by trying a million keys. This price makes it minutes on a graphics card instead of nothing, so the
 * digits find mistakes and hasty forgeries; the code itself has to come from the screen of one's own device.
 */
const CHECK_ITERATIONS = 200_000

/** A fresh pair for one link. The private half never leaves the new device. */
export function createLinkKeys(): Promise<BoxKeys> {
  return boxKeysFrom(freshKey())
}

/** What the new device shows. @throws RangeError on an id that cannot stand in a code */
export function linkQr({ linkId, publicKey }: LinkCode): string {
  if (!LINK_ID.test(linkId) || publicKey.byteLength !== KEY_BYTES) throw new RangeError('bad link')
  return `${QR_PREFIX}${linkId}:${toHex(publicKey)}`
}

/** Undefined for anything that `linkQr` would not have written. */
export function readLinkQr(text: string): LinkCode | undefined {
  if (!text.startsWith(QR_PREFIX)) return undefined
  const [linkId = '', key = '', ...rest] = text.slice(QR_PREFIX.length).split(':')
  const publicKey = fromHex(key)
  if (!LINK_ID.test(linkId) || publicKey?.byteLength !== KEY_BYTES || rest.length > 0) return undefined
  return { linkId, publicKey }
}

/** Six digits that both devices show: the same only if the code that was read is the one that is shown. */
export async function linkCheck(publicKey: Uint8Array, linkId: string): Promise<string> {
  const salt = createByteWriter().text(CHECK_LABEL, ID_BYTES_MAX).text(linkId, ID_BYTES_MAX).bytes()
  const hash = await stretch(publicKey, salt, CHECK_ITERATIONS, 6)
  return String(hash.reduce((value, byte) => value * 256 + byte, 0) % 1_000_000).padStart(6, '0')
}

/** @throws RangeError on values outside their bounds; Error when the code that was read carries no sound public key */
export async function sealLink(publicKey: Uint8Array, linkId: string, payload: LinkPayload): Promise<Uint8Array> {
  return sealTo(publicKey, pad(encodePayload(payload)), boxFor(linkId))
}

/**
 * On the new device. The caller checks that `accountId` is the one signed in, and that the server knows the account by
 * this key. Fails with `E2EE_OPEN_FAILED`.
 */
export async function openLink(
  privateKey: Uint8Array,
  linkId: string,
  sealed: Uint8Array,
): Promise<E2eeResult<LinkPayload>> {
  if (sealed.byteLength > LINK_SEALED_BYTES_MAX) return OPEN_FAILED
  const padded = await openBox(privateKey, sealed, boxFor(linkId))
  const bytes = padded && unpad(padded)
  const payload = bytes && decodePayload(bytes)
  return payload !== undefined && (await isPair(payload.account)) ? ok(payload) : OPEN_FAILED
}

/** Whether the halves belong together: a device with others would sign what nobody believes. */
async function isPair({ publicKey, privateKey }: AccountKeys): Promise<boolean> {
  const probe = new TextEncoder().encode(INFO_LABEL)
  return isSignedBy(publicKey, probe, await sign(privateKey, probe))
}

function boxFor(linkId: string) {
  const info = createByteWriter().text(INFO_LABEL, ID_BYTES_MAX).text(linkId, ID_BYTES_MAX).bytes()
  return { cipher: 'aes-256', info, additional: new Uint8Array() } as const
}

function encodePayload({ accountId, account, contacts }: LinkPayload): Uint8Array {
  const { publicKey, privateKey } = account
  if (accountId === '' || publicKey.byteLength !== KEY_BYTES) throw new RangeError('bad account')
  if (privateKey.byteLength !== KEY_BYTES) throw new RangeError('bad account key')
  if (contacts.length > LINK_CONTACTS_MAX) throw new RangeError('too many contacts')
  const writer = createByteWriter().u8(VERSION).text(accountId, ID_BYTES_MAX).raw(publicKey)
  writer.raw(privateKey).u32(contacts.length)
  for (const contact of contacts) {
    if (contact.accountId === '' || contact.accountKey.byteLength !== KEY_BYTES) throw new RangeError('bad contact')
    writer.text(contact.accountId, ID_BYTES_MAX).raw(contact.accountKey)
    writer.u8(contact.isVerified ? 1 : 0)
  }
  return writer.bytes()
}

function decodePayload(bytes: Uint8Array): LinkPayload | undefined {
  const reader = createByteReader(bytes)
  const version = reader.u8()
  const accountId = reader.text(ID_BYTES_MAX)
  const publicKey = reader.raw(KEY_BYTES)
  const privateKey = reader.raw(KEY_BYTES)
  const count = reader.u32()
  if (version !== VERSION || accountId === '' || count > LINK_CONTACTS_MAX) return undefined
  const contacts: LinkedContact[] = []
  for (let at = 0; at < count; at += 1) {
    const contact = readContact(reader)
    if (contact === undefined) return undefined
    contacts.push(contact)
  }
  return reader.end() ? { accountId, account: { publicKey, privateKey }, contacts } : undefined
}

function readContact(reader: ByteReader): LinkedContact | undefined {
  const accountId = reader.text(ID_BYTES_MAX)
  const accountKey = reader.raw(KEY_BYTES)
  const verified = reader.u8()
  return accountId === '' || verified > 1 ? undefined : { accountId, accountKey, isVerified: verified === 1 }
}
