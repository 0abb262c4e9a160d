import pbkdf2Url from 'altcha/workers/pbkdf2?worker&url'
import shaUrl from 'altcha/workers/sha?worker&url'
// The build puts the address in the module's place.
// oxlint-disable-next-line import/default
import backgroundUrl from '../background/worker.ts?worker&url'
// oxlint-disable-next-line import/default
import evidenceUrl from '../evidence/worker.ts?worker&url'
// oxlint-disable-next-line import/default
import messengerUrl from '../messenger/worker.ts?worker&url'
// oxlint-disable-next-line import/default
import nudityUrl from '../nudity/nudity-worker.ts?worker&url'
// oxlint-disable-next-line import/default
import roomUrl from '../room-check/room-worker.ts?worker&url'
// oxlint-disable-next-line import/default
import safetyUrl from '../safety/worker.ts?worker&url'

type ScriptUrlPolicy = { createScriptURL(input: string): unknown }
export type PolicyFactory = {
  createPolicy(name: string, rules: { createScriptURL(input: string): string }): ScriptUrlPolicy
}

export type WorkerUrls = {
  createProofWorker(algorithm: string): Worker
  createMessengerWorker(): Worker
  /** The service worker, which opens the app without a network. */
  registerShell(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration>
  createBackgroundWorker(): Worker
  createNudityWorker(): Worker
  createRoomWorker(): Worker
  createSafetyWorker(): Worker
  createEvidenceWorker(): Worker
}

/** Beside the page, because a service worker rules over what is below its address. */
const SHELL_URL = '/service-worker.js'

const OWN_SCRIPTS: ReadonlySet<string> = new Set([
  SHELL_URL,
  pbkdf2Url,
  shaUrl,
  messengerUrl,
  backgroundUrl,
  evidenceUrl,
  nudityUrl,
  roomUrl,
  safetyUrl,
])

/**
 * Workers from our own files only. Under Trusted Types a worker needs an address from a named policy; this one signs
 * the addresses that the build made and nothing else.
 */
export function createWorkerUrls(deps: { trustedTypes: PolicyFactory | undefined }): WorkerUrls {
  const policy = deps.trustedTypes?.createPolicy('visavis-worker', {
    createScriptURL: (input) => {
      if (!OWN_SCRIPTS.has(input)) throw new TypeError('not a worker of this app')
      return input
    },
  })
  const create = (address: string) =>
    new Worker((policy?.createScriptURL(address) ?? address) as string, { type: 'module' })
  return {
    createProofWorker: (algorithm) => create(algorithm.startsWith('PBKDF2') ? pbkdf2Url : shaUrl),
    createMessengerWorker: () => create(messengerUrl),
    registerShell: async (container) =>
      container.register((policy?.createScriptURL(SHELL_URL) ?? SHELL_URL) as string, { updateViaCache: 'none' }),
    createBackgroundWorker: () => create(backgroundUrl),
    createNudityWorker: () => create(nudityUrl),
    createRoomWorker: () => create(roomUrl),
    createSafetyWorker: () => create(safetyUrl),
    createEvidenceWorker: () => create(evidenceUrl),
  }
}
