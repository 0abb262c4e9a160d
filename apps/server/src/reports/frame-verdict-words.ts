import type { FrameFault } from '@visavis/wire'

/**
 * What was found about the evidence of a call, in words for a moderator: one sentence for each fault, with the frame it is
 * about. The code stands behind it, as e2ee SPEC EV6-EV9 explain it. Nothing that was not proven may be held against anybody.
 */
const SENTENCES: Readonly<Record<FrameFault, (which: string) => string>> = {
  unreadable: () => 'The evidence does not open: it was not sealed by this person for this call, or is damaged.',
  stamp: (which) =>
    `${which} does not carry our stamp: nothing like it was committed to in this call. It is invented, or its place or time was exchanged.`,
  commitment: (which) => `${which} was altered: this is not the picture that was sent.`,
  'other-call': (which) => `${which} is replayed: it belongs to another call.`,
  'own-only': (which) => `${which} was sent by the reporter: it accuses nobody.`,
  'too-old': (which) => `${which} is older than 30 days and cannot be verified any more.`,
  body: (which) => `${which} cannot be shown: it is not a whole picture.`,
  order: (which) => `${which} does not stand in the order in which it was sent, or stands here twice.`,
}

/** @returns at least one sentence; `isVerified` alone says whether all of it is proven */
export function frameVerdictWords(
  isVerified: boolean,
  faults: readonly { readonly fault: FrameFault; readonly count?: number | undefined }[],
): string[] {
  if (isVerified) return ['Verified: every frame was sent by the reported account in this call.']
  if (faults.length === 0) return ['No frame of the call is attached: nothing here is proven.']
  return faults.map(({ fault, count }) => `${SENTENCES[fault](`Frame ${count ?? '?'}`)} (${fault})`)
}
