import {
  BOUNDARIES_DEFAULT,
  type AccountId,
  type CallId,
  type ClientFrame,
  type ClientFrameBody,
  type Code,
  type ConversationId,
  type LegId,
  type ServerFrameBody,
  type ServerFrameName,
} from '@visavis/wire'
import type { SeededRandom } from '../src/random.ts'

/** The model proves nothing: its stamp only has the right length. */
const STAMP = new Uint8Array(32)

type Ticket = { readonly device: string; readonly body: ClientFrameBody<'match.seek'> }
type Call = { readonly callId: CallId; readonly devices: readonly [string, string]; isOver: boolean; keeps: string[] }

/** Matching and calls of the server model: first come, first met, of one mode. */
export type CallsModel = ReturnType<typeof createCallsModel>

export function createCallsModel(deps: {
  random: SeededRandom
  nowMs: () => number
  deliver: <N extends ServerFrameName>(device: string, name: N, body: ServerFrameBody<N>) => void
}) {
  const { random, nowMs, deliver } = deps
  let queue: Ticket[] = []
  const calls: Call[] = []
  const legs = new Map<LegId, string>()
  const accounts = new Map<string, AccountId>()
  const lies = { swapFingerprints: false, dropSignals: false, noRelay: false }

  const liveOf = (device: string) => calls.find((call) => !call.isOver && call.devices.includes(device))
  const liveCall = (device: string, callId: string) =>
    calls.find((call) => !call.isOver && call.callId === callId && call.devices.includes(device))
  const other = (call: Call, device: string) => (call.devices[0] === device ? call.devices[1] : call.devices[0])

  function seek(device: string, body: ClientFrameBody<'match.seek'>): object | Code {
    if (liveOf(device)) return 'MATCH_IN_CALL'
    if (body.mode !== 'text' && (!body.legId || legs.get(body.legId) !== device)) return 'RELAY_UNAVAILABLE'
    queue = queue.filter((ticket) => ticket.device !== device)
    const at = queue.findIndex((ticket) => ticket.body.mode === body.mode)
    const met = at >= 0 ? queue.splice(at, 1)[0] : undefined
    if (met) pair(met, { device, body })
    else {
      queue.push({ device, body })
      deliver(device, 'match.waiting', { ticketId: body.ticketId, waitedMs: 0, company: 'alone', boundMs: 5_000 })
    }
    return {}
  }

  function pair(first: Ticket, second: Ticket): void {
    const call: Call = {
      callId: random.uuid() as CallId,
      devices: [first.device, second.device],
      isOver: false,
      keeps: [],
    }
    calls.push(call)
    tell(call, first, second, 'creator')
    tell(call, second, first, 'joiner')
  }

  function tell(call: Call, to: Ticket, partner: Ticket, role: 'creator' | 'joiner'): void {
    const isText = to.body.mode === 'text'
    const fingerprint = lies.swapFingerprints ? new Uint8Array(32).fill(7) : partner.body.fingerprint
    deliver(to.device, 'match.found', {
      callId: call.callId,
      ticketId: to.body.ticketId,
      mode: to.body.mode,
      role,
      partner: {
        pseudonym: `friend of ${call.callId.slice(0, 4)}`,
        languages: partner.body.languages,
        interests: partner.body.interests,
        boundaries: BOUNDARIES_DEFAULT,
      },
      ...(role === 'creator' && { keyPackage: partner.body.keyPackage }),
      transport: isText ? 'none' : 'splice',
      ...(!isText && { dtls: role === 'creator' ? 'active' : 'passive', fingerprint }),
      startedAtMs: nowMs(),
      receipt: new TextEncoder().encode(`receipt of ${call.callId}`),
    })
  }

  function end(call: Call, by: string | undefined, reason: 'left' | 'lost'): void {
    call.isOver = true
    for (const device of call.devices) if (device !== by) deliver(device, 'call.ended', { callId: call.callId, reason })
  }

  function lease(device: string, wish: LegId | undefined): object | Code {
    if (lies.noRelay) return 'RELAY_UNAVAILABLE'
    const legId = wish ?? (random.uuid() as LegId)
    legs.set(legId, device)
    const expiresAtMs = nowMs() + 60 * 60_000
    return {
      kind: 'splice',
      legId,
      ufrag: 'relay',
      pwd: 'relay-password-of-this-leg',
      address: '127.0.0.1',
      port: 9,
      expiresAtMs,
    }
  }

  function accountOf(device: string): AccountId {
    const account = accounts.get(device) ?? (random.uuid() as AccountId)
    accounts.set(device, account)
    return account
  }

  /** Both yes makes contact, also after the call; the other's word alone is told to nobody. */
  function keep(device: string, { callId, keep: isWished }: ClientFrameBody<'contact.keep'>): object {
    const call = calls.find((each) => each.callId === callId && each.devices.includes(device))
    if (!call) return {}
    call.keeps = [...call.keeps.filter((each) => each !== device), ...(isWished ? [device] : [])]
    if (call.keeps.length < call.devices.length) return {}
    const conversationId = random.uuid() as ConversationId
    for (const to of call.devices) {
      const from = other(call, to)
      deliver(to, 'contact.made', { callId, accountId: accountOf(from), handle: from, conversationId })
    }
    return {}
  }

  function handle(
    device: string,
    frame: Exclude<ClientFrame, { name: 'hello' | 'received' | 'message.send' }>,
  ): object | Code {
    if (frame.name === 'match.seek') return seek(device, frame.body)
    if (frame.name === 'relay.lease') return lease(device, frame.body.legId)
    if (frame.name === 'match.leave') {
      queue = queue.filter((ticket) => ticket.body.ticketId !== frame.body.ticketId)
      return {}
    }
    // Conversations have a model of their own, beside the messenger.
    if (!('callId' in frame.body)) return {}
    if (frame.name === 'contact.keep') return keep(device, frame.body)
    const call = liveCall(device, frame.body.callId)
    if (frame.name === 'call.end') {
      if (call) end(call, device, 'left')
      return {}
    }
    if (!call) return 'CALL_UNKNOWN'
    if (frame.name === 'call.signal' && !lies.dropSignals) deliver(other(call, device), 'call.signal', frame.body)
    if (frame.name === 'call.candidate') deliver(other(call, device), 'call.candidate', frame.body)
    if (frame.name === 'call.commit')
      deliver(other(call, device), 'call.committed', { ...frame.body, atMs: nowMs(), stampKeyId: 1, stamp: STAMP })
    return {}
  }

  const presence = (device: string, state: 'away' | 'back') => {
    const call = liveOf(device)
    if (call) deliver(other(call, device), 'call.peer', { callId: call.callId, state })
  }
  const sessionLost = (device: string) => void (queue = queue.filter((ticket) => ticket.device !== device))

  return {
    handle,
    lies,
    accountOf,
    partnerOf(device: string, callId: string): string | undefined {
      const call = liveCall(device, callId)
      return call && other(call, device)
    },
    /** As the real server does: in a fresh session a call that the device does not name is one it lost. */
    alive(device: string, asked: readonly CallId[], resumed: boolean): CallId[] {
      const call = liveOf(device)
      if (call && !resumed && !asked.includes(call.callId)) end(call, device, 'lost')
      return asked.filter((callId) => liveCall(device, callId))
    },
    away: (device: string) => presence(device, 'away'),
    back: (device: string) => presence(device, 'back'),
    gone(device: string) {
      sessionLost(device)
      const call = liveOf(device)
      if (call) end(call, device, 'lost')
    },
    sessionLost,
    restart() {
      queue = []
      legs.clear()
    },
    live: () => calls.filter((call) => !call.isOver),
    all: () => calls as readonly Call[],
    waiting: () => queue.length,
  }
}
