import { createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPushService, type PushService } from '../../tests/support/push-service.ts'
import { parsePushHost, targetOf, type PushHost } from './hosts.ts'
import { createPushPost } from './post.ts'
import { pushRequestTo, vapidKeysOf } from './vapid.ts'

// Against a push service over TLS on this machine.

let service: PushService
beforeAll(async () => {
  service = await startPushService()
})
afterAll(() => service.close())

const keys = vapidKeysOf(new Uint8Array(32).fill(9))
const never = new AbortController().signal

function requestTo(endpoint: string, change: Partial<PushHost> = {}) {
  const host = { ...(parsePushHost(service.host) as PushHost), ...change }
  const target = targetOf([host], endpoint)
  if (!target) throw new Error('not a target')
  return pushRequestTo(target, { keys, subject: 'mailto:post@visavis.example' })
}
const post = (endpoint: string, change?: Partial<PushHost>) =>
  createPushPost({ ca: service.certificate })(requestTo(endpoint, change), never)

describe('[K12] a push on the wire', () => {
  it('[K12] [WV8] has no body, and headers that say who operates the server and nothing else', async () => {
    expect(await post(service.endpoint('one'))).toBe(201)
    const taken = service.taken.at(-1)
    expect(taken).toMatchObject({ method: 'POST', path: '/push/one' })
    expect(taken?.body.byteLength).toBe(0)
    const { authorization, ...rest } = taken?.headers ?? {}
    expect(rest).toEqual({
      host: service.host,
      connection: 'close',
      'content-length': '0',
      ttl: '2419200',
      topic: 'messages',
      urgency: 'normal',
    })
    const [, token = '', key = ''] = /^vapid t=(.+), k=(.+)$/.exec(authorization ?? '') ?? []
    expect(key).toBe(keys.publicKey)
    const [head = '', claims = '', signature = ''] = token.split('.')
    const point = Buffer.from(key, 'base64url')
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    const signed = Buffer.from(`${head}.${claims}`)
    const raw = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', signed, raw, Buffer.from(signature, 'base64url'))).toBe(true)
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    expect(said).toEqual({
      aud: `https://${service.host}`,
      exp: expect.any(Number) as number,
      sub: 'mailto:post@visavis.example',
    })
    const inSeconds = Number(said['exp']) - Date.now() / 1_000
    expect(inSeconds > 0 && inSeconds <= 24 * 60 * 60).toBe(true)
  })

  it('[K12] gives the status as it is and follows no redirect', async () => {
    service.answer(302, { location: service.endpoint('elsewhere') })
    expect(await post(service.endpoint('two'))).toBe(302)
    service.answer(410)
    expect(await post(service.endpoint('two'))).toBe(410)
    service.answer(201)
    expect(service.taken.map(({ path }) => path)).not.toContain('/push/elsewhere')
  })

  it('[K12] refuses a name that leads into our own network, unless the operator has named that very host', async () => {
    const port = Number(service.host.split(':')[1])
    const before = service.taken.length
    const near = { name: 'localhost', isWildcard: false, port }
    const endpoint = `https://localhost:${port}/push/near`
    await expect(post(endpoint, { ...near, mayBePrivate: false })).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(service.taken).toHaveLength(before)
    expect(await post(endpoint, { ...near, mayBePrivate: true })).toBe(201)
  })

  it('[K12] trusts nobody’s own certificate, and ends when it is told to', async () => {
    const strict = createPushPost()(requestTo(service.endpoint('three')), never)
    await expect(strict).rejects.toMatchObject({ code: /SELF_SIGNED|UNABLE_TO_VERIFY|DEPTH_ZERO/ })
    const ending = new AbortController()
    ending.abort()
    const late = createPushPost({ ca: service.certificate })(requestTo(service.endpoint('four')), ending.signal)
    await expect(late).rejects.toMatchObject({ name: 'AbortError' })
  })
})
