import { FILE_PART_BYTES, fileId as fileIdSchema, VisavisError, type FileId } from '@visavis/wire'
import type { PartStore } from './part-store.ts'
import { readListing, type S3Listing } from './s3-listing.ts'
import { createS3Requests, type S3Answer, type S3Deps, type S3Request } from './s3-requests.ts'

const LISTING_BYTES_MAX = 4 * 1024 * 1024
const PAGE = 1_000
/** Parts of one file that are removed at the same time. */
const REMOVED_AT_ONCE = 8
const PROBE = 'visavis-probe'

/** Thrown at the start when the store cannot be used as it is configured; written for the operator, and quotes no value. */
export class FileStoreError extends Error {
  override readonly name = 'FileStoreError'
}

/**
 * Parts as objects `<id of the file>/<part>` of one bucket. A PUT is whole or not at all, and durable when it is answered.
 * What is in the bucket under other names is left alone. Rejects with SERVER_STORAGE when the store is away or refuses.
 */
export function createS3PartStore(deps: S3Deps): PartStore & {
  /** Writes, reads, lists and removes something small. Rejects with `FileStoreError`. */
  readonly check: () => Promise<void>
} {
  const ask = createS3Requests(deps)
  const keyOf = (fileId: FileId, part: number) => `${fileId}/${part}`

  /** The answer, if it is one of success; `isGone` when the object is not there. */
  async function askFor(request: S3Request): Promise<S3Answer & { readonly isGone: boolean }> {
    const answer = await ask(request)
    const isGone = answer.status === 404 && answer.code === 'NoSuchKey'
    if (isGone || (answer.status >= 200 && answer.status < 300)) return { ...answer, isGone }
    deps.log.error('files.store-refused', { reason: answer.code ?? 'nothing said', count: answer.status })
    throw new VisavisError('SERVER_STORAGE', { cause: new Error(`the file store answered ${answer.status}`) })
  }

  async function* pages(query: Readonly<Record<string, string>>): AsyncIterable<S3Listing> {
    for (let next: string | undefined, isFirst = true; isFirst || next !== undefined; isFirst = false) {
      const from = next === undefined ? {} : { 'continuation-token': next }
      const asked = { 'list-type': '2', 'max-keys': String(PAGE), ...query, ...from }
      const { bytes } = await askFor({ method: 'GET', query: asked, bytesMax: LISTING_BYTES_MAX })
      const page = readListing(new TextDecoder().decode(bytes))
      if (!page || (page.next !== undefined && page.next === next))
        throw new VisavisError('SERVER_STORAGE', { cause: new Error('the file store gave no listing') })
      yield page
      next = page.next
    }
  }

  const put = (key: string, body: Uint8Array) => askFor({ method: 'PUT', key, body, bytesMax: 16_384 })
  const remove = (key: string) => askFor({ method: 'DELETE', key, bytesMax: 16_384 })

  return {
    check: () => check(ask),

    async put(fileId, part, bytes) {
      await put(keyOf(fileId, part), bytes)
    },

    async get(fileId, part) {
      const { isGone, bytes } = await askFor({ method: 'GET', key: keyOf(fileId, part), bytesMax: FILE_PART_BYTES })
      return isGone ? undefined : bytes
    },

    async remove(fileId) {
      const keys: string[] = []
      for await (const page of pages({ prefix: `${fileId}/` }))
        keys.push(
          ...page.keys.filter((key) => key.startsWith(`${fileId}/`) && /^\d{1,4}$/.test(key.slice(fileId.length + 1))),
        )
      for (let at = 0; at < keys.length; at += REMOVED_AT_ONCE)
        await Promise.all(keys.slice(at, at + REMOVED_AT_ONCE).map(remove))
    },

    async *list() {
      for await (const { prefixes } of pages({ delimiter: '/' }))
        for (const prefix of prefixes) {
          const id = fileIdSchema.safeParse(prefix.slice(0, -1))
          if (id.success && prefix.endsWith('/')) yield id.data
        }
    },
  }
}

/** Everything that is done later is done once, so that a wrong setting is noticed before anybody has sent a file. */
async function check(ask: (request: S3Request) => Promise<S3Answer>): Promise<void> {
  const body = new TextEncoder().encode(PROBE)
  const listing = { 'list-type': '2', delimiter: '/', 'max-keys': '1' }
  const steps: readonly S3Request[] = [
    { method: 'GET', query: listing, bytesMax: LISTING_BYTES_MAX },
    { method: 'PUT', key: PROBE, body, bytesMax: 16_384 },
    { method: 'GET', key: PROBE, bytesMax: 16_384 },
    { method: 'DELETE', key: PROBE, bytesMax: 16_384 },
  ]
  for (const [index, request] of steps.entries()) {
    const answer = await ask(request).catch((error: unknown) => {
      throw new FileStoreError('The file store of S3_URL does not answer.', { cause: error })
    })
    if (answer.status < 200 || answer.status > 299) throw new FileStoreError(explain(answer))
    const text = new TextDecoder().decode(answer.bytes)
    if (index === 0 && !readListing(text))
      throw new FileStoreError('S3_URL is not the address of an S3-compatible store.')
    if (index === 2 && text !== PROBE)
      throw new FileStoreError('The file store of S3_URL does not give back what it was given.')
  }
}

function explain({ status, code = '' }: S3Answer): string {
  if (code === 'NoSuchBucket') return 'S3_BUCKET names a bucket that is not there.'
  if (code === 'InvalidAccessKeyId') return 'S3_KEY_ID is not known to the file store.'
  if (code === 'SignatureDoesNotMatch') return 'S3_SECRET is not the secret of S3_KEY_ID.'
  if (code === 'RequestTimeTooSkewed') return 'The clock of this machine differs too much from that of the file store.'
  if (code === 'AccessDenied') return 'S3_KEY_ID may not get, put, delete and list in S3_BUCKET.'
  if (code === 'AuthorizationHeaderMalformed' || (status >= 300 && status < 400))
    return 'S3_REGION or S3_URL is not that of the bucket.'
  return `The file store of S3_URL refuses what it is asked (${status}${code && `, ${code}`}).`
}
