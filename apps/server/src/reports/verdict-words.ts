import type { ReportFault, RouteResponse } from '@visavis/wire'

type Faults = Readonly<RouteResponse<'readMessageReport'>['faults']>

/**
 * What was found about a report of messages, in words for a moderator: one sentence for each fault, with the position it
 * is about. The code stands behind it, as e2ee SPEC EF11-EF14 explains it. Nothing that was not proven may be held
 * against anybody.
 */
const SENTENCES: Readonly<Record<ReportFault, (which: string) => string>> = {
  unreadable: () => 'The report does not open: it was not sealed by this person for this conversation, or is damaged.',
  stamp: (which) =>
    `${which} does not carry our stamp: it was never delivered like this. It is invented, or its sender, time, place or words were exchanged.`,
  commitment: (which) => `${which} was altered: these are not the words that were sent.`,
  body: (which) => `${which} cannot be taken apart, or names another device than the one that sent it.`,
  'other-conversation': (which) => `${which} is replayed: it belongs to another conversation.`,
  order: (which) => `${which} does not stand in the order in which it was sent, or stands here twice.`,
  gap: (which) => `Messages are missing right before ${which.toLowerCase()}: they were left out, or never arrived.`,
  'own-only': () => 'Nothing that somebody else wrote is opened and proven: it accuses nobody.',
  'too-old': (which) => `${which} is older than 30 days and cannot be verified any more.`,
}

/** @returns at least one sentence; `isVerified` alone says whether all of it is proven */
export function verdictWords(faults: Faults): string[] {
  if (faults.length === 0) return ['Verified: every opened message was sent by the account that is named with it.']
  return faults.map(({ fault, position }) => `${SENTENCES[fault](`Message ${position ?? '?'}`)} (${fault})`)
}
