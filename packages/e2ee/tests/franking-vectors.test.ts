import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { linkCheck, linkQr, openLink, readLinkQr } from '../src/device-link.ts'
import { createFileOpener } from '../src/files/file-opener.ts'
import { createFileSealer } from '../src/files/file-sealer.ts'
import { commitTo, decodeBody, encodeBody } from '../src/franking/body.ts'
import { createReportKeys } from '../src/franking/report.ts'
import { stampInput } from '../src/franking/stamp.ts'
import { openAndVerifyReport } from '../src/franking/verdict.ts'
import { readSafetyQr, safetyCode } from '../src/safety-code.ts'
import vectors from '../vectors/franking.json' with { type: 'json' }
import { stampOf } from './franked.ts'

/** Formats, byte by byte, against what a second implementation made. */
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const CONVERSATION = '0f0e0d0c-0000-4000-8000-000000000001'

/** Keys of a JSON content that end in `Hex` stand for bytes. */
function plainContent(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => {
      if (name.endsWith('Hex') && typeof field === 'string') return [name.slice(0, -3), fromHex(field)]
      return [name, typeof field === 'object' && field !== null ? plainContent(field) : field]
    }),
  )
}

describe('bodies', () => {
  it.each(vectors.bodies)('[EF1, EF2, EF3, EF8] $comment', async ({ bodyHex, commitmentHex, content }) => {
    const bytes = fromHex(bodyHex)
    const body = decodeBody(bytes)
    if (body === undefined) throw new Error('not decoded')
    expect(body.content).toEqual(plainContent(content))
    expect(body).toMatchObject({ group: { conversationId: CONVERSATION, generation: 3 }, epoch: 2, deviceId: 'phone' })
    expect(toHex(encodeBody(body))).toBe(bodyHex)
    expect(toHex(await commitTo(fromHex(vectors.frankingKeyHex), bytes))).toBe(commitmentHex)
  })

  it.each(vectors.invalidBodies)('[EF1, EF2, EF3] refused: $comment', ({ bodyHex }) => {
    expect(decodeBody(fromHex(bodyHex))).toBeUndefined()
  })
})

it.each(vectors.stamps)('[EF9] stamps: $comment', ({ stamped, commitmentHex, inputHex, stampHex }) => {
  const whole = { ...stamped, commitment: fromHex(commitmentHex) }
  expect(toHex(stampInput(whole))).toBe(inputHex)
  expect(toHex(stampOf(fromHex(vectors.stampKeyHex), whole))).toBe(stampHex)
})

describe('reports', () => {
  it('[EF10] the key pair of a seed', async () => {
    const { seedHex, publicKeyHex, privateKeyHex } = vectors.reportKeys
    const keys = await createReportKeys(fromHex(seedHex))
    expect([keys.publicKey, keys.privateKey].map(toHex)).toEqual([publicKeyHex, privateKeyHex])
  })

  it.each(vectors.reports)('[T2, EF10, EF11, EF13] $comment', async ({ sealedHex, isVerified, faults, texts }) => {
    const verdict = await openAndVerifyReport({
      privateKey: fromHex(vectors.reportKeys.privateKeyHex),
      sealed: fromHex(sealedHex),
      reporter: 'bob',
      conversationId: CONVERSATION,
      stampKey: (id) => Promise.resolve(id === 20_779 ? fromHex(vectors.stampKeyHex) : undefined),
      nowMs: 1_795_305_601_000,
    })
    expect(verdict.isVerified).toBe(isVerified)
    const told = verdict.faults.map(({ fault, position }) => (position === undefined ? fault : `${fault}@${position}`))
    expect(told).toEqual(faults)
    expect(verdict.entries.map(({ content }) => (content?.kind === 'text' ? content.text : null))).toEqual(texts)
  })
})

it.each(vectors.files)('[EF15, EF16, EF17] files: $comment', async (vector) => {
  const { sizeBytes } = vector
  const key = fromHex(vector.keyHex)
  const plain = Uint8Array.from({ length: sizeBytes }, (_, at) => at % 251)
  const sealer = await createFileSealer({ sizeBytes, key })
  const parts = [sealer.header]
  for (let at = 0; at < sealer.chunks; at += 1)
    parts.push(await sealer.sealChunk(plain.subarray(65_536 * at, 65_536 * (at + 1))))
  const { root } = await sealer.finish()
  const sealed = Buffer.concat(parts)
  expect(toHex(sealer.header)).toBe(vector.headerHex)
  expect(toHex(root)).toBe(vector.rootHex)
  expect(createHash('sha256').update(sealed).digest('hex')).toBe(vector.sealedSha256Hex)
  const opener = await createFileOpener({ key, root, sizeBytes })
  expect((await opener.add(sealed)).ok).toBe(true)
  expect((await opener.finish()).ok).toBe(true)
})

it.each(vectors.safetyCodes)('[K10, EF20] safety codes: $comment', async (vector) => {
  const [mine, theirs] = [vector.mine, vector.theirs].map(({ accountId, accountKeyHex }) => ({
    accountId,
    accountKey: fromHex(accountKeyHex),
  }))
  if (!mine || !theirs) throw new Error('two are needed')
  expect(await safetyCode(mine, theirs)).toEqual({ digits: vector.digits, qr: vector.qr })
  expect(await readSafetyQr(vector.qr, theirs, mine)).toBe('same')
})

describe('links', () => {
  it.each(vectors.links)('[K9, EF21] codes: $comment', async ({ publicKeyHex, linkId, qr, check }) => {
    const publicKey = fromHex(publicKeyHex)
    expect(linkQr({ linkId, publicKey })).toBe(qr)
    expect(readLinkQr(qr)).toEqual({ linkId, publicKey })
    expect(await linkCheck(publicKey, linkId)).toBe(check)
  })

  it.each(vectors.sealedLinks)('[K9, EF22] sealed keys: $comment', async ({ sealedHex, opens }) => {
    const { privateKeyHex, accountPublicKeyHex, accountPrivateKeyHex } = vectors.linkKeys
    const opened = await openLink(fromHex(privateKeyHex), 'link', fromHex(sealedHex))
    expect(opened.ok).toBe(opens)
    if (!opened.ok) return
    const account = { publicKey: fromHex(accountPublicKeyHex), privateKey: fromHex(accountPrivateKeyHex) }
    const contacts = [{ accountId: 'bob', accountKey: new Uint8Array(32).fill(2), isVerified: true }]
    expect(opened.value).toEqual({ accountId: 'alice', account, contacts })
  })
})
