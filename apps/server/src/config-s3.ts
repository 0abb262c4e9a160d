import { isIP } from 'node:net'

/** Where files lie in an S3-compatible object store. The secret signs requests and leaves this machine in none of them. */
export type S3Settings = {
  /** Scheme, host and port. */
  readonly url: string
  readonly bucket: string
  readonly region: string
  readonly keyId: string
  readonly secret: string
  /** `path`: https://host/bucket/key. `host`: https://bucket.host/key. */
  readonly style: 'path' | 'host'
}

export const S3_VARIABLES = [
  {
    name: 'S3_URL',
    default: '(files in VISAVIS_DATA/files)',
    meaning:
      'http(s):// address of an S3-compatible store for the encrypted files people send, without the bucket; with it the other S3 variables are needed.',
  },
  {
    name: 'S3_BUCKET',
    default: '(none)',
    meaning: 'Bucket for the files. It belongs to this installation alone: what it does not know there, it removes.',
  },
  { name: 'S3_KEY_ID', default: '(none)', meaning: 'Name of the access key; it may get, put, delete and list there.' },
  { name: 'S3_SECRET', default: '(none)', meaning: 'Secret of the access key.' },
  { name: 'S3_REGION', default: 'us-east-1', meaning: 'Region that requests are signed for.' },
  {
    name: 'S3_STYLE',
    default: 'path',
    meaning: 'path for addresses like https://host/bucket, host for https://bucket.host, which some stores want.',
  },
] as const

type S3Name = (typeof S3_VARIABLES)[number]['name']

const NEEDED = ['S3_BUCKET', 'S3_KEY_ID', 'S3_SECRET'] as const
/** The naming rules for buckets that every store keeps to. */
const BUCKET = /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/

/**
 * Puts the settings together. Undefined when none is set; a text, for the operator, when they are wrong: it begins with the
 * name of a variable and quotes no value.
 */
export function s3SettingsOf(read: (name: S3Name) => string | undefined): S3Settings | string | undefined {
  const url = read('S3_URL')
  if (url === undefined) {
    const isAlone = S3_VARIABLES.some(({ name }) => read(name) !== undefined)
    return isAlone ? 'S3_URL is missing, though other S3 variables are set.' : undefined
  }
  const base = originOf(url)
  if (base === undefined) return 'S3_URL must be an http(s) address of scheme, host and port only.'
  const missing = NEEDED.find((name) => read(name) === undefined)
  if (missing) return `${missing} is missing, though S3_URL is set.`
  const [bucket = '', keyId = '', secret = ''] = NEEDED.map(read)
  const region = read('S3_REGION') ?? 'us-east-1'
  const style = read('S3_STYLE') ?? 'path'
  if (!BUCKET.test(bucket) || bucket.includes('..')) return 'S3_BUCKET is not the name of a bucket.'
  if (!/^[\x21-\x7e]{1,128}$/.test(keyId) || /[/,]/.test(keyId)) return 'S3_KEY_ID is not the name of an access key.'
  if (!/^[\x21-\x7e]{1,256}$/.test(secret)) return 'S3_SECRET has characters that no secret key has.'
  if (!/^[a-z0-9-]{1,64}$/i.test(region)) return 'S3_REGION is not the name of a region.'
  if (style !== 'path' && style !== 'host') return 'S3_STYLE must be path or host.'
  if (style === 'host' && isIP(base.hostname.replaceAll(/^\[|\]$/g, '')) !== 0)
    return 'S3_STYLE must be path where S3_URL has an IP address.'
  return { url: base.origin, bucket, region, keyId, secret, style }
}

function originOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isPlain =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return /^https?:$/.test(url.protocol) && isPlain ? url : undefined
}
