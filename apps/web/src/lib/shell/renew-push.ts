/**
 * The browser has ended a subscription by itself: makes another in its place, if this device still wants to be woken. When
 * it fails, the app does the same the next time it is opened. Without the contracts of `wire`, which would make the
 * worker ten times its size: these two answers are our own server's, and only asked for two fields.
 */
export async function renewPush(deps: {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  readonly subscribe: (options: PushSubscriptionOptionsInit) => Promise<{ readonly endpoint: string }>
}): Promise<void> {
  const answer = await deps.fetch('/api/push', { cache: 'no-store' })
  if (!answer.ok) return
  const { isOn, publicKey } = (await answer.json()) as { readonly isOn?: unknown; readonly publicKey?: unknown }
  if (isOn !== true || typeof publicKey !== 'string') return
  const { endpoint } = await deps.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
  await deps.fetch('/api/push', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint }),
  })
}
