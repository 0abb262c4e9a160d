import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flipped, NOW_MS } from '../../tests/pair.ts'
import vectors from '../../vectors/devices.json' with { type: 'json' }
import {
  createAccountKeys,
  createDeviceKeys,
  signSessionBinding,
  verifyDeviceCredential,
  verifySessionBinding,
} from '../index.ts'
import { fromHex, toHex } from '../hex.ts'
import { decodeCredential, encodeCredential } from './credential.ts'
import { sign } from './ed25519.ts'

const bytes = (text: string) => fromHex(text)!

const account = await createAccountKeys()
const device = await createDeviceKeys({ account, accountId: 'alice', deviceId: 'phone' })

describe('device credentials', () => {
  it('[ER21] a device is vouched for by its account, and every part of that is signed', async () => {
    expect(await verifyDeviceCredential(device)).toBe(true)
    const other = await createDeviceKeys({ account, accountId: 'alice', deviceId: 'desk' })
    const stranger = await createAccountKeys()
    const changed = [
      { ...device, accountId: 'mallory' },
      { ...device, deviceId: 'desk' },
      { ...device, deviceKey: other.deviceKey },
      { ...device, signature: other.signature },
      { ...device, signature: flipped(device.signature, 3, 1) },
      { ...device, accountKey: stranger.publicKey },
      { ...device, accountKey: new Uint8Array(31) },
      { ...device, signature: new Uint8Array(63) },
      { ...device, accountId: '' },
      { ...device, deviceId: 'd'.repeat(65) },
      { ...device, deviceId: '\ud800' },
    ]
    for (const credential of changed) expect(await verifyDeviceCredential(credential)).toBe(false)
  })

  it('[ER21] ids cannot be moved into one another: each is signed with its length', async () => {
    const one = await createDeviceKeys({ account, accountId: 'ab', deviceId: 'c' })
    expect(await verifyDeviceCredential({ ...one, accountId: 'a', deviceId: 'bc' })).toBe(false)
  })

  it('[ER21] private keys are seeds of 32 bytes, fresh each time', async () => {
    const second = await createDeviceKeys({ account, accountId: 'alice', deviceId: 'phone' })
    expect(account.privateKey).toHaveLength(32)
    expect(device.devicePrivateKey).toHaveLength(32)
    expect(second.deviceKey).not.toEqual(device.deviceKey)
  })

  it('[ER21] an id out of bounds is a bug of the caller', async () => {
    const make = (accountId: string) => createDeviceKeys({ account, accountId, deviceId: 'phone' })
    await expect(make('')).rejects.toThrow(RangeError)
    await expect(make('a'.repeat(65))).rejects.toThrow(RangeError)
  })

  it('[ER22] there is one encoding: what was encoded decodes, everything else is refused', () => {
    const { devicePrivateKey: _, ...credential } = device
    const encoded = encodeCredential(device)
    expect(decodeCredential(encoded)).toEqual(credential)
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), (length) => {
        expect(decodeCredential(encoded.slice(0, length))).toBeUndefined()
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        const decoded = decodeCredential(garbage)
        if (decoded !== undefined) expect(encodeCredential(decoded)).toEqual(garbage)
        expect(decodeCredential(Uint8Array.of(...encoded, ...garbage.slice(0, 1)))).toEqual(
          garbage.length > 0 ? undefined : credential,
        )
      }),
    )
  })
})

describe('session bindings', () => {
  const binding = { sessionId: 'session-1', atMs: NOW_MS }

  it('[ER23] a device binds one session at one time', async () => {
    const signature = await signSessionBinding(device, binding)
    const signed = { deviceId: device.deviceId, deviceKey: device.deviceKey, ...binding, signature }
    expect(await verifySessionBinding(signed)).toBe(true)
    const other = await createDeviceKeys({ account, accountId: 'alice', deviceId: 'phone' })
    const changed = [
      { ...signed, deviceId: 'desk' },
      { ...signed, deviceKey: other.deviceKey },
      { ...signed, sessionId: 'session-2' },
      { ...signed, atMs: NOW_MS + 1 },
      { ...signed, atMs: -1 },
      { ...signed, atMs: 0.5 },
      { ...signed, sessionId: '' },
      { ...signed, signature: flipped(signature, 0, 1) },
      { ...signed, signature: new Uint8Array() },
    ]
    for (const each of changed) expect(await verifySessionBinding(each)).toBe(false)
  })

  it('[ER23] the signature of an account over a device is no binding, and the other way round', async () => {
    const signed = { deviceId: device.deviceId, deviceKey: device.accountKey, ...binding, signature: device.signature }
    expect(await verifySessionBinding(signed)).toBe(false)
    const signature = await signSessionBinding({ ...device, devicePrivateKey: account.privateKey }, binding)
    expect(await verifyDeviceCredential({ ...device, signature })).toBe(false)
  })
})

describe('vectors', () => {
  it.each(vectors.credentials)('[ER21][ER22] $comment', async ({ encoded, isSigned, credential }) => {
    const decoded = decodeCredential(bytes(encoded))
    if (credential === null) {
      expect(decoded).toBeUndefined()
      return
    }
    const { accountId, deviceId, accountKey, deviceKey, signature } = credential
    const expected = { accountId, deviceId, accountKey: bytes(accountKey), deviceKey: bytes(deviceKey) }
    expect(decoded).toEqual({ ...expected, signature: bytes(signature) })
    expect(toHex(encodeCredential(decoded!))).toBe(encoded)
    expect(await verifyDeviceCredential(decoded!)).toBe(isSigned)
  })

  it.each(vectors.bindings)('[ER23] $comment', async (binding) => {
    const { deviceId, sessionId, atMs, isSigned } = binding
    const given = {
      deviceId,
      sessionId,
      atMs,
      deviceKey: bytes(binding.deviceKey),
      signature: bytes(binding.signature),
    }
    expect(await verifySessionBinding(given)).toBe(isSigned)
  })

  it('[ER21][ER23] the statements that are signed are these very bytes', async () => {
    const { accountSeed, deviceSeed, deviceStatement, sessionStatement } = vectors.statements
    const [credential] = vectors.credentials
    const [binding] = vectors.bindings
    // Ed25519 is deterministic, so the same bytes give the same signature.
    expect(toHex(await sign(bytes(accountSeed), bytes(deviceStatement)))).toBe(credential?.credential?.signature)
    expect(toHex(await sign(bytes(deviceSeed), bytes(sessionStatement)))).toBe(binding?.signature)
  })
})
