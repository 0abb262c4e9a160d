import { createHash } from 'node:crypto'
import { SECOND, type Clock, type Log, type Random } from '@visavis/ports'
import { VisavisError } from '@visavis/wire'
import { AwsV4Signer } from 'aws4fetch'
import type { S3Settings } from '../config-s3.ts'

/** One try, from the connection to the last byte: a part of a megabyte, over a slow line. */
const TRY_MS_MAX = 10 * SECOND
const TRIES_MAX = 3
const FIRST_PAUSE_MS = 200
const RETRY_MS = SECOND
const ERROR_BYTES_MAX = 16_384
/** Refusals that pass by themselves, under a status that says otherwise. */
const PASSING = new Set(['RequestTimeout', 'SlowDown', 'OperationAborted', 'InternalError', 'ServiceUnavailable'])

export type S3Deps = {
  readonly settings: S3Settings
  readonly clock: Clock
  readonly random: Pick<Random, 'float'>
  readonly log: Log
  readonly fetch: typeof fetch
}

/** A request that may be sent again: all that are used here may. */
export type S3Request = {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Absent for the bucket itself. Of letters, digits, `-` and `/` only. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** A longer answer is refused. */
  readonly bytesMax: number
}

export type S3Answer = {
  readonly status: number
  /** What an error is called by the store; undefined for a success, and for an error that names nothing. */
  readonly code: string | undefined
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * Requests to an S3-compatible store, signed with AWS Signature Version 4 (aws4fetch) over the hash of the body, so that
 * neither can be changed on the way. Tries again, within bounds, what failed by the network or is said to pass. Rejects with
 * `VisavisError` SERVER_STORAGE when the store is away; whatever else it answers is the caller's to judge. Neither key nor
 * secret nor address is in any error or line of the log.
 */
export function createS3Requests(deps: S3Deps): (request: S3Request) => Promise<S3Answer> {
  const { clock, random, log, settings } = deps
  const cache = new Map<string, ArrayBuffer>()

  async function tryOnce(request: S3Request): Promise<S3Answer> {
    const { method, body } = request
    const { url, headers } = await sign(settings, request, { nowMs: clock.nowMs(), cache })
    const end = new AbortController()
    const cancel = clock.after(TRY_MS_MAX, () => end.abort())
    try {
      const sent = body && { body: new Uint8Array(body) }
      const response = await deps.fetch(url, { method, headers, ...sent, signal: end.signal, redirect: 'manual' })
      const bytes = await readAtMost(response, response.ok ? request.bytesMax : ERROR_BYTES_MAX)
      return { status: response.status, code: response.ok ? undefined : codeIn(bytes), bytes }
    } finally {
      cancel()
    }
  }

  return async (request) => {
    let failure: unknown
    for (let count = 1; count <= TRIES_MAX; count++) {
      if (count > 1) await clock.sleep(FIRST_PAUSE_MS * 2 ** (count - 2) * (0.5 + random.float()))
      try {
        const answer = await tryOnce(request)
        if (!isPassing(answer)) return answer
        failure = new Error(`the file store answered ${answer.status}`)
      } catch (error) {
        failure = error
      }
    }
    log.warn('files.store-away', { reason: request.method, count: TRIES_MAX, err: failure })
    throw new VisavisError('SERVER_STORAGE', { cause: failure, retryAfterMs: RETRY_MS })
  }
}

async function sign(
  { url, bucket, style, keyId: accessKeyId, secret: secretAccessKey, region }: S3Settings,
  { method, key = '', query = {}, body = new Uint8Array(0) }: S3Request,
  { nowMs, cache }: { nowMs: number; cache: Map<string, ArrayBuffer> },
): Promise<{ url: string; headers: Headers }> {
  const base = new URL(url)
  if (style === 'host') base.hostname = `${bucket}.${base.hostname}`
  base.pathname = style === 'host' ? `/${key}` : `/${bucket}${key && `/${key}`}`
  for (const [name, value] of Object.entries(query)) base.searchParams.set(name, value)
  const hash = createHash('sha256').update(body).digest('hex')
  const datetime = new Date(nowMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
  const headers = {
    'x-amz-content-sha256': hash,
    ...(method === 'PUT' && { 'content-type': 'application/octet-stream' }),
  }
  const signing = { accessKeyId, secretAccessKey, service: 's3', region, datetime, cache }
  const signed = await new AwsV4Signer({ ...signing, method, url: base.href, headers }).sign()
  return { url: signed.url.href, headers: signed.headers }
}

function isPassing({ status, code }: S3Answer): boolean {
  return status === 429 || (status >= 500 && status !== 501) || (code !== undefined && PASSING.has(code))
}

async function readAtMost(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let size = 0
  // Leaving the loop early ends the connection.
  for await (const piece of response.body ?? []) {
    size += piece.byteLength
    if (size > bytesMax) throw new Error('the answer of the file store is too long')
    pieces.push(piece)
  }
  return new Uint8Array(Buffer.concat(pieces))
}

/** `<Error><Code>NoSuchKey</Code>…`, as far as it is a word. */
function codeIn(bytes: Uint8Array): string | undefined {
  return /<Code>([A-Za-z]{1,64})<\/Code>/.exec(new TextDecoder().decode(bytes))?.[1]
}
