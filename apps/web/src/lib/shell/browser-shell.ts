import type { ToShell } from './worker-messages.ts'
import type { ShellDoor, WaitingShell } from './versions.ts'

type BrowserShellDeps = {
  /** Undefined in private windows of some browsers, and on pages that are not secure. */
  readonly container: ServiceWorkerContainer | undefined
  /** Registers the app's own service worker: its address needs the stamp of a Trusted Types policy. */
  readonly register: (container: ServiceWorkerContainer) => Promise<ServiceWorkerRegistration>
  readonly reload: () => void
}

/** The service workers of this browser; undefined where it has none. */
export function createBrowserShell({ container, register, reload }: BrowserShellDeps): ShellDoor | undefined {
  if (!container) return undefined
  const listeners = new Set<(waiting: WaitingShell) => void>()
  let registration: ServiceWorkerRegistration | undefined

  function waits(worker: ServiceWorker): void {
    const taken = new Promise<void>((resolve) => {
      // Redundant: a still newer one has come in its place; then, too, the page is to be loaded anew.
      worker.addEventListener('statechange', () => worker.state !== 'activating' && resolve())
    })
    const waiting = { version: () => ask(worker), takeOver: (onlyIfAlone: boolean) => tell(worker, onlyIfAlone), taken }
    for (const listener of listeners) listener(waiting)
  }

  function watch(installing: ServiceWorker): void {
    installing.addEventListener('statechange', () => {
      // The first of all replaces nobody, and takes over by itself.
      if (installing.state === 'installed' && registration?.active) waits(installing)
    })
  }

  return {
    async register() {
      const made = await register(container)
      registration = made
      if (made.waiting && made.active) waits(made.waiting)
      if (made.installing) watch(made.installing)
      made.addEventListener('updatefound', () => made.installing && watch(made.installing))
    },
    onWaiting: (listener) => void listeners.add(listener),
    look: async () => void (await registration?.update()),
    reload,
  }
}

function say(worker: ServiceWorker, message: ToShell, transfer: Transferable[] = []): void {
  worker.postMessage(message, transfer)
}

function tell(worker: ServiceWorker, onlyIfAlone: boolean): void {
  say(worker, { kind: 'take-over', onlyIfAlone })
}

async function ask(worker: ServiceWorker): Promise<string | undefined> {
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise<string | undefined>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
      resolve(typeof data === 'string' ? data : undefined),
    )
    port1.start()
  })
  say(worker, { kind: 'which' }, [port2])
  return answer
}
