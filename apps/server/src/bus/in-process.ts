import type { Bus } from '@visavis/ports'

/**
 * The bus of a server that is one process: what NATS is to a fleet. A listener runs in a later microtask, never inside
 * `publish`, so a subject cannot re-enter itself through the bus; a listener that throws is logged by the process and
 * does not keep the message from the others.
 */
export function createInProcessBus(): Bus {
  const subjects = new Map<string, Set<(message: Uint8Array) => void>>()
  let closed = false

  function publish(subject: string, message: Uint8Array): void {
    if (closed) throw new Error('the bus is closed')
    const listeners = subjects.get(subject)
    if (!listeners) return
    const copy = message.slice()
    for (const listener of listeners)
      queueMicrotask(() => {
        if (!closed && listeners.has(listener)) listener(copy)
      })
  }

  function subscribe(subject: string, listener: (message: Uint8Array) => void): () => void {
    const listeners = subjects.get(subject) ?? new Set()
    subjects.set(subject, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && subjects.get(subject) === listeners) subjects.delete(subject)
    }
  }

  async function close(): Promise<void> {
    closed = true
    subjects.clear()
  }

  return { publish, subscribe, close }
}
