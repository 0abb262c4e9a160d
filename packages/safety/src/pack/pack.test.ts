import { webcrypto } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { deliveredPack, moneyRule, smallPack } from '../../tests/small-pack.ts'
import { MEASURED } from '../measure/score.ts'
import { parsePattern, type Node } from '../pattern/parse.ts'
import { PACK_BYTES_MAX, readPackData } from './format.ts'
import { openPack, signedBytes } from './signature.ts'

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

describe('a delivered pack', () => {
  let publicKey: Uint8Array
  let sign: (bytes: Uint8Array) => Promise<Uint8Array>

  beforeAll(async () => {
    const pair = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
    publicKey = new Uint8Array(await webcrypto.subtle.exportKey('raw', pair.publicKey))
    sign = async (bytes) =>
      new Uint8Array(await webcrypto.subtle.sign('Ed25519', pair.privateKey, new Uint8Array(bytes)))
  })

  it('[SF16] opens when its signature is true', async () => {
    const bytes = encode(smallPack())
    expect(await openPack(bytes, await sign(signedBytes(bytes)), publicKey)).toEqual({ ok: true, value: smallPack() })
  })

  it('[SF16] does not open when a bit of it, of the signature or of the key is another', async () => {
    const bytes = encode(smallPack())
    const signature = await sign(signedBytes(bytes))
    const flipped = (whole: Uint8Array, at: number) => whole.map((byte, index) => (index === at ? byte ^ 1 : byte))
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (at) => {
        expect(await openPack(flipped(bytes, at), signature, publicKey)).toMatchObject({
          code: 'SAFETY_PACK_SIGNATURE',
        })
        expect(await openPack(bytes, flipped(signature, at % 64), publicKey)).toMatchObject({
          code: 'SAFETY_PACK_SIGNATURE',
        })
        expect(await openPack(bytes, signature, flipped(publicKey, at % 32))).toMatchObject({
          code: 'SAFETY_PACK_SIGNATURE',
        })
      }),
      { numRuns: 30 },
    )
    expect(await openPack(bytes, new Uint8Array(3), publicKey)).toMatchObject({ code: 'SAFETY_PACK_SIGNATURE' })
    expect(await openPack(bytes, signature, new Uint8Array(3))).toMatchObject({ code: 'SAFETY_PACK_SIGNATURE' })
  })

  it('[SF16] a signature over the bytes without the label is untrue', async () => {
    const bytes = encode(smallPack())
    expect(await openPack(bytes, await sign(bytes), publicKey)).toMatchObject({ code: 'SAFETY_PACK_SIGNATURE' })
  })

  it('[SF16, SF10] is refused when it is too large, no JSON or no pack, although signed', async () => {
    const open = async (bytes: Uint8Array) => openPack(bytes, await sign(signedBytes(bytes)), publicKey)
    const huge = new Uint8Array(PACK_BYTES_MAX + 1)
    for (const bytes of [
      huge,
      new TextEncoder().encode('{'),
      new Uint8Array([0xff, 0xfe]),
      encode({}),
      encode({ ...smallPack(), more: 1 }),
    ]) {
      expect(await open(bytes)).toMatchObject({ code: 'SAFETY_PACK_MALFORMED' })
    }
  })
})

describe('the contents of a pack', () => {
  it.each([
    ['a weight above one', { rules: [moneyRule(['a'], { weight: 1.1 })] }],
    ['a flag that does not exist', { rules: [{ ...moneyRule(['a']), flag: 'boredom' }] }],
    ['a reason that does not exist', { rules: [{ ...moneyRule(['a']), reason: 'because' }] }],
    ['a version without a date', { version: '1' }],
    ['no patterns', { rules: [moneyRule([])] }],
  ])('[SF10] %s is refused', (_, parts) => {
    expect(readPackData({ ...smallPack(), ...parts }).ok).toBe(false)
  })

  it('[SF10] anything else than a pack is refused and nothing throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readPackData(value).ok).toBe(false)
      }),
    )
  })
})

describe('the packs of the product', () => {
  const folder = new URL('../../packs/', import.meta.url)
  const languages = readdirSync(folder)
    .filter((file) => /^[a-z]{2}\.json$/.test(file))
    .map((file) => file.slice(0, 2))

  it.each(languages)('[S13, SF10, SF17] %s is sound and has a model and rules for every flag', (language) => {
    const pack = deliveredPack(language)
    expect(pack.language).toBe(language)
    expect(new Set(pack.rules.map((rule) => rule.flag))).toEqual(new Set(MEASURED))
    expect(new Set(pack.model?.flags)).toEqual(new Set(MEASURED))
  })

  // One word says nothing: a weight that stands alone needs two words, a lexicon, a shape, or the end of the sentence.
  it.each(languages)('[S12, SF13] in %s no strong pattern hangs on one plain word', (language) => {
    const { rules, reading } = deliveredPack(language)
    const hanging = rules
      .filter((rule) => rule.weight >= 0.6)
      .flatMap((rule) =>
        rule.patterns.flatMap((written) => {
          const pattern = parsePattern(written, reading.script)
          return pattern.ok && !pattern.value.atEnd && isOneWord(pattern.value.body) ? [`${rule.id}: ${written}`] : []
        }),
      )
    expect(hanging).toEqual([])
  })

  it.each(languages)('[S13] %s is under 300 KB compressed, model included', (language) => {
    const files = [`${language}.json`, `${language}.model.json`]
    const sizes = files.map((file) => gzipSync(readFileSync(new URL(file, folder)), { level: 9 }).length)
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBeLessThan(300 * 1024)
  })
})

function isOneWord(node: Node): boolean {
  const { words, plain } = least(node)
  return words < 2 && plain
}

/** The fewest words that a part of a pattern fits, and whether all of them are plain words. */
function least(node: Node): { readonly words: number; readonly plain: boolean } {
  if (node.kind === 'symbol') return { words: 1, plain: !/^[@<]/.test(node.key) }
  if (node.kind === 'any' || node.kind === 'optional') return { words: 0, plain: true }
  const parts = node.parts.map(least)
  if (node.kind === 'sequence') {
    return { words: parts.reduce((sum, part) => sum + part.words, 0), plain: parts.every((part) => part.plain) }
  }
  return (
    parts.toSorted((a, b) => a.words - b.words || Number(b.plain) - Number(a.plain))[0] ?? { words: 0, plain: true }
  )
}
