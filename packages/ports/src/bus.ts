/**
 * Fan-out between gateway nodes, one subject per account (`account.<id>`) or per service (`matching.<pool>`).
 * At most once, in order per publisher and subject; nothing is kept for absent subscribers, so whatever must
 * not be lost is in storage before it is published.
 */
export type Bus = {
  publish(subject: string, message: Uint8Array): void
  /** Returns the function that ends the subscription. */
  subscribe(subject: string, listener: (message: Uint8Array) => void): () => void
  close(): Promise<void>
}
