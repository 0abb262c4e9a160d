import type { OpenedContent, RevealContent } from '@visavis/e2ee'
import { createNewest } from './newest.ts'

/** Whether each of the two wants both pictures uncovered; they are while both do [M15]. */
export type Reveal = { readonly own: boolean; readonly partner: boolean }

export type RevealRound = {
  state(): Reveal
  /** Our own word, at any time and as often as one likes. */
  want(isWanted: boolean): void
  heard(content: Extract<OpenedContent, { kind: 'reveal' }>): void
}

/**
 * The mutual reveal of one call. Every call begins covered, and each side covers or uncovers for itself: nothing a
 * partner says uncovers a picture whose viewer has not agreed, and one word covers both again.
 */
export function createRevealRound(deps: {
  readonly say: (content: RevealContent) => void
  readonly changed: () => void
}): RevealRound {
  let reveal: Reveal = { own: false, partner: false }
  const isNews = createNewest()

  function become(next: Reveal): void {
    if (next.own === reveal.own && next.partner === reveal.partner) return
    reveal = next
    deps.changed()
  }

  return {
    state: () => reveal,
    want(isWanted) {
      if (isWanted === reveal.own) return
      deps.say({ kind: 'reveal', isWanted })
      become({ ...reveal, own: isWanted })
    },
    heard(content) {
      if (isNews(content)) become({ ...reveal, partner: content.isWanted })
    },
  }
}
