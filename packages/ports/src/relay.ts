/**
 * The embedded splice relay, as its users see it. ICE ends at the relay (it is ICE-lite, RFC 8445 section 2.5);
 * between two spliced legs it forwards DTLS-SRTP packets that it cannot read, and nothing else.
 *
 * Credentials are stateless: a leg's username fragment and password are derived from the relay's secret, the leg
 * id and a generation, so a restarted relay recognises its legs and only has to be told again who is spliced.
 */
export type LegCredentials = {
  readonly legId: string
  /** ICE username fragment and password of the relay's side of this leg (RFC 8445 section 5.3). */
  readonly ufrag: string
  readonly pwd: string
  /** Where the relay listens, as announced to clients: the only address a client ever learns. */
  readonly address: string
  readonly port: number
  readonly expiresAtMs: number
}

export type RelayStats = {
  readonly legs: number
  readonly splices: number
  readonly packetsForwarded: number
  readonly packetsDropped: number
}

export type Relay = {
  /** Credentials for a leg. A higher generation replaces the older one (ICE restart). Never touches the network. */
  lease(legId: string, generation: number): LegCredentials
  /**
   * Joins two legs. Packets for a leg are held (bounded in count and time) until `open` was called for that leg, so
   * a handshake that arrives before its owner is ready is not lost. Splicing a leg again replaces its former splice.
   */
  splice(legA: string, legB: string): void
  /** The owner of the leg has applied the partner's fingerprint: let held and further packets through. */
  open(legId: string): void
  /** Ends the splice this leg is part of and forgets the leg's address; both sides hear nothing more from each other. */
  release(legId: string): void
  stats(): Promise<RelayStats>
  close(): Promise<void>
}
