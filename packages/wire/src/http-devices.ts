import * as z from 'zod/mini'
import { accountId, conversationId, deviceId, linkId } from './ids.ts'
import * as limits from './limits.ts'
import { b64, count, timeMs } from './values.ts'

const ED25519_KEY_BYTES = 32
const ED25519_SIGNATURE_BYTES = 64
const publicKey = b64(ED25519_KEY_BYTES)
const signature = b64(ED25519_SIGNATURE_BYTES)
const name = z.string().check(z.minLength(1), z.maxLength(limits.DEVICE_NAME_CHARS_MAX))

/** Groups of two people and larger ones use different cipher suites (e2ee SPEC), so each has key packages of its own. */
export const SUITE_KINDS = ['pair', 'group'] as const
export type SuiteKind = (typeof SUITE_KINDS)[number]
const suite = z.enum(SUITE_KINDS)
const keyPackage = b64(limits.KEY_PACKAGE_BYTES_MAX)

/** A device as others may know it: its key, vouched for by the key of its account (e2ee SPEC, devices). */
export const publicDevice = z.object({ deviceId, deviceKey: publicKey, signature })

/** Devices of an account and their public keys [K9]. */
export const DEVICE_ROUTES = {
  /**
   * Makes this session the given new device. With `startAfresh` the account gets another account key: all its other
   * devices are revoked, and contacts are warned. Errors: DEVICE_KEY_REFUSED, DEVICE_OTHER_KEY, DEVICE_TOO_MANY.
   */
  registerDevice: {
    method: 'POST',
    path: '/api/devices',
    who: 'person',
    request: z.strictObject({
      deviceId,
      name,
      accountKey: publicKey,
      deviceKey: publicKey,
      signature,
      startAfresh: z.boolean(),
    }),
    response: z.object({}),
  },
  /** Joins a new session to a device that exists, which signs `sessionId` and `atMs`. Errors: DEVICE_KEY_REFUSED. */
  bindDevice: {
    method: 'POST',
    path: '/api/devices/bind',
    who: 'person',
    request: z.strictObject({ deviceId, atMs: timeMs, signature }),
    response: z.object({}),
  },
  listDevices: {
    method: 'GET',
    path: '/api/devices',
    who: 'person',
    response: z.object({
      /** Null before the first device is registered. */
      accountKey: z.nullable(publicKey),
      devices: z.array(
        z.extend(publicDevice, {
          name: z.string(),
          createdAtMs: timeMs,
          /** Rounded down to the day. */
          lastSeenMs: timeMs,
          isThisOne: z.boolean(),
        }),
      ),
    }),
  },
  renameDevice: {
    method: 'POST',
    path: '/api/devices/:deviceId/name',
    who: 'person',
    request: z.strictObject({ name }),
    response: z.object({}),
  },
  /** Ends its sessions, forgets what waits for it, and asks the others to take it out of every group. */
  revokeDevice: { method: 'DELETE', path: '/api/devices/:deviceId', who: 'person', response: z.object({}) },
  /** Of this device. `last` is used again and again when no other is left. Errors: DEVICE_REQUIRED. */
  addKeyPackages: {
    method: 'POST',
    path: '/api/key-packages',
    who: 'person',
    /** All of them at their largest, and the last one, in base64. */
    bodyBytesMax: 2 * (limits.KEY_PACKAGES_PER_UPLOAD_MAX + 1) * limits.KEY_PACKAGE_BYTES_MAX,
    request: z.strictObject({
      suite,
      packages: z.array(keyPackage).check(z.maxLength(limits.KEY_PACKAGES_PER_UPLOAD_MAX)),
      last: z.optional(keyPackage),
    }),
    response: z.object({ left: count }),
  },
  countKeyPackages: {
    method: 'GET',
    path: '/api/key-packages',
    who: 'person',
    response: z.object({ pair: count, group: count, hasLast: z.object({ pair: z.boolean(), group: z.boolean() }) }),
  },
  /** One key package of each named device; those without any are left out. Only within a conversation one belongs to. */
  claimKeyPackages: {
    method: 'POST',
    path: '/api/key-packages/claim',
    who: 'person',
    request: z.strictObject({
      conversationId,
      devices: z.array(deviceId).check(z.minLength(1), z.maxLength(limits.COMMIT_DEVICES_MAX)),
    }),
    response: z.object({ packages: z.array(z.object({ accountId, deviceId, keyPackage })) }),
  },
  /** A new device opens a link and shows its id as a QR code; another device of the account answers it, sealed to it. */
  openLink: {
    method: 'POST',
    path: '/api/device-links',
    who: 'person',
    request: z.strictObject({}),
    response: z.object({ linkId, expiresAtMs: timeMs }),
  },
  answerLink: {
    method: 'POST',
    path: '/api/device-links/:linkId',
    who: 'person',
    bodyBytesMax: 2 * limits.LINK_SEALED_BYTES_MAX,
    request: z.strictObject({ sealed: b64(limits.LINK_SEALED_BYTES_MAX) }),
    response: z.object({}),
  },
  /** Null until it is answered; given once. Errors: LINK_EXPIRED. */
  readLink: {
    method: 'GET',
    path: '/api/device-links/:linkId',
    who: 'person',
    response: z.object({ sealed: z.nullable(b64(limits.LINK_SEALED_BYTES_MAX)) }),
  },
} as const
