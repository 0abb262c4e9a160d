/**
 * Every bound of the protocol in one place. A peer that exceeds one is broken or hostile. See SPEC.md, "Limits".
 * Units stand last in the name; a `Max` is inclusive.
 */
export const PROTOCOL_VERSION = 1

/** Header: version u8, type u8, id u32 big endian. */
export const FRAME_HEADER_BYTES = 6
export const FRAME_BYTES_MAX = 72 * 1024
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
/** After its end a call can still be reported and its partner blocked for this long. */
export const EVIDENCE_WINDOW_MS = 15 * 60_000

export const HANDLE_CHARS_MIN = 3
export const HANDLE_CHARS_MAX = 24
export const PASSWORD_CHARS_MIN = 10
export const PASSWORD_CHARS_MAX = 256
export const REPORT_WORDS_CHARS_MAX = 2_000
export const REPORT_ANSWER_MS = 24 * 60 * 60_000
export const HTTP_BODY_BYTES_MAX = 64 * 1024
