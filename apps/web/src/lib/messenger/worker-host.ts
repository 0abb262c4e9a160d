import { fail, VisavisError, type AccountId, type Code, type Result } from '@visavis/wire'
import type { ServerClock } from '../engine/server-clock.ts'
import type { VaultDoor } from '../vault/types.ts'
import type { Uplink } from './core-types.ts'
import type { CreateMessenger, DownlinkEvent, MessengerDeps } from './deps.ts'
import {
  NOTHING_SHOWN,
  type CallName,
  type FromWorker,
  type Line,
  type PageEvent,
  type RequestAnswer,
  type ToWorker,
} from './remote-protocol.ts'
import { createEngineWay } from './safety/engine-line.ts'
import type { Messenger, MessengerState } from './types.ts'

/**
 * Only one tab of a browser writes. A takeover is never refused, and whoever had the lock before is told by `lost`;
 * otherwise `busy` says that another tab has it, and it is taken as soon as that one is gone.
 */
export type TabLock = {
  take(wish: { readonly isTakeover: boolean; readonly busy: () => void; readonly lost: () => void }): Promise<void>
}

export type HostDeps = Pick<MessengerDeps, 'clock' | 'random' | 'log' | 'api' | 'e2ee' | 'vaultFor'> & {
  readonly line: Line<FromWorker, ToWorker>
  readonly tabLock: TabLock
  readonly serverClock: ServerClock
  readonly createMessenger: CreateMessenger
}

/**
 * The worker's end of the line: gives the messenger its ports and answers the page. When another tab takes over, the
 * vault is closed here first, whatever the messenger makes of the news.
 */
export function serveMessenger(deps: HostDeps): void {
  const { line, log } = deps
  const downlink = new Set<(event: DownlinkEvent) => void>()
  const requests = new Map<number, (answer: RequestAnswer) => void>()
  const watches = new Map<number, () => void>()
  const doors = new Map<AccountId, VaultDoor>()
  let nextRequestId = 1
  let isElsewhere = false
  let closeVault: () => void = () => undefined
  let messenger: Messenger | undefined
  const safety = createEngineWay({ clock: deps.clock, want: (lost) => line.post({ kind: 'want-engine', lost }) })
  /** What comes before the messenger stands, in order. */
  let early: { readonly callId?: number; readonly run: () => void }[] = []

  const uplink: Uplink = {
    request(name, body) {
      const id = nextRequestId++
      const answer = new Promise<RequestAnswer>((resolve) => requests.set(id, resolve))
      line.post({ kind: 'request', id, name, body } as Extract<FromWorker, { kind: 'request' }>)
      // The page's engine has checked the answer against the name.
      return answer as ReturnType<typeof uplink.request<typeof name>>
    },
    stored: (durableSeq) => line.post({ kind: 'stored', durableSeq }),
  }

  function postState(state: MessengerState): void {
    line.post({ kind: 'state', state: isElsewhere ? { ...state, phase: { kind: 'elsewhere' } } : state })
  }

  function elsewhere(): void {
    if (isElsewhere) return
    isElsewhere = true
    closeVault()
    tell({ kind: 'elsewhere' })
    if (messenger) postState(messenger.snapshot())
  }

  function tell(event: DownlinkEvent): void {
    for (const listener of downlink) listener(event)
  }

  function guardedDoor(accountId: AccountId): VaultDoor {
    const known = doors.get(accountId)
    if (known) return known
    const door = deps.vaultFor(accountId)
    const guarded: VaultDoor = {
      ...door,
      async open(passphrase) {
        if (isElsewhere) return fail('VAULT_UNAVAILABLE')
        const opened = await door.open(passphrase)
        if (!opened.ok) return opened
        closeVault = () => opened.value.close()
        if (isElsewhere) closeVault()
        return opened
      },
    }
    doors.set(accountId, guarded)
    return guarded
  }

  /** Another tab has the vault: what this page asks is refused until it is given up there or taken over here. */
  function busy(): void {
    isElsewhere = true
    line.post({ kind: 'state', state: { ...NOTHING_SHOWN, phase: { kind: 'elsewhere' } } })
    for (const { callId } of early) if (callId !== undefined) refuse(callId)
    early = early.filter(({ callId }) => callId === undefined)
  }

  async function start({ session, deviceName, ...wish }: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
    const { isTakeover } = wish
    safety.chosen(wish.safety)
    await deps.tabLock.take({ isTakeover, busy, lost: elsewhere })
    isElsewhere = false
    const { clock, random, api, e2ee, serverClock } = deps
    messenger = deps.createMessenger({
      clock,
      random,
      log,
      api,
      e2ee,
      uplink,
      downlink: {
        listen(listener) {
          downlink.add(listener)
          return () => void downlink.delete(listener)
        },
      },
      vaultFor: guardedDoor,
      session: () => session,
      deviceName,
      safety,
      serverNowMs: () => serverClock.nowMs(),
    })
    messenger.subscribe(postState)
    postState(messenger.snapshot())
    const waiting = early
    early = []
    for (const { run } of waiting) run()
  }

  function heard(news: PageEvent): void {
    if (news.kind === 'elsewhere') return elsewhere()
    if (news.kind !== 'online') return tell(news)
    deps.serverClock.set(news.serverMs)
    tell({ kind: 'online', resumed: news.resumed })
  }

  async function call(to: Messenger, id: number, method: CallName, args: readonly unknown[]): Promise<void> {
    const all =
      method === 'openLink' ? [...args, (outcome: Result<true>) => post({ kind: 'linked', id, outcome })] : args
    try {
      const value = await (to[method] as (...input: unknown[]) => Promise<unknown>)(...all)
      post({ kind: 'returned', id, value })
    } catch (error) {
      const code: Code = error instanceof VisavisError ? error.code : 'SERVER_INTERNAL'
      log.error('messenger call failed', { code, reason: method, err: error })
      post({ kind: 'thrown', id, code })
    }
  }

  function post(message: FromWorker): void {
    line.post(message)
  }

  function withMessenger(work: (to: Messenger) => void, callId?: number): void {
    const run = () => messenger && work(messenger)
    if (messenger) run()
    else if (isElsewhere && callId !== undefined) refuse(callId)
    else early.push({ run, ...(callId !== undefined && { callId }) })
  }

  function refuse(id: number): void {
    post({ kind: 'thrown', id, code: 'VAULT_UNAVAILABLE' })
  }

  line.listen((data) => {
    switch (data.kind) {
      case 'start':
        return void start(data).catch((error: unknown) => {
          log.error('messenger did not begin', { err: error })
          post({ kind: 'dead' })
        })
      case 'call':
        return withMessenger((to) => void call(to, data.id, data.method, data.args), data.id)
      case 'tell':
        return withMessenger((to) => (to[data.method] as (...input: unknown[]) => void)(...data.args))
      case 'watch':
        return withMessenger((to) =>
          watches.set(
            data.id,
            to.watch(data.conversationId, (view) => post({ kind: 'view', id: data.id, view })),
          ),
        )
      case 'unwatch':
        return withMessenger(() => {
          watches.get(data.id)?.()
          watches.delete(data.id)
        })
      case 'event':
        return withMessenger(() => heard(data.event))
      case 'answer':
        requests.get(data.id)?.(data.answer as RequestAnswer)
        return void requests.delete(data.id)
      case 'safety':
        return safety.chosen(data.choice)
      case 'engine':
        return safety.opened(data.opened)
    }
  })
}
