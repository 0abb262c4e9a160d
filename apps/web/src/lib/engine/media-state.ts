import type { MediaStateContent } from '@visavis/e2ee'

/**
 * Whether the partner's microphone and camera are on, as told inside the encryption. Signals may overtake each other
 * after a cut; the sender's own count tells the newest.
 */
export function createPartnerMedia() {
  let newest = -1
  return {
    /** True when this is news. */
    handle(content: MediaStateContent & { readonly position: number }): boolean {
      if (content.position <= newest) return false
      newest = content.position
      return true
    },
  }
}
