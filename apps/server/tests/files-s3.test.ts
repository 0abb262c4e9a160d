import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { alice, createFakeLog, createSeededRandom, type FakeLog } from '@visavis/testkit'
import { FILE_PART_BYTES, VisavisError, type FileId } from '@visavis/wire'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { S3Settings } from '../src/config-s3.ts'
import { createS3PartStore } from '../src/files/index.ts'
import { readListing } from '../src/files/s3-listing.ts'
import { codeOf, json } from './support/people-app.ts'
import { realClock, type TestApp } from './support/app.ts'
import { listed, partStoreContract } from './support/file-contracts.ts'
import { fileIdOf } from './support/file-ids.ts'
import { fetchHere, startS3Server, type S3Server } from './support/s3-server.ts'
import { isSignedWith } from './support/s3-signature.ts'
import { openEmbeddedCopy } from './support/storages.ts'
import { startWholeApp } from './support/whole-app.ts'
import { befriend, newWriter } from './support/writing-people.ts'

// Files in an S3-compatible store that somebody else wrote, behind a check of signatures, and in ones that misbehave.

const BUCKETS = Array.from({ length: 12 }, (_, number) => `files-${number}`)
let server: S3Server
beforeAll(async () => {
  server = await startS3Server(BUCKETS)
})
afterAll(() => server.stop())

let used = 0
/** A bucket that nothing is in yet. */
const freshBucket = () => BUCKETS[used++] ?? expect.fail('more buckets are needed')

function storeOf(settings: S3Settings, more: { log?: FakeLog; fetch?: typeof fetch } = {}) {
  // Pauses between tries are not waited for.
  const clock = { ...realClock(), sleep: () => Promise.resolve() }
  const { log = createFakeLog(), fetch: reach = fetch } = more
  return createS3PartStore({ settings, clock, random: createSeededRandom(1), log, fetch: reach })
}

describe('bytes in a bucket, by its path', () => partStoreContract(async () => storeOf(server.settings(freshBucket()))))
describe('bytes in a bucket, by its host', () =>
  partStoreContract(async () => storeOf(server.settings(freshBucket(), 'host'), { fetch: fetchHere })))

describe('a bucket', () => {
  it('[K2] is tried out at the start, and nothing is left of it', async () => {
    for (const style of ['path', 'host'] as const) {
      const store = storeOf(server.settings(freshBucket(), style), { fetch: fetchHere })
      await store.check()
      expect(await listed(store)).toEqual([])
    }
  })

  it('[K2] that is configured wrong stops the start with words that name the setting and quote no value', async () => {
    const right = server.settings(freshBucket())
    const refusal = (wrong: Partial<S3Settings>) =>
      storeOf({ ...right, ...wrong })
        .check()
        .then(
          () => 'ok',
          (error: Error) => `${error.name}: ${error.message}`,
        )
    expect(await refusal({ bucket: 'nobodys-bucket' })).toBe(
      'FileStoreError: S3_BUCKET names a bucket that is not there.',
    )
    expect(await refusal({ keyId: 'SOMEBODY' })).toBe('FileStoreError: S3_KEY_ID is not known to the file store.')
    expect(await refusal({ secret: 'a wrong secret' })).toBe(
      'FileStoreError: S3_SECRET is not the secret of S3_KEY_ID.',
    )
    expect(await refusal({ url: 'http://127.0.0.1:1' })).toBe(
      'FileStoreError: The file store of S3_URL does not answer.',
    )
    expect(await refusal({})).toBe('ok')
  })

  it('[K2] may hold what is not ours, which is neither listed nor removed', async () => {
    const bucket = freshBucket()
    const store = storeOf(server.settings(bucket))
    const stranger = storeOf(server.settings(bucket))
    for (const [name, part] of [
      ['notes', 1],
      [`${fileIdOf(1)}0`, 0],
      [fileIdOf(1), 'draft'],
    ] as const)
      await stranger.put(name as FileId, part as number, Uint8Array.of(1))
    await store.put(fileIdOf(1), 0, Uint8Array.of(1))
    await store.put(fileIdOf(2), 0, Uint8Array.of(2))
    expect(await listed(store)).toEqual([fileIdOf(1), fileIdOf(2)])
    await store.remove(fileIdOf(1))
    expect(await store.get(fileIdOf(1), 0)).toBeUndefined()
    expect(await stranger.get(fileIdOf(1), 'draft' as unknown as number)).toEqual(Uint8Array.of(1))
    expect(await stranger.get('notes' as FileId, 1)).toEqual(Uint8Array.of(1))
  })

  it('[K2] is listed to the end, however many files are in it', async () => {
    const store = storeOf(server.settings(freshBucket()))
    const ids = Array.from({ length: 1_203 }, (_, number) => fileIdOf(number + 1))
    for (let at = 0; at < ids.length; at += 50)
      await Promise.all(ids.slice(at, at + 50).map((fileId) => store.put(fileId, 0, Uint8Array.of(1))))
    expect(await listed(store)).toEqual(ids.toSorted())
  }, 60_000)
})

it('[K2] signatures are checked here as the reference of the protocol says', () => {
  // "Example: GET Object" of the Amazon S3 API reference, with its secret.
  const names = 'host;range;x-amz-content-sha256;x-amz-date'
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
  }
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  expect(isSignedWith(secret, { method: 'GET', url: '/test.txt', headers })).toBe(true)
  expect(isSignedWith(secret, { method: 'PUT', url: '/test.txt', headers })).toBe(false)
  expect(isSignedWith(`${secret}x`, { method: 'GET', url: '/test.txt', headers })).toBe(false)
})

describe('a store that misbehaves', () => {
  let hostile: Server | undefined
  afterEach(() => {
    hostile?.closeAllConnections()
    hostile?.close()
    hostile = undefined
  })
  async function answering(listener: RequestListener, log = createFakeLog()) {
    const running = createServer(listener)
    hostile = running
    await new Promise<void>((resolve) => void running.listen(0, '127.0.0.1', resolve))
    const { port } = running.address() as AddressInfo
    return storeOf({ ...server.settings('any-bucket'), url: `http://127.0.0.1:${port}` }, { log })
  }
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: unknown) => (error instanceof VisavisError ? error.code : String(error)),
    )

  it('[K2] is asked again when it says that it is busy or cuts the line, three times and no more', async () => {
    let asked = 0
    const store = await answering((request, response) => {
      asked += 1
      if (asked === 1) request.socket.destroy()
      else response.writeHead(asked === 2 ? 503 : 200).end()
    })
    await store.put(fileIdOf(1), 0, new Uint8Array(FILE_PART_BYTES))
    expect(asked).toBe(3)
    asked = 0
    const away = await answering((_, response) => {
      asked += 1
      response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')
    })
    expect(await outcome(away.put(fileIdOf(1), 0, Uint8Array.of(1)))).toBe('SERVER_STORAGE')
    expect(asked).toBe(3)
  })

  it('[K2] is given the hash of what it is given, signed with the rest', async () => {
    const seen: boolean[] = []
    const store = await answering((request, response) => {
      const hash = createHash('sha256')
      request.on('data', (piece: Buffer) => hash.update(piece))
      request.on('end', () => {
        seen.push(hash.digest('hex') === request.headers['x-amz-content-sha256'])
        response.end()
      })
    })
    await store.put(fileIdOf(1), 0, new Uint8Array(70_000).fill(7))
    await store.put(fileIdOf(1), 1, new Uint8Array(0))
    expect(seen).toEqual([true, true])
  })

  it('[K2] cuts an answer off: no part is taken for whole', async () => {
    const store = await answering((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      response.destroy()
    })
    expect(await outcome(store.get(fileIdOf(1), 0))).toBe('SERVER_STORAGE')
  })

  it('[K2] sends more than a part can be, without an end: it is not read on', async () => {
    let sent = 0
    const store = await answering((_, response) => {
      response.writeHead(200)
      const piece = Buffer.alloc(65_536)
      const more = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.byteLength
      }
      response.on('drain', more)
      more()
    })
    expect(await outcome(store.get(fileIdOf(1), 0))).toBe('SERVER_STORAGE')
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('[K2] refuses: that is no part which is not there, and the log has neither key nor secret nor name of a file', async () => {
    const log = createFakeLog()
    const refusals = ['AccessDenied', 'NoSuchBucket', 'NoSuchKey', '<script>', '']
    let code = ''
    const store = await answering((_, response) => {
      response.writeHead(code === 'AccessDenied' ? 403 : 404).end(`<Error><Code>${code}</Code></Error>`)
    }, log)
    const outcomes = []
    for (code of refusals) outcomes.push(await outcome(store.get(fileIdOf(1), 0)))
    expect(outcomes).toEqual(['SERVER_STORAGE', 'SERVER_STORAGE', 'ok', 'SERVER_STORAGE', 'SERVER_STORAGE'])
    expect(log.lines.map(({ fields }) => fields?.reason)).toEqual([
      'AccessDenied',
      'NoSuchBucket',
      'nothing said',
      'nothing said',
    ])
    expect(log.text()).not.toMatch(new RegExp(`S3RVER|127\\.0|${fileIdOf(1)}`))
  })

  it('[K2] lists in circles, or in something else than a listing: both end', async () => {
    const page = (inside: string) => `<ListBucketResult>${inside}</ListBucketResult>`
    const round = '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>'
    for (const text of [page(round), page('<IsTruncated>true</IsTruncated>'), '<html>', '']) {
      const store = await answering((_, response) => response.end(text))
      expect(await outcome(listed(store))).toBe('SERVER_STORAGE')
      hostile?.close()
    }
  })
})

it('[K2] a listing is read or refused, whatever bytes it is', () => {
  const parts = fc.constantFrom(
    '<ListBucketResult>',
    '<Key>',
    '</Key>',
    '<CommonPrefixes><Prefix>',
    '&#x;',
    '&#1114112;',
    '&amp;',
  )
  const text = fc.array(fc.oneof(parts, fc.string()), { maxLength: 40 }).map((all) => all.join(''))
  fc.assert(
    fc.property(text, (each) => {
      const page = readListing(each)
      expect(page === undefined || page.keys.every((key) => typeof key === 'string')).toBe(true)
    }),
  )
  const keys = '<ListBucketResult><Contents><Key>a&amp;&#98;&#x63;</Key></Contents></ListBucketResult>'
  expect(readListing(keys)).toEqual({ keys: ['abc'.replace('a', 'a&')], prefixes: [], next: undefined })
})

describe('the server with its files in a bucket', () => {
  let app: TestApp
  let bucket = ''
  beforeAll(async () => {
    bucket = freshBucket()
    const { url, keyId, secret } = server.settings(bucket)
    const env = { S3_URL: url, S3_BUCKET: bucket, S3_KEY_ID: keyId, S3_SECRET: secret }
    app = await startWholeApp(await openEmbeddedCopy(), { env })
  })
  afterAll(async () => {
    await app.end()
    await app.storage.close()
  })

  it('[K2] keeps what people send there, as they sealed it, and gives it to the other and to nobody else', async () => {
    const [one, other, stranger] = [await newWriter(app), await newWriter(app), await newWriter(app)]
    const conversationId = await befriend(one, other)
    const made = await json<{ fileId: FileId }>(one.browser.post('/api/files', { conversationId, sizeBytes: 4 }))
    const place = `/api/files/${made.fileId}/parts/0`
    const cookie = [...one.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { origin: app.origin, cookie, 'content-type': 'application/octet-stream' }
    const body = Buffer.from('zuzu')
    const put = await fetch(`http://127.0.0.1:${app.port}${place}`, { method: 'PUT', body, headers })
    expect(await json(put)).toEqual({ complete: true })
    expect(await (await other.browser.get(place)).text()).toBe('zuzu')
    expect(await codeOf(stranger.browser.get(place))).toBe('FILE_GONE')
    const stored = readdirSync(server.directory, { recursive: true }).map(String)
    const object = stored.find((name) => name.includes(made.fileId) && name.endsWith('_object'))
    expect(object && readFileSync(`${server.directory}/${object}`, 'utf8')).toBe('zuzu')
    expect(readdirSync(app.dataDir)).not.toContain('files')
    expect(app.log.text()).not.toMatch(new RegExp(`zuzu|S3RVER|${made.fileId}|${alice.handle}`))
  })

  it('[K2] does not start over a bucket that is not there', async () => {
    const storage = await openEmbeddedCopy()
    const { url, keyId, secret } = server.settings(bucket)
    const env = { S3_URL: url, S3_BUCKET: 'nobodys-bucket', S3_KEY_ID: keyId, S3_SECRET: secret }
    await expect(startWholeApp(storage, { env })).rejects.toThrow('S3_BUCKET names a bucket that is not there.')
    await storage.close()
  })
})
