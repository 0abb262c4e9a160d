import { mkdtempSync, rmSync } from 'node:fs'
import { request as send, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { S3Settings } from '../../src/config-s3.ts'
import { isSignedWith } from './s3-signature.ts'

/** The part of s3rver that is used here; it brings no types. It knows keys, but looks at no signature: that is done here. */
type S3Like = { run(): Promise<AddressInfo>; close(): Promise<void>; readonly httpServer: Server }
type Options = Readonly<Record<string, unknown>>
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: Options) => S3Like

/** The one account that s3rver knows. */
const KEY = 'S3RVER'
const ENDPOINT = 'files.test'

export type S3Server = Awaited<ReturnType<typeof startS3Server>>

/** An S3-compatible store on a free port, over a folder of its own, with these buckets. */
export async function startS3Server(buckets: readonly string[]) {
  const directory = mkdtempSync(path.join(tmpdir(), 'visavis-s3-'))
  const configureBuckets = buckets.map((name) => ({ name }))
  const options = {
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    serviceEndpoint: ENDPOINT,
    configureBuckets,
  }
  const server = new S3rver(options)
  const { port } = await server.run()
  checkSignatures(server.httpServer)
  return {
    port,
    directory,
    /** How to reach a bucket. Names of hosts are none that a resolver knows: use `fetchHere`. */
    settings(bucket: string, style: S3Settings['style'] = 'path'): S3Settings {
      const host = style === 'path' ? '127.0.0.1' : `s3.${ENDPOINT}`
      return { url: `http://${host}:${port}`, bucket, style, region: 'us-east-1', keyId: KEY, secret: KEY }
    },
    async stop(): Promise<void> {
      server.httpServer.closeAllConnections()
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function checkSignatures(server: Server): void {
  const [answer] = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const { method = '', url = '', headers } = request
    // Who is nobody is told so by s3rver itself.
    const isRight =
      !headers.authorization?.includes(`Credential=${KEY}/`) || isSignedWith(KEY, { method, url, headers })
    if (isRight) answer?.(request, response)
    else response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
  })
}

/** A `fetch` that reaches every host on this machine, as a resolver would that knows them all; the request is as it was. */
export const fetchHere: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  const headers = { ...Object.fromEntries(new Headers(init?.headers)), host: url.host }
  const { body, method = 'GET', signal } = init ?? {}
  return new Promise((resolve, reject) => {
    const place = { host: '127.0.0.1', port: url.port, path: `${url.pathname}${url.search}` }
    const request = send({ ...place, method, headers, ...(signal ? { signal } : {}) }, (response) => {
      const pieces: Buffer[] = []
      response.on('error', reject)
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        const bytes = Buffer.concat(pieces)
        resolve(new Response(status === 204 || status === 304 ? null : bytes, { status }))
      })
    })
    request.on('error', reject)
    request.end(body instanceof Uint8Array ? body : undefined)
  })
}
