import type { Bus } from '@visavis/ports'

/** A bus for one process that delivers in a later microtask, as a network would, and in order. */
export function createFakeBus(): Bus {
  const subjects = new Map<string, Set<(message: Uint8Array) => void>>()
  let closed = false
  return {
    publish(subject, message) {
      if (closed) throw new Error('bus is closed')
      const copy = message.slice()
      const listeners = [...(subjects.get(subject) ?? [])]
      queueMicrotask(() => {
        for (const listener of listeners) if (!closed && subjects.get(subject)?.has(listener)) listener(copy)
      })
    },
    subscribe(subject, listener) {
      const listeners = subjects.get(subject) ?? new Set()
      subjects.set(subject, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) subjects.delete(subject)
      }
    },
    async close() {
      closed = true
      subjects.clear()
    },
  }
}
