/**
 * The public key that signs packs of rules for this app (Ed25519, base64). Whoever builds the app may have another one built
 * in, or none, with the variable `VISAVIS_SAFETY_KEY` of the build; see docs/operations.md.
 */
export const PACK_KEY_B64 = 'hCKOqLK4ea/fAaOoppy1Dex97Xl7FCDlc9EB9eJ5tbY='

/** 32 bytes, or undefined where packs of a server are not to be used. */
export function packKeyOf(b64: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(b64), (character) => character.codePointAt(0) ?? 0)
    return bytes.length === 32 ? bytes : undefined
  } catch {
    return undefined
  }
}
