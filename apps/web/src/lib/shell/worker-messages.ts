/** What a page asks of a service worker: of the one that waits, mostly. */
export type ToShell =
  /** Answered over the port that comes with it, by the version. */
  | { readonly kind: 'which' }
  /** To become the one that works. `onlyIfAlone`: unless several windows of the app are open. */
  | { readonly kind: 'take-over'; readonly onlyIfAlone: boolean }

/** What a page said, if it is one of these. */
export function readToShell(data: unknown): ToShell | undefined {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return undefined
  if (data.kind === 'which') return { kind: 'which' }
  if (data.kind !== 'take-over') return undefined
  return { kind: 'take-over', onlyIfAlone: 'onlyIfAlone' in data && data.onlyIfAlone === true }
}
