/**
 * Signals may overtake each other after a cut; the sender's own count tells the newest.
 *
 * @returns whether this one is news
 */
export function createNewest(): (content: { readonly position: number }) => boolean {
  let newest = -1
  return ({ position }) => {
    if (position <= newest) return false
    newest = position
    return true
  }
}
