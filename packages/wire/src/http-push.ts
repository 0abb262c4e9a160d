import * as z from 'zod/mini'
import * as limits from './limits.ts'

/** The address at which the browser's push service takes pushes for this browser (RFC 8030). Whoever knows it may push. */
const endpoint = z.string().check(z.maxLength(limits.PUSH_ENDPOINT_CHARS_MAX), z.regex(/^https:\/\/[\x21-\x7e]+$/))

/** The public half of the server's key for pushes: an uncompressed point of P-256 (RFC 8292), base64url. */
const publicKey = z.string().check(z.regex(/^[\w-]{87}$/))

/**
 * Pushes that carry nothing [K12]: they wake a device for which a message waits. The keys with which a push could be
 * given content (RFC 8291) stay in the browser; the server is never told them.
 */
export const PUSH_ROUTES = {
  /** `publicKey` is null where the operator has pushes off; `isOn`: this device has said where to push to. */
  getPush: {
    method: 'GET',
    path: '/api/push',
    who: 'person',
    response: z.object({ publicKey: z.nullable(publicKey), isOn: z.boolean() }),
  },
  /** By a registered device, in the place of what it said before. Errors: DEVICE_REQUIRED, PUSH_REFUSED. */
  setPush: {
    method: 'POST',
    path: '/api/push',
    who: 'person',
    request: z.strictObject({ endpoint }),
    response: z.object({}),
  },
  /** By a registered device; nothing happens when there was none. Errors: DEVICE_REQUIRED. */
  deletePush: { method: 'DELETE', path: '/api/push', who: 'person', response: z.object({}) },
} as const
