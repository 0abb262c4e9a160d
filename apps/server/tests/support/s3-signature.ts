import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a request bears the AWS Signature Version 4 of this secret, written from "Authenticating Requests (AWS Signature
 * Version 4)" of the Amazon S3 API reference: what s3rver does not look at. `url` is the path and query as they came.
 */
export function isSignedWith(
  secret: string,
  { method, url, headers }: { method: string; url: string; headers: IncomingHttpHeaders },
): boolean {
  const given =
    /Credential=[^/]+\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const [, day = '', region = '', names = '', signature = ''] = given.exec(headers.authorization ?? '') ?? []
  const date = String(headers['x-amz-date'])
  const hash = String(headers['x-amz-content-sha256'])
  const needed = ['host', 'x-amz-date', 'x-amz-content-sha256']
  if (!date.startsWith(day) || needed.some((name) => !names.split(';').includes(name))) return false
  const [path = '', search = ''] = url.split('?')
  const query = search.split('&').filter(Boolean).toSorted().join('&')
  const headerLines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`)
  const canonical = [method, path, query, headerLines.join(''), names, hash].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const hmac = (key: string | Buffer, words: string) => createHmac('sha256', key).update(words).digest()
  const key = [region, 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${secret}`, day))
  return hmac(key, text).toString('hex') === signature
}
