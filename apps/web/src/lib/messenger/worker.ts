import * as e2ee from '@visavis/e2ee'
import * as z from 'zod/mini'
import { createApi } from '../account/api.ts'
import { clock, log, random } from '../app/platform.ts'
import { createServerClock } from '../engine/server-clock.ts'
import { stretchWithArgon2id } from '../vault/argon2.ts'
import { createVaultDoor } from '../vault/open-vault.ts'
import { createMessenger } from './create-messenger.ts'
import { createBrowserImages } from './files/browser-images.ts'
import { createTransfers } from './files/transfers.ts'
import { lineOf, type FromWorker, type ToWorker } from './remote-protocol.ts'
import { serveMessenger, type TabLock } from './worker-host.ts'

/**
 * The root of the messenger's worker: the browser as ports. Keys and plaintext of conversations live here and in the
 * vault; the page gets what is on screen. Its content security policy is that of its own file's answer.
 */
const LOCK_NAME = 'visavis-vault'

// Compiled validators need `eval`, which the content security policy refuses.
z.config({ jitless: true })

/** A page that is loaded anew may find its own former worker still holding the lock, for a moment. */
const BUSY_AFTER_MS = 2_000

const tabLock: TabLock = {
  take: ({ isTakeover, busy, lost }) =>
    new Promise((resolve) => {
      const calm = isTakeover ? () => undefined : clock.after(BUSY_AFTER_MS, busy)
      const held = () => {
        calm()
        resolve()
        // Never given back: the lock ends with the worker, or with another tab's.
        return new Promise<never>(() => undefined)
      }
      navigator.locks.request(LOCK_NAME, { steal: isTakeover }, held).catch(lost)
    }),
}

serveMessenger({
  line: lineOf<FromWorker, ToWorker>(globalThis as unknown as Parameters<typeof lineOf>[0]),
  tabLock,
  clock,
  random,
  log,
  e2ee,
  api: createApi({ fetch: (input, init) => fetch(input, init) }),
  serverClock: createServerClock(clock),
  // Browsers that refuse storage may refuse to name it, too.
  vaultFor: (accountId) =>
    createVaultDoor({ indexedDb: globalThis.indexedDB, crypto, clock, log, stretch: stretchWithArgon2id, accountId }),
  createMessenger: (deps) =>
    createMessenger(deps, { createTransfers: (parts) => createTransfers({ ...parts, images: createBrowserImages() }) }),
})
