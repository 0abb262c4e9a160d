/**
 * What two people may do to each other by messages, step by step [M18]. Decided by each device for its own person, from what
 * both have said inside the encryption and from the time they have known each other; the server knows of none of it. See SPEC
 * PO7 to PO11.
 */
export type StepFacts = {
  readonly place: 'pair' | 'group'
  /** How long they have been each other's contacts, by the server's clock; 0 for people who are not. */
  readonly minutesKnown: number
  /** Both have to agree to share files, each for themselves, in the conversation of the two. */
  readonly mineSharing: boolean
  readonly theirSharing: boolean
  /** Of a group: the person has asked to see what this member sends there. */
  readonly isMemberShown: boolean
}

export type TrustSteps = {
  /** Of received messages. `dead`: an address is text. `unshown`: until the person asks to see what this member sends. */
  readonly links: 'dead' | 'unshown' | 'open'
  /** Received. `locked`: not fetched. `unshown`: as with links. `covered`: shown when it is pressed. */
  readonly files: 'locked' | 'unshown' | 'covered' | 'open'
  readonly sending: 'locked' | 'open'
}

/** Long enough for a first rush to pass, and for a stranger who sends addresses to be blocked before one opens. */
export const KNOWN_MINUTES = 24 * 60

export function trustSteps(facts: StepFacts): TrustSteps {
  const { place, minutesKnown, mineSharing, theirSharing, isMemberShown } = facts
  const isKnown = minutesKnown >= KNOWN_MINUTES
  const isAgreed = mineSharing && theirSharing
  const sending = place === 'group' || isAgreed ? 'open' : 'locked'
  if (isAgreed) return { links: 'open', files: isKnown ? 'open' : 'covered', sending }
  if (place === 'pair') return { links: isKnown ? 'open' : 'dead', files: 'locked', sending }
  return isMemberShown ? { links: 'open', files: 'open', sending } : { links: 'unshown', files: 'unshown', sending }
}
