import type { Clock } from '@visavis/ports'
import type { DeviceId } from '@visavis/wire'
import type { Engine, EngineState, MessengerPort } from '../engine/index.ts'
import type { SignedIn } from '../messenger/deps.ts'
import type { Remote } from '../messenger/remote.ts'
import type { Messenger, MessengerState } from '../messenger/types.ts'

/** Before the socket opens, the session is bound to its device; a slow or failing messenger never keeps anybody from a call. */
export const BINDING_WAIT_MS = 10_000
const WIPE_WAIT_MS = 5_000

export type BindingDeps = {
  readonly clock: Clock
  /** Undefined while nobody is signed in. */
  readonly person: () => SignedIn | undefined
  readonly openEngine: (messenger: MessengerPort) => Promise<Engine>
  readonly openRemote: (session: SignedIn, engine: () => Engine | undefined) => Promise<Remote>
  readonly wipeVault: (session: SignedIn) => Promise<void>
}

export type Binding = {
  /** Its `connect` waits until the session is bound, but no longer than BINDING_WAIT_MS. */
  engine(): Promise<Engine>
  messenger(): Promise<Messenger>
  /** The device this session speaks for, as far as this page knows. */
  deviceId(): DeviceId | null
  /** Ends calls and the socket, if there are any; gives the way back. */
  hangUp(): () => void
  /** Ends calls, socket and worker. What is kept on the device stays. */
  leave(): Promise<void>
  /** Deletes what is kept on the device, whether the messenger works or not. */
  wipe(): Promise<void>
}

/**
 * Joins the engine and the messenger of this page: who waits for whom, and what each learns of the other. The messenger
 * binds the session to its device before the socket opens; when that comes about later (unlocked, linked, begun afresh),
 * the socket is opened anew, so that what waits for the device comes.
 */
export function createBinding(deps: BindingDeps): Binding {
  const { clock } = deps
  let engine: Promise<Engine> | undefined
  let raw: Engine | undefined
  let remote: Promise<Remote> | undefined
  let live: Remote | undefined
  let isWanted = false
  let isReady = false
  /** Whom the socket speaks for; undefined until it was opened. */
  let socketDevice: DeviceId | null | undefined

  const port: MessengerPort = {
    frame: (frame) => live?.port.frame(frame),
    online: (news) => live?.port.online(news),
    offline: () => live?.port.offline(),
    ownAccount: async () => live?.port.ownAccount(),
    met: (accountId, accountKey) => live?.port.met(accountId, accountKey),
  }

  function deviceId(): DeviceId | null {
    return live?.messenger.snapshot().me?.deviceId ?? deps.person()?.deviceId ?? null
  }

  function openEngine(): Promise<Engine> {
    engine ??= deps.openEngine(port).then((opened) => {
      raw = opened
      let before: EngineState['connection']['kind'] = 'offline'
      opened.state.subscribe(({ connection: { kind } }) => {
        if (kind === 'replaced' && before !== kind) live?.elsewhere()
        before = kind
      })
      return { ...opened, connect: () => connect(opened), disconnect: () => disconnect(opened) }
    })
    return engine
  }

  function connect(to: Engine): void {
    isWanted = true
    void claimed().then(() => {
      if (!isWanted) return
      socketDevice ??= deviceId()
      to.connect()
    })
  }

  /** Whoever connects wants the messages here, too: they are taken over from the tab that has them. */
  async function claimed(): Promise<void> {
    await bound()
    if (live?.messenger.snapshot().phase.kind !== 'elsewhere') return
    live.restart()
    await bound()
  }

  function disconnect(from: Engine): void {
    isWanted = false
    socketDevice = undefined
    from.disconnect()
  }

  function openRemote(session: SignedIn): Promise<Remote> {
    const opening = deps
      .openRemote(session, () => raw)
      .then((opened) => {
        if (remote !== opening) {
          opened.close()
          return opened
        }
        live = opened
        opened.messenger.subscribe(phaseChanged)
        phaseChanged(opened.messenger.snapshot())
        return opened
      })
    // The code could not be fetched: the next one who asks tries again.
    opening.catch(() => remote === opening && (remote = undefined))
    return opening
  }

  async function messenger(): Promise<Messenger> {
    const session = deps.person()
    if (!remote && session) remote = openRemote(session)
    if (!remote) throw new Error('nobody is signed in')
    return (await remote).messenger
  }

  function phaseChanged({ phase, me }: MessengerState): void {
    const wasReady = isReady
    isReady = phase.kind === 'ready'
    if (!isReady || wasReady) return
    if (socketDevice === undefined) {
      void openEngine()
        .then((opened) => isReady && opened.connect())
        .catch(() => undefined) // Without its code there is no call either; the pages that need one say so.
      return
    }
    const isSame = me?.deviceId === socketDevice
    socketDevice = me?.deviceId ?? null
    if (isSame) raw?.reopen()
    else raw?.renew()
  }

  /** Resolves when the messenger has bound the session, or cannot, or takes too long. */
  async function bound(): Promise<void> {
    if (!deps.person()) return
    await within(BINDING_WAIT_MS, async (isOver) => {
      const opened = await messenger()
      await new Promise<void>((resolve) => {
        const look = ({ phase }: MessengerState) => {
          if (phase.kind === 'off' || phase.kind === 'opening') return
          leave()
          resolve()
        }
        const leave = opened.subscribe(look)
        isOver(leave)
        look(opened.snapshot())
      })
    })
  }

  /** `work`, given up after `ms` or when it fails; `isOver` takes what is to be called at the end. */
  async function within(ms: number, work: (isOver: (end: () => void) => void) => Promise<void>): Promise<void> {
    const ends: (() => void)[] = []
    await new Promise<void>((resolve) => {
      ends.push(clock.after(ms, resolve))
      work((end) => ends.push(end)).then(resolve, () => resolve())
    })
    for (const end of ends) end()
  }

  return {
    engine: openEngine,
    messenger,
    deviceId,
    hangUp() {
      const opened = raw
      if (!opened || !isWanted) return () => undefined
      disconnect(opened)
      return () => connect(opened)
    },
    async leave() {
      live?.close()
      live = remote = undefined
      isReady = false
      const opened = raw
      if (opened) disconnect(opened)
    },
    async wipe() {
      const session = deps.person()
      if (!session) return
      let isWiped = false
      await within(WIPE_WAIT_MS, async () => {
        await (await messenger()).wipe()
        isWiped = true
      })
      if (isWiped) return
      live?.close()
      live = remote = undefined
      await deps.wipeVault(session)
    },
  }
}
