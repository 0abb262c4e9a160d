import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as openRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.ts'

/** A push service that has not answered by then is one that does not. */
const ANSWER_MS_MAX = 10_000
const HEADER_BYTES_MAX = 8 * 1_024

export type PushRequest = {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** The host may resolve to an address of our own network. */
  readonly mayBePrivate: boolean
}

/**
 * Posts without a body and gives the status of the answer, whatever it is; the rest of the answer is not read, and a
 * redirect is not followed. Rejects when there is no answer.
 */
export type PushPost = (request: PushRequest, signal: AbortSignal) => Promise<number>

/** The real one. `ca`: certificates to trust in place of the platform's, PEM. */
export function createPushPost(options: { readonly ca?: string } = {}): PushPost {
  return ({ url, headers, mayBePrivate }, signal) =>
    new Promise((answer, reject) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)])
      const request = openRequest(url, {
        ...options,
        method: 'POST',
        headers,
        agent: false,
        maxHeaderSize: HEADER_BYTES_MAX,
        signal: limit,
        // Asked in the moment of connecting: a name that was harmless a moment before may not be now.
        ...(mayBePrivate ? {} : { lookup: publicLookup }),
      })
      request.on('response', (response) => {
        answer(response.statusCode ?? 0)
        response.destroy()
      })
      request.on('error', reject)
      request.end()
    })
}

/** As the platform's, without addresses of our own machine or network. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const addresses: readonly LookupAddress[] = (found ?? []).filter(({ address }) => isPublicAddress(address))
    const [first] = addresses
    if (error) done(error, '')
    else if (!first) done(Object.assign(new Error('not a public address'), { code: 'ENOTFOUND' }), '')
    else if (options.all) done(null, [...addresses])
    else done(null, first.address, first.family)
  })
}
