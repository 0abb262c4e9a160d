import * as z from 'zod/mini'
import { SAFETY_PACK_BYTES_MAX } from './limits.ts'

/** ISO 639-1. */
export const packLanguage = z.string().check(z.regex(/^[a-z]{2}$/))
/** Of two the later one counts: by date, then by number. */
export const packVersion = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}\.\d{1,4}$/))

/** Newer rules for the engine on people's devices [S13]: the same for everybody, and nothing is said of who uses which. */
export const SAFETY_PACK_ROUTES = {
  /** Empty when the operator publishes none. */
  listSafetyPacks: {
    method: 'GET',
    path: '/api/safety/packs',
    who: 'person',
    response: z.object({
      packs: z
        .array(
          z.object({
            language: packLanguage,
            version: packVersion,
            sizeBytes: z.number().check(z.int(), z.minimum(1), z.maximum(SAFETY_PACK_BYTES_MAX)),
          }),
        )
        .check(z.maxLength(64)),
    }),
  },
  /** The Ed25519 signature (64 bytes), then the pack: clients believe the signature, not the server. Errors: NOT_FOUND. */
  getSafetyPack: {
    method: 'GET',
    path: '/api/safety/packs/:language',
    who: 'person',
    out: 'bytes',
    response: z.object({}),
  },
} as const
