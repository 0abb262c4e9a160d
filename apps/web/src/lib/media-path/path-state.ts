import type { MediaPathState } from '../engine/ports.ts'

/** What is known of a path. Its state is a function of this alone, so that no order of events can confuse it. */
export type PathFacts = {
  /** The way to the relay stood once (splice), or our relayed candidate is known (TURN). */
  readonly prepared: boolean
  /** ICE is connected now, and was at any time. */
  readonly ice: boolean
  readonly everIce: boolean
  /** The partner's fingerprint is applied; the DTLS handshake with it has succeeded. */
  readonly applied: boolean
  readonly secured: boolean
  readonly over: 'failed' | 'closed' | undefined
}

export const NEW_PATH: PathFacts = {
  prepared: false,
  ice: false,
  everIce: false,
  applied: false,
  secured: false,
  over: undefined,
}

export function stateOf(facts: PathFacts): MediaPathState {
  if (facts.over) return facts.over
  if (!facts.prepared) return 'preparing'
  if (facts.everIce && !facts.ice) return 'interrupted'
  if (facts.secured) return 'connected'
  return facts.applied ? 'connecting' : 'ready'
}

/** Adds what has become known. `closed` is final, and a failed path can only be closed. */
export function learn(facts: PathFacts, news: Partial<PathFacts>): PathFacts {
  if (facts.over === 'closed') return facts
  if (facts.over === 'failed') return news.over === 'closed' ? { ...facts, over: 'closed' } : facts
  const next = { ...facts, ...news }
  return next.ice && !next.everIce ? { ...next, everIce: true } : next
}
