/** Chance, as a port. The real one is a cryptographic generator; the fake is seeded. */
export type Random = {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array
  /** A version 4 UUID (RFC 9562) in lower case. */
  uuid(): string
  /** A uniform number in [0, 1); not for secrets. */
  float(): number
}
