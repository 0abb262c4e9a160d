import { ROUTES } from '@visavis/wire'
import type { DeviceStorage } from '../app/storage.ts'
import type { Person } from './session.ts'

const KEY = 'visavis.session'

/**
 * Who was signed in here when the server was last asked, so that the app opens without a network: the person's own handle
 * and ids, no key and nothing that a server would take for them. Gone as soon as the session is.
 */
export type SessionMemory = {
  read(): Person | undefined
  keep(person: Person | undefined): void
}

export function createSessionMemory(storage: DeviceStorage): SessionMemory {
  return {
    read() {
      const kept = storage.read(KEY)
      if (kept === undefined) return undefined
      const parsed = ROUTES.getSession.response.safeParse(jsonOf(kept))
      return (parsed.success && parsed.data.person) || undefined
    },
    keep(person) {
      if (person) storage.write(KEY, JSON.stringify({ person }))
      else storage.remove(KEY)
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
