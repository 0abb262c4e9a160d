/**
 * Every bound of the protocol in one place. A peer that exceeds one is broken or hostile. See SPEC.md, "Limits".
 * Units stand last in the name; a `Max` is inclusive.
 */
export const PROTOCOL_VERSION = 1

/** Header: version u8, type u8, id u32 big endian. */
export const FRAME_HEADER_BYTES = 6
export const FRAME_BYTES_MAX = 136 * 1024
/** An MLS handshake message or an encrypted signal between the two clients of a call. */
export const SIGNAL_BYTES_MAX = 64 * 1024
export const KEY_PACKAGE_BYTES_MAX = 8 * 1024
/** One encrypted text message: Padme-padded plaintext plus MLS overhead. */
export const CIPHERTEXT_BYTES_MAX = 24 * 1024
/** What a person may type into one message, before encryption. */
export const TEXT_BYTES_MAX = 16 * 1024
export const FINGERPRINT_BYTES = 32

export const LANGUAGES_MAX = 8
export const INTERESTS_MAX = 12
export const INTEREST_CHARS_MAX = 32
export const CANDIDATES_PER_CALL_MAX = 16
export const CALLS_PER_HELLO_MAX = 4

/** Frames a connection may send: steady rate and burst of a token bucket; beyond the burst frames are refused, beyond
 * `FLOOD_FRAMES` refusals in a row the connection is closed. */
export const FRAMES_PER_SECOND = 40
export const FRAMES_BURST = 120
export const FLOOD_FRAMES = 200
export const SEEKS_PER_MINUTE_MAX = 90
export const SOCKETS_PER_ACCOUNT_MAX = 6

/** Server to client: unacknowledged session deliveries kept for resume, and how long after a cut. */
export const SESSION_OUTBOX_FRAMES_MAX = 256
export const SESSION_OUTBOX_BYTES_MAX = 1024 * 1024
export const SESSION_RESUME_MS = 60_000
/** A socket with more than this waiting in its buffer is paused; if it stays so for `SLOW_READER_MS`, it is closed. */
export const SOCKET_BUFFER_BYTES_MAX = 1024 * 1024
export const SLOW_READER_MS = 10_000
export const HEARTBEAT_MS = 15_000
/** Without any byte from the server for this long the client treats the socket as dead. */
export const SILENCE_MS_MAX = 35_000
export const HELLO_WAIT_MS = 10_000
/** A person whose socket is gone for longer leaves the call. */
export const CALL_ABSENCE_MS_MAX = 60_000

export const MAILBOX_DAYS = 30
/** Key frames of a call that one side may commit to: a token bucket. The partner asks for one every few seconds. */
export const COMMITS_PER_SECOND = 4
export const COMMITS_BURST = 16
/** What the server seals for each side of a call, so that it can still report it when the server has forgotten the call. */
export const CALL_RECEIPT_BYTES_MAX = 256
/** How long a receipt lets its holder report. */
export const CALL_RECEIPT_DAYS = 30
/** After its end a call can still be reported and its partner blocked for this long. */
export const EVIDENCE_WINDOW_MS = 15 * 60_000

export const HANDLE_CHARS_MIN = 3
export const HANDLE_CHARS_MAX = 24
export const PASSWORD_CHARS_MIN = 10
export const PASSWORD_CHARS_MAX = 256
export const REPORT_WORDS_CHARS_MAX = 2_000
export const REPORT_ANSWER_MS = 24 * 60 * 60_000
export const HTTP_BODY_BYTES_MAX = 64 * 1024

/** A generation of a conversation: one MLS group. Its commits and welcomes travel whole in one frame. */
export const COMMIT_BYTES_MAX = 64 * 1024
export const CONVERSATION_ACCOUNTS_MAX = 12
export const DEVICES_PER_ACCOUNT_MAX = 5
export const DEVICE_NAME_CHARS_MAX = 40
/** Devices added or removed by one commit: everybody of a full conversation. */
export const COMMIT_DEVICES_MAX = CONVERSATION_ACCOUNTS_MAX * DEVICES_PER_ACCOUNT_MAX
export const COMMITMENT_BYTES = 32
/** What a recipient account gets of the server's stamp on a message: HMAC-SHA-256. */
export const STAMP_BYTES = 32
/** Until the request is accepted, its sender may write this much. */
export const REQUEST_MESSAGES_MAX = 3
export const CONTACTS_MAX = 500
export const CONVERSATIONS_MAX = 600
export const KEY_PACKAGES_PER_UPLOAD_MAX = 20
export const KEY_PACKAGES_KEPT_MAX = 40
/** Longer than any message may still be reported (30 days) plus the time a clock may be off. */
export const STAMP_KEY_DAYS = 32
export const REPORT_MESSAGES_MAX = 40
/** A sealed report: up to `REPORT_MESSAGES_MAX` opened messages, or some key frames of a call. */
export const SEALED_REPORT_BYTES_MAX = 1024 * 1024
export const LINK_SEALED_BYTES_MAX = 64 * 1024
export const LINK_LIFETIME_MS = 10 * 60_000

export const FILE_BYTES_MAX = 100 * 1024 * 1024 + 1024 * 1024
/** What one upload request carries; the last part may be shorter. */
export const FILE_PART_BYTES = 1024 * 1024
export const FILE_PARTS_MAX = Math.ceil(FILE_BYTES_MAX / FILE_PART_BYTES)
export const FILES_BYTES_PER_ACCOUNT_MAX = 1024 * 1024 * 1024

/** An account's encrypted backup: a wrapped key, and so many segments. */
export const BACKUP_SLOT_BYTES_MAX = 4 * 1024
export const BACKUP_SEGMENT_BYTES_MAX = 256 * 1024
export const BACKUP_SEGMENTS_MAX = 200
/** After its last renewal. */
export const BACKUP_DAYS = 30

/** Where a push service takes pushes; the known services use fewer than 300. */
export const PUSH_ENDPOINT_CHARS_MAX = 1_024

/** A pack of rules as `packages/safety` reads it, without its signature. */
export const SAFETY_PACK_BYTES_MAX = 2 * 1024 * 1024
export const SAFETY_SIGNATURE_BYTES = 64
