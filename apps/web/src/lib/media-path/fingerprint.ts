/** Fingerprints of DTLS certificates: 32 bytes of SHA-256 for us, colons and hexadecimal for SDP (RFC 8122). */
export function formatFingerprint(fingerprint: Uint8Array): string {
  return Array.from(fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')
}

/** Reads a SHA-256 fingerprint; undefined for anything that is not 32 bytes with colons. */
export function parseFingerprint(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){31}$/i.test(text)) return undefined
  return Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16))
}

/** The SHA-256 fingerprint of a certificate of ours; undefined in a browser that does not tell it. */
export function fingerprintOf(certificate: RTCCertificate): Uint8Array | undefined {
  const sha256 = certificate.getFingerprints().find((print) => print.algorithm?.toLowerCase() === 'sha-256')
  return sha256?.value === undefined ? undefined : parseFingerprint(sha256.value)
}
