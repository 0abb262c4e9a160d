import * as z from 'zod/mini'
import { conversationId, fileId } from './ids.ts'
import * as limits from './limits.ts'
import { count, timeMs } from './values.ts'

/**
 * Encrypted files [K2]. The server holds ciphertext; key, name and type travel inside messages. Parts travel as bytes:
 * `in: 'bytes'` marks a request, `out: 'bytes'` an answer that is not JSON.
 */
export const FILE_ROUTES = {
  /**
   * Announces a file for the people of a conversation. Errors: FILE_TOO_LARGE, FILE_QUOTA, and where no message would be taken
   * CONVERSATION_UNKNOWN, CONVERSATION_WAITS (WV7).
   */
  createFile: {
    method: 'POST',
    path: '/api/files',
    who: 'person',
    request: z.strictObject({
      conversationId,
      sizeBytes: count.check(z.minimum(1), z.maximum(limits.FILE_BYTES_MAX)),
    }),
    response: z.object({ fileId, parts: count }),
  },
  /**
   * By its uploader. Parts may come in any order and again; a complete file takes no more. Errors: FILE_GONE, and those of
   * WV7 when the conversation has ended meanwhile.
   */
  putFilePart: {
    method: 'PUT',
    path: '/api/files/:fileId/parts/:part',
    who: 'person',
    in: 'bytes',
    bodyBytesMax: limits.FILE_PART_BYTES,
    response: z.object({ complete: z.boolean() }),
  },
  /** Which parts are there; for its uploader and the people of the conversation. Errors: FILE_GONE. */
  getFile: {
    method: 'GET',
    path: '/api/files/:fileId',
    who: 'person',
    response: z.object({
      sizeBytes: count,
      complete: z.boolean(),
      /** Numbers of the parts that are missing, from 0. */
      missing: z.array(count).check(z.maxLength(limits.FILE_PARTS_MAX)),
      expiresAtMs: timeMs,
    }),
  },
  /** Bytes of one part. Errors: FILE_GONE. */
  getFilePart: {
    method: 'GET',
    path: '/api/files/:fileId/parts/:part',
    who: 'person',
    out: 'bytes',
    response: z.object({}),
  },
  deleteFile: { method: 'DELETE', path: '/api/files/:fileId', who: 'person', response: z.object({}) },
} as const
