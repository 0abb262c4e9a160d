import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wounded } from '../tests/franked.ts'
import { createLinkKeys, linkCheck, linkQr, openLink, readLinkQr, sealLink, type LinkPayload } from './device-link.ts'
import { createAccountKeys } from './devices/credential.ts'
import { sealTo } from './sealed-box.ts'

const LINK_ID = '0f0e0d0c-0000-4000-8000-00000000000f'
const contact = (index: number) => ({
  accountId: `contact-${index}`,
  accountKey: new Uint8Array(32).fill(index),
  isVerified: index % 2 === 0,
})

async function payloadOf(contacts: number): Promise<LinkPayload> {
  const account = await createAccountKeys()
  return { accountId: 'alice', account, contacts: Array.from({ length: contacts }, (_, index) => contact(index)) }
}

describe('the code on the screen', () => {
  it('[K9, EF21] is read as it was shown, and gives the same six digits on both devices', async () => {
    const { publicKey } = await createLinkKeys()
    const read = readLinkQr(linkQr({ linkId: LINK_ID, publicKey }))
    expect(read).toEqual({ linkId: LINK_ID, publicKey })
    if (read === undefined) throw new Error('unread')
    const check = await linkCheck(publicKey, LINK_ID)
    expect(await linkCheck(read.publicKey, read.linkId)).toBe(check)
    expect(check).toMatch(/^\d{6}$/)
  })

  it('[K9, EF21] of another key or link gives other digits', async () => {
    const [ours, other] = [await createLinkKeys(), await createLinkKeys()]
    const check = await linkCheck(ours.publicKey, LINK_ID)
    expect(await linkCheck(other.publicKey, LINK_ID)).not.toBe(check)
    expect(await linkCheck(ours.publicKey, 'another')).not.toBe(check)
  })

  it('[K9, EF21] is refused unless it is exactly what a device shows', async () => {
    const { publicKey } = await createLinkKeys()
    const qr = linkQr({ linkId: LINK_ID, publicKey })
    for (const text of ['', qr.slice(0, -2), `${qr}00`, `${qr}:`, qr.toUpperCase(), qr.replace(LINK_ID, 'a b')])
      expect(readLinkQr(text)).toBeUndefined()
    expect(() => linkQr({ linkId: 'a:b', publicKey })).toThrow(RangeError)
    fc.assert(
      fc.property(fc.string({ maxLength: 150 }), (text) => {
        const read = readLinkQr(`visavis:link:1:${text}`)
        if (read !== undefined) expect(linkQr(read)).toBe(`visavis:link:1:${text}`)
      }),
    )
  })
})

describe('what is sealed to the new device', () => {
  it.each([0, 1, 500])('[K9, EF22] comes through with %i contacts', async (contacts) => {
    const { publicKey, privateKey } = await createLinkKeys()
    const payload = await payloadOf(contacts)
    const sealed = await sealLink(publicKey, LINK_ID, payload)
    expect(sealed.byteLength).toBeLessThanOrEqual(64 * 1024)
    expect(await openLink(privateKey, LINK_ID, sealed)).toEqual({ ok: true, value: payload })
  })

  it('[K9, EF22, EF23] opens for no other key and no other link', async () => {
    const [ours, other] = [await createLinkKeys(), await createLinkKeys()]
    const sealed = await sealLink(ours.publicKey, LINK_ID, await payloadOf(2))
    const refused = { ok: false, code: 'E2EE_OPEN_FAILED' }
    expect(await openLink(other.privateKey, LINK_ID, sealed)).toEqual(refused)
    expect(await openLink(ours.privateKey, 'another', sealed)).toEqual(refused)
    expect(await openLink(ours.privateKey, LINK_ID, new Uint8Array(64 * 1024 + 1))).toEqual(refused)
  })

  it('[K9, EF22] is refused when anything of it was changed', async () => {
    const { publicKey, privateKey } = await createLinkKeys()
    const sealed = await sealLink(publicKey, LINK_ID, await payloadOf(1))
    await fc.assert(
      fc.asyncProperty(fc.oneof(wounded(fc.constant(sealed)), fc.uint8Array({ maxLength: 300 })), async (bytes) => {
        expect((await openLink(privateKey, LINK_ID, bytes)).ok).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('[K9, EF22] is refused when it is sealed soundly and is not what a device seals', async () => {
    const { publicKey, privateKey } = await createLinkKeys()
    const info = Uint8Array.of(
      0,
      14,
      ...new TextEncoder().encode('visavis/link/1'),
      0,
      4,
      ...new TextEncoder().encode('link'),
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const sealed = await sealTo(publicKey, bytes, { cipher: 'aes-256', info, additional: new Uint8Array() })
        expect((await openLink(privateKey, 'link', sealed)).ok).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('[K9, EF22] with halves of two account keys is refused', async () => {
    const { publicKey, privateKey } = await createLinkKeys()
    const [one, other] = [await payloadOf(0), await payloadOf(0)]
    const account = { publicKey: one.account.publicKey, privateKey: other.account.privateKey }
    const sealed = await sealLink(publicKey, LINK_ID, { ...one, account })
    expect((await openLink(privateKey, LINK_ID, sealed)).ok).toBe(false)
  })

  it('[EF22] is not written out of bounds', async () => {
    const { publicKey } = await createLinkKeys()
    const sound = await payloadOf(1)
    for (const payload of [
      { ...sound, accountId: '' },
      { ...sound, contacts: Array(501).fill(contact(1)) },
      { ...sound, contacts: [{ ...contact(1), accountKey: new Uint8Array(31) }] },
      { ...sound, account: { ...sound.account, privateKey: new Uint8Array(31) } },
    ])
      await expect(sealLink(publicKey, LINK_ID, payload)).rejects.toThrow(RangeError)
  })
})
