import { GCM_TAG_BYTES } from '../web-crypto.ts'

/** Bounds of a backup (SPEC, backup). What the server keeps of one: its slots, a manifest and sealed segments. */
export const BACKUP_SEGMENT_BYTES_MAX = 256 * 1024
export const BACKUP_SEGMENTS_MAX = 200
/** Before padding, which adds at most 12 %. */
export const BACKUP_CONTENT_BYTES_MAX = 40 * 1024 * 1024
/** What a segment holds before it is sealed. */
export const SEGMENT_PLAIN_BYTES = BACKUP_SEGMENT_BYTES_MAX - GCM_TAG_BYTES

export const STRETCH_SALT_BYTES = 16
/** What a server may make a device work for one attempt (Argon2id). */
export const STRETCH_MEMORY_KIB_MAX = 256 * 1024
export const STRETCH_PASSES_MAX = 10

export const PASSKEY_SALT_BYTES = 32
/** WebAuthn level 3 section 4, credential id. */
export const CREDENTIAL_ID_BYTES_MAX = 1023
/** All that is in a slot beside a credential id is less. */
export const BACKUP_SLOT_BYTES_MAX = CREDENTIAL_ID_BYTES_MAX + 256
