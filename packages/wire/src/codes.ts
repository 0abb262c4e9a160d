/**
 * The closed set of error codes. A code is all a peer is told; its words are chosen in the view, in the person's
 * language. A test holds this table, `docs/errors.md` and the translations together.
 *
 * - `status`: HTTP status when it ends a request.
 * - `close`: WebSocket close code when it ends the connection, or null when the connection lives on.
 * - `retry`: whether the same request may succeed later without the person changing anything.
 */
export type CodeSpec = { readonly status: number; readonly close: number | null; readonly retry: boolean }

export const CODES = {
  // Frames and requests: the peer is broken, hostile or too fast.
  WIRE_FRAME_TOO_LARGE: { status: 413, close: 4400, retry: false },
  WIRE_MALFORMED: { status: 400, close: 4401, retry: false },
  WIRE_VERSION: { status: 426, close: 4402, retry: false },
  WIRE_UNKNOWN_TYPE: { status: 400, close: null, retry: false },
  WIRE_INVALID: { status: 400, close: null, retry: false },
  WIRE_HELLO_REQUIRED: { status: 400, close: 4403, retry: false },
  WIRE_FLOOD: { status: 429, close: 4429, retry: true },
  RATE_LIMITED: { status: 429, close: null, retry: true },

  // Who may.
  AUTH_REQUIRED: { status: 401, close: 4404, retry: false },
  AUTH_EXPIRED: { status: 401, close: 4405, retry: false },
  AUTH_ORIGIN: { status: 403, close: 4406, retry: false },
  NOT_ALLOWED: { status: 403, close: null, retry: false },
  NOT_FOUND: { status: 404, close: null, retry: false },

  // The connection and the server.
  SESSION_REPLACED: { status: 409, close: 4409, retry: false },
  SESSION_TOO_MANY: { status: 429, close: 4412, retry: true },
  SERVER_DRAINING: { status: 503, close: 4410, retry: true },
  SERVER_SLOW_READER: { status: 503, close: 4411, retry: true },
  SERVER_STORAGE: { status: 503, close: null, retry: true },
  SERVER_INTERNAL: { status: 500, close: null, retry: true },

  // Accounts.
  ACCOUNT_HANDLE_INVALID: { status: 400, close: null, retry: false },
  ACCOUNT_HANDLE_TAKEN: { status: 409, close: null, retry: false },
  ACCOUNT_PASSWORD_WEAK: { status: 400, close: null, retry: false },
  ACCOUNT_AGE_REQUIRED: { status: 403, close: null, retry: false },
  ACCOUNT_GUIDELINES_REQUIRED: { status: 403, close: null, retry: false },
  ACCOUNT_PROOF_INVALID: { status: 400, close: null, retry: true },
  ACCOUNT_SIGN_IN_FAILED: { status: 401, close: null, retry: false },
  ACCOUNT_PASSKEY_FAILED: { status: 400, close: null, retry: true },
  ACCOUNT_SANCTIONED: { status: 403, close: null, retry: false },

  // Matching.
  MATCH_IN_CALL: { status: 409, close: null, retry: false },
  MATCH_QUEUE_FULL: { status: 503, close: null, retry: true },
  MATCH_TICKET_INVALID: { status: 400, close: null, retry: false },

  // The call and its relay.
  RELAY_UNAVAILABLE: { status: 503, close: null, retry: true },
  RELAY_LEASE_LIMIT: { status: 429, close: null, retry: true },
  CALL_UNKNOWN: { status: 404, close: null, retry: false },
  CALL_ADDRESS_REFUSED: { status: 400, close: null, retry: false },
  CALL_IDENTITY_MISMATCH: { status: 400, close: null, retry: false },
  CALL_MEDIA_FAILED: { status: 400, close: null, retry: true },

  // End-to-end encryption. One code for every cause of a failed opening: no oracle.
  E2EE_OPEN_FAILED: { status: 400, close: null, retry: false },

  // Devices, contacts and conversations.
  DEVICE_REQUIRED: { status: 403, close: null, retry: false },
  DEVICE_KEY_REFUSED: { status: 400, close: null, retry: false },
  DEVICE_OTHER_KEY: { status: 409, close: null, retry: false },
  DEVICE_TOO_MANY: { status: 409, close: null, retry: false },
  CONTACT_CODE_UNKNOWN: { status: 404, close: null, retry: false },
  CONTACT_LIMIT: { status: 409, close: null, retry: false },
  CONVERSATION_UNKNOWN: { status: 404, close: null, retry: false },
  CONVERSATION_EPOCH: { status: 409, close: null, retry: false },
  CONVERSATION_WAITS: { status: 409, close: null, retry: false },
  CONVERSATION_FULL: { status: 409, close: null, retry: false },
  LINK_EXPIRED: { status: 404, close: null, retry: false },

  // Files.
  FILE_TOO_LARGE: { status: 413, close: null, retry: false },
  FILE_QUOTA: { status: 409, close: null, retry: false },
  FILE_GONE: { status: 404, close: null, retry: false },
  FILE_DAMAGED: { status: 400, close: null, retry: false },

  // The encrypted backup.
  BACKUP_CHANGED: { status: 409, close: null, retry: true },

  // Pushes without content.
  PUSH_REFUSED: { status: 400, close: null, retry: false },

  // Reports and blocks.
  REPORT_WINDOW_CLOSED: { status: 409, close: null, retry: false },

  // On the device only; never sent, but worded in the same place.
  MEDIA_DENIED: { status: 400, close: null, retry: true },
  MEDIA_NONE: { status: 400, close: null, retry: true },
  MEDIA_IN_USE: { status: 400, close: null, retry: true },
  VAULT_UNAVAILABLE: { status: 400, close: null, retry: false },
  VAULT_LOCKED: { status: 400, close: null, retry: false },
  FILE_LOCKED: { status: 400, close: null, retry: false },
  SAFETY_UNAVAILABLE: { status: 503, close: null, retry: true },
  NETWORK_OFFLINE: { status: 503, close: null, retry: true },
} as const satisfies Record<string, CodeSpec>

export type Code = keyof typeof CODES

/** For schemas that need the names as a tuple. */
export const CODE_NAMES = Object.keys(CODES) as [Code, ...Code[]]

export function isCode(value: unknown): value is Code {
  return typeof value === 'string' && Object.hasOwn(CODES, value)
}

/** The code whose WebSocket close number this is, or undefined for a close that is not ours (network, browser). */
export function codeOfClose(close: number): Code | undefined {
  for (const [code, spec] of Object.entries(CODES)) if (spec.close === close) return code as Code
  return undefined
}
