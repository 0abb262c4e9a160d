/**
 * Every bound of this package; SPEC.md gives the reasons. Inclusive; units stand last. The transport has
 * bounds of its own (`@visavis/wire` limits), which are not narrower than these.
 */
export const KEY_PACKAGE_BYTES_MAX = 8 * 1024
export const WELCOME_BYTES_MAX = 64 * 1024
export const SEALED_BYTES_MAX = 24 * 1024

export const CALL_ID_BYTES_MAX = 64
export const MESSAGE_ID_BYTES_MAX = 64
export const TEXT_BYTES_MAX = 16 * 1024
export const FINGERPRINT_BYTES = 32
export const NONCE_COMMITMENT_BYTES = 32
/** Each side's share of the call code. */
export const CALL_NONCE_BYTES = 32
export const ACCOUNT_ID_BYTES_MAX = 64
/** An Ed25519 public key (RFC 8032). */
export const ACCOUNT_KEY_BYTES = 32
/** RFC 8839 section 5.4: ice-ufrag has 4 to 256, ice-pwd 22 to 256 ice-chars. */
export const ICE_UFRAG_CHARS_MIN = 4
export const ICE_PWD_CHARS_MIN = 22
export const ICE_CHARS_MAX = 256

/** The smallest padded plaintext, so that "yes" and a sentence look alike. */
export const PADDED_BYTES_MIN = 256

/** How long a key package may wait for a partner: longer than anyone sits in the lobby, shorter than a day's reuse. */
export const KEY_PACKAGE_LIFETIME_MS = 24 * 60 * 60_000
/** How far the clocks of two people may disagree. */
export const CLOCK_SKEW_MS_MAX = 60 * 60_000

/**
 * A message may be this far ahead of the last one opened, and the keys of this many skipped messages are kept. Above
 * the library's defaults (200 and 10, which lose messages), below what a lasting conversation needs: every skipped
 * message costs the receiver a derivation, and here the sender is a stranger.
 */
export const SKIPPED_MESSAGES_MAX = 1_000

export const EXPORTED_BYTES_MAX = 255

/** A commit adds or removes at most everybody of a full conversation. */
export const COMMIT_BYTES_MAX = 64 * 1024
/** 12 accounts with 5 devices each. */
export const CONVERSATION_DEVICES_MAX = 60
/** UTF-8, of an account, a device, a session or a conversation. */
export const PERSON_ID_BYTES_MAX = 64
/** Padded content with its franking key, and what stands beside the ciphertext; sealed, it fits `SEALED_BYTES_MAX`. */
export const CONVERSATION_PLAIN_BYTES_MAX = 23 * 1024
export const CONVERSATION_ADDITIONAL_BYTES_MAX = 256

/** Keys of messages that were skipped, per sender and epoch: what a long absence and a restart may leave behind. */
export const CONVERSATION_SKIPPED_MESSAGES_MAX = 1_000
/** How far ahead of the last one opened a message may be. */
export const CONVERSATION_AHEAD_MESSAGES_MAX = 5_000
/** The server takes messages of the present epoch and of as many before it (wire SPEC WV2). */
export const PAST_EPOCHS_MAX = 3

/** Key packages tell the day they were made. Long, because the last one of a device that is rarely opened must do. */
export const DEVICE_PACKAGE_DAYS_MAX = 400
/** How many days ahead of the server's time one may seem to be made: the day may just be changing. */
export const DEVICE_PACKAGE_AHEAD_DAYS_MAX = 1
