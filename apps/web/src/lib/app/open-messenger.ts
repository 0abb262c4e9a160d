import type { Engine } from '../engine/index.ts'
import type { SignedIn } from '../messenger/deps.ts'
import { lineOf, type FromWorker, type ToWorker } from '../messenger/remote-protocol.ts'
import type { MessengerWorker, Remote } from '../messenger/remote.ts'
import type { SafetyForMessenger } from '../safety/safety.ts'
import type { Platform } from './platform.ts'
import type { WorkerUrls } from './worker-urls.ts'

type MessengerRootDeps = {
  readonly platform: Platform
  readonly workers: WorkerUrls
  readonly session: SignedIn
  readonly engine: () => Engine | undefined
  readonly safety: SafetyForMessenger
}

/** The messenger in its worker. Fetched only in the area of people who are signed in, as the engine is. */
export async function openMessenger(deps: MessengerRootDeps): Promise<Remote> {
  const { createRemote } = await import('../messenger/remote.ts')
  return createRemote({
    clock: deps.platform.clock,
    createWorker: () => asMessengerWorker(deps.workers.createMessengerWorker()),
    session: deps.session,
    deviceName: deps.platform.deviceName,
    engine: deps.engine,
    safety: deps.safety,
  })
}

/** Deletes the messages of an account when its messenger cannot do it any more. */
export async function wipeVault(platform: Platform, accountId: string): Promise<void> {
  const [{ createVaultDoor }, { stretchWithArgon2id }] = await Promise.all([
    import('../vault/open-vault.ts'),
    import('../vault/argon2.ts'),
  ])
  const { clock, log } = platform
  const { indexedDB: indexedDb } = globalThis
  await createVaultDoor({ indexedDb, crypto, clock, log, stretch: stretchWithArgon2id, accountId }).destroy()
}

function asMessengerWorker(worker: Worker): MessengerWorker {
  let isDead = false
  return {
    ...lineOf<ToWorker, FromWorker>(worker),
    // Its file could not be had, or it threw where nobody catches: what it holds in memory cannot be trusted any more.
    onDeath(died) {
      const once = () => {
        if (!isDead) died()
        isDead = true
      }
      worker.addEventListener('error', once)
      worker.addEventListener('messageerror', once)
    },
    terminate: () => worker.terminate(),
  }
}
