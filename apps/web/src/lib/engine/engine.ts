import type { CallId, ClientFrameBody, Fail, LegId, MessageId, ServerFrame, TicketId } from '@visavis/wire'
import { createEvidenceBook } from '../evidence/evidence-book.ts'
import { createAftercare } from './aftercare.ts'
import { callEventOf } from './call-frames.ts'
import { nextAfterMs, type CallEffect, type CallEvent, type CallMachineState } from './call-machine-states.ts'
import { callMachine, INITIAL } from './call-machine.ts'
import { createCallSession, type CallSession } from './call-session.ts'
import type { OnlineNews } from './connection-types.ts'
import { createConnection } from './connection.ts'
import { createDeeds } from './deeds.ts'
import { engineState } from './engine-state.ts'
import { createKeeping } from './keeping.ts'
import { createMatchKeys } from './match-keys.ts'
import { createMediaManager } from './media-manager.ts'
import { isMessengerFrame, type EngineDeps } from './ports.ts'
import { createSelfControls } from './self-controls.ts'
import { createTickets } from './tickets.ts'
import type { ConnectionState, Engine, EngineState, SeekWish } from './types.ts'

/**
 * The client engine: wires connection, call machine and managers, and decides nothing itself. The machine says what
 * is to be done (`CallEffect`), `run` does it with the managers, and what comes of it goes back as a `CallEvent`.
 */
export function createEngine(deps: EngineDeps): Engine {
  const { clock, random, log, e2ee } = deps
  let machine: CallMachineState = INITIAL
  let connectionState: ConnectionState = { kind: 'offline' }
  let wish: SeekWish | undefined
  let session: CallSession | undefined
  let snapshot: EngineState
  const listeners = new Set<(state: EngineState) => void>()
  const timers = new Map<string, () => void>()
  const queue: CallEvent[] = []
  let isDispatching = false
  /** In the lobby or later: what a match needs is kept ready. */
  let isWarm = false
  let isRenewalDue = false

  const connection = createConnection({
    ...deps,
    calls: () => (session ? [session.found.callId] : []),
    listener: { state: connectionChanged, online, frame },
  })
  const serverNowMs = () => connection.serverNowMs()
  const keys = createMatchKeys({ e2ee, clock, log, serverNowMs })
  const media = createMediaManager({
    clock,
    log,
    serverNowMs,
    factory: deps.mediaPathFactory,
    lease: (legId: LegId | undefined) => connection.request('relay.lease', { legId }),
    openTap: () => evidence.openTap(),
  })
  const evidence = createEvidenceBook({ ...deps, source: deps.evidence, connection })
  const aftercare = createAftercare({ clock, serverNowMs, changed: publish })
  const deeds = createDeeds({
    http: deps.http,
    done: (callId, what) => aftercare.done(callId, what),
    blocked: (callId) => dispatch({ kind: 'block', callId }),
  })
  const path = () => tickets.present()?.path?.path
  const selfControls = createSelfControls({ media, path, session: () => session, changed: publish })
  const keeping = createKeeping({
    messenger: deps.messenger,
    say: (callId, account) => session?.found.callId === callId && session.sayAccount(account),
    changed: publish,
  })
  const freshTicketId = () => random.uuid() as TicketId
  const seek = (body: ClientFrameBody<'match.seek'>) => connection.request('match.seek', body)
  const tickets = createTickets({ keys, media, dispatch, freshTicketId, seek })

  function view(): EngineState {
    const lastCall = aftercare.lastCall()
    const contactOf = (callId: CallId) => keeping.of(callId)
    return engineState({ connection: connectionState, machine, session, lastCall, contactOf, self: media.self() })
  }
  snapshot = view()

  function publish(): void {
    if (isDispatching) return
    snapshot = view()
    for (const listener of listeners) listener(snapshot)
  }

  /** Events that come of effects wait until the step that caused them is complete. */
  function dispatch(event: CallEvent): void {
    queue.push(event)
    if (isDispatching) return
    isDispatching = true
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const before = machine
        const step = callMachine(machine, next, clock.monotonicMs())
        machine = step.state
        if (machine.kind === 'ended' && before.kind !== 'ended') aftercare.ended(machine.call)
        for (const effect of step.effects) run(effect)
      }
    } finally {
      isDispatching = false
    }
    publish()
    if (isRenewalDue) renew()
  }

  function renew(): void {
    isRenewalDue = machine.kind === 'opening' || machine.kind === 'live'
    if (!isRenewalDue) connection.renew()
  }

  function run(effect: CallEffect): void {
    switch (effect.kind) {
      case 'prepare':
        return prepareTicket(effect)
      case 'prepareNext':
        return prepareNextLater()
      case 'sendSeek':
        return tickets.send(effect.ticketId, wish)
      case 'sendLeave':
        return void connection.request('match.leave', { ticketId: effect.ticketId })
      case 'retireTicket':
        return tickets.retire(effect.ticketId)
      case 'openCall':
        return openCall(effect)
      case 'timer':
        return setTimer(effect.timer, effect.afterMs, () =>
          dispatch({ kind: 'timeout', callId: effect.callId, timer: effect.timer }),
        )
      case 'allowMedia':
        return session?.allowMedia()
      case 'closeCall':
        return closeCall()
      case 'sendEnd':
        return void connection.request('call.end', { callId: effect.callId, reason: effect.reason })
      case 'repeatSignals':
        return session?.repeatSignals()
    }
  }

  function setTimer(name: string, afterMs: number, work: () => void): void {
    timers.get(name)?.()
    timers.set(name, clock.after(afterMs, work))
  }

  /** Not before the present picture stands [M2]. */
  function prepareNextLater(): void {
    if (machine.kind !== 'live') return
    setTimer('prepareNext', nextAfterMs(machine.call), () => void Promise.all([keys.ensure(), media.ensure()]))
  }

  function prepareTicket({ ticketId, afterMs, freshPath }: Extract<CallEffect, { kind: 'prepare' }>): void {
    if (freshPath) media.discard()
    timers.get('prepare')?.()
    if (afterMs === 0) void preparedSoon(ticketId)
    else setTimer('prepare', afterMs, () => void preparedSoon(ticketId))
  }

  /** At once when everything stands already, so that Next costs one frame and one match. */
  async function preparedSoon(ticketId: TicketId): Promise<void> {
    // The machine asks again as soon as the connection is back.
    if (!connection.isOnline()) return
    if (keys.isReady() && media.isReady()) return dispatch({ kind: 'prepared', ticketId })
    const results = await Promise.all([keys.ensure(), media.ensure()])
    if (!connection.isOnline()) return
    const failed = results.find((result): result is Fail => !result.ok)
    // Cut and mended meanwhile: the answer was lost with the old session.
    if (failed?.code === 'NETWORK_OFFLINE') return preparedSoon(ticketId)
    if (failed) dispatch({ kind: 'prepareFailed', ticketId, code: failed.code })
    else dispatch({ kind: 'prepared', ticketId })
  }

  function openCall({ found }: Extract<CallEffect, { kind: 'openCall' }>): void {
    const ticket = tickets.take()
    if (!ticket) return
    const { callId } = found
    session = createCallSession({
      clock,
      log,
      e2ee,
      serverNowMs,
      found,
      identity: ticket.identity,
      path: ticket.path,
      self: media.self(),
      evidence,
      newMessageId: () => random.uuid() as MessageId,
      randomBytes: (count) => random.bytes(count),
      request: (name, body) => connection.request(name, body),
      listener: {
        secured: () => dispatch({ kind: 'secured', callId }),
        confirmed: () => dispatch({ kind: 'identityConfirmed', callId }),
        failed: (code) => dispatch({ kind: 'channelFailed', callId, code }),
        media: (state) => {
          dispatch({ kind: 'media', callId, media: state })
          if (state === 'connected') prepareNextLater()
        },
        quality: (quality) => dispatch({ kind: 'quality', callId, quality }),
        partnerMedia: (state) => dispatch({ kind: 'partnerMedia', callId, ...state }),
        account: (account) => keeping.heard(callId, account),
        changed: publish,
      },
    })
  }

  function closeCall(): void {
    for (const name of ['secure', 'identity']) timers.get(name)?.()
    session?.close()
    session = undefined
  }

  function connectionChanged(state: ConnectionState): void {
    if (connectionState.kind === 'online' && state.kind !== 'online') deps.messenger?.offline()
    connectionState = state
    const isFinal = state.kind === 'replaced' || state.kind === 'expired' || state.kind === 'refused'
    if (isFinal) dispatch({ kind: 'shutdown', code: state.code })
    publish()
  }

  function online({ resumed, asked, alive }: OnlineNews): void {
    dispatch({ kind: 'online', resumed, asked, alive, freshTicketId: freshTicketId() })
    if (isWarm) void Promise.all([keys.ensure(), media.ensure()])
    deps.messenger?.online({ resumed, serverMs: serverNowMs() })
  }

  function frame(received: ServerFrame): void {
    if (isMessengerFrame(received)) {
      deps.messenger?.frame(received)
      if (received.name === 'contact.made') keeping.made(received.body)
      return
    }
    const event = callEventOf(received)
    if (event) dispatch(event)
    else if ('callId' in received.body && session?.found.callId === received.body.callId) session.handleFrame(received)
  }

  function release(): void {
    dispatch({ kind: 'shutdown' })
    isWarm = false
    for (const cancel of timers.values()) cancel()
    timers.clear()
    keys.close()
    media.discard()
    aftercare.close()
    evidence.close()
    keeping.close()
  }

  return {
    state: {
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    snapshot: () => snapshot,
    connect: () => connection.connect(),
    disconnect() {
      dispatch({ kind: 'end' })
      release()
      connection.disconnect()
    },
    async prepare({ mode, stream, isVirtual = false }) {
      media.setSource({ mode, stream, isVirtual })
      isWarm = true
      if (connection.isOnline()) await Promise.all([keys.ensure(), media.ensure()])
    },
    seek(next) {
      wish = next
      dispatch({ kind: 'seek', ticketId: freshTicketId(), mode: next.mode })
    },
    cancelSeek: () => dispatch({ kind: 'cancelSeek' }),
    next: () => wish && dispatch({ kind: 'next', ticketId: freshTicketId(), mode: wish.mode }),
    end: () => dispatch({ kind: 'end' }),
    sendText: (text) => (machine.kind === 'live' ? session?.chat.send(text) : undefined),
    retryText: (messageId) => session?.chat.retry(messageId),
    ...selfControls,
    ...deeds,
    evidenceOf: (callId) => evidence.of(callId),
    async request(name, body) {
      const answer = await connection.request(name, body)
      // Asked by the messenger, shown in the call.
      if (answer.ok && 'keep' in body) keeping.said(body.callId, body.keep)
      return answer
    },
    stored: (durableSeq) => connection.stored(durableSeq),
    renew,
    reopen: () => connection.reopen(),
    serverNowMs,
  }
}
