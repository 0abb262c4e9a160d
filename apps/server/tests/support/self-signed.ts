import { generateKeyPairSync, sign } from 'node:crypto'

/** A certificate that names itself, for TLS on this machine within a test: X.509 v3 (RFC 5280) in DER, by hand. */
export type SelfSigned = { readonly key: string; readonly cert: string }

function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const { length } = body
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), body])
}

const [SEQUENCE, SET, INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8, UTC] = [0x30, 0x31, 2, 3, 4, 6, 0x0c, 0x17]
const ECDSA_SHA256 = der(SEQUENCE, der(OID, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]))
const COMMON_NAME = [0x55, 0x04, 0x03]
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11]
const YEARS = der(SEQUENCE, der(UTC, Buffer.from('200101000000Z')), der(UTC, Buffer.from('491231235959Z')))

/** For these names and IPv4 addresses. */
export function createSelfSigned(names: readonly string[]): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, COMMON_NAME), der(UTF8, Buffer.from('test')))))
  const alternatives = names.map((each) =>
    /^[\d.]+$/.test(each) ? der(0x87, each.split('.').map(Number)) : der(0x82, Buffer.from(each)),
  )
  const extension = der(SEQUENCE, der(OID, SUBJECT_ALT_NAME), der(OCTET_STRING, der(SEQUENCE, ...alternatives)))
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, [2])),
    der(INTEGER, [1]),
    ECDSA_SHA256,
    name,
    YEARS,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, extension)),
  )
  const signature = der(BIT_STRING, [0], sign('sha256', body, privateKey))
  const certificate = der(SEQUENCE, body, ECDSA_SHA256, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}
