import type { SeededRandom, TestPerson } from '@visavis/testkit'
import {
  CODES,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  FLOOD_FRAMES,
  FRAMES_BURST,
  type ClientFrame,
  type ClientFrameName,
  type Code,
  type ServerFrame,
} from '@visavis/wire'
import type { Gateway, Link, LinkEvents, Person } from '../../src/gateway/index.ts'
import type { Kind, Known } from './hostile-frames.ts'

/**
 * A hostile client on one device. It holds the server to its word: every answer can be read and carries a code of the
 * closed set, every frame that cannot be read is refused at once under its own id or ends the session with its code, every
 * other one is answered in the end. Like a real socket it cannot be read from while it is paused.
 */
const TRY_AGAIN_LATER = 1013
const REPLAYED_MAX = 64
/** Few, so that what is named mostly still is. */
const IDS_KEPT = 3
const FLOOD = FRAMES_BURST + FLOOD_FRAMES + 10
/** More than the server lets wait in a socket. */
const FULL_BYTES = 4 * 1024 * 1024

type Socket = {
  isOpen: boolean
  isPaused: boolean
  bufferedBytes: number
  events: LinkEvents | undefined
  /** The last frame that came. */
  heard: ServerFrame | undefined
}

export type Attacker = ReturnType<typeof createAttacker>
export type Counts = {
  sent: number
  refused: number
  closed: number
  readonly codes: Set<Code>
  /** How often each kind of frame did what it is for. */
  readonly accepted: Map<ClientFrameName, number>
}

export function createAttacker(deps: {
  readonly random: SeededRandom
  readonly gateway: Gateway
  readonly who: TestPerson
  readonly more: Partial<Person>
  readonly counts: Counts
  readonly frameFor: (id: number, known: Known) => Uint8Array
}) {
  const { random, gateway, counts, frameFor } = deps
  const { accountId, deviceId, handle, role } = deps.who
  const person: Person = { accountId, deviceId, handle, role, isRegistered: true, sanctioned: false, ...deps.more }
  const unanswered = new Map<number, ClientFrameName>()
  const replays: Uint8Array[] = []
  const learned: Record<Kind, string[]> = { calls: [], tickets: [], legs: [], sessions: [] }
  let socket: Socket | undefined
  let session: string | undefined
  let lastId = 0

  function learn(kind: Kind, id: string): void {
    learned[kind].push(id)
    if (learned[kind].length > IDS_KEPT) learned[kind].shift()
  }

  function take(on: Socket, bytes: Uint8Array): void {
    const decoded = decodeServerFrame(bytes)
    if (!decoded.ok) throw new Error(`the server sent what cannot be read: ${decoded.code}`)
    const frame = decoded.value
    on.heard = frame
    if (frame.name === 'nack') {
      counts.refused++
      counts.codes.add(frame.body.code)
    } else if (frame.name === 'ack') accepted(unanswered.get(frame.id), frame.body.result)
    else if (frame.name === 'match.found') learn('calls', frame.body.callId)
    if (on === socket && (frame.name === 'ack' || frame.name === 'nack')) unanswered.delete(frame.id)
  }

  function accepted(name: ClientFrameName | undefined, result: unknown): void {
    if (name) counts.accepted.set(name, (counts.accepted.get(name) ?? 0) + 1)
    const { session: own, legId } = (result ?? {}) as { session?: string; legId?: string }
    if (own !== undefined) session = own
    if (own !== undefined) learn('sessions', own)
    if (legId !== undefined) learn('legs', legId)
  }

  function linkOf(on: Socket): Link {
    return {
      send: (bytes) => take(on, bytes),
      close(code) {
        const said = on.heard?.name === 'bye' ? on.heard.body.code : undefined
        if (said === undefined || code !== (CODES[said].close ?? TRY_AGAIN_LATER))
          throw new Error(`closed with ${code} after ${said ?? 'no word'}`)
        counts.closed++
        counts.codes.add(said)
        end(on)
      },
      terminate: () => end(on),
      ping: () => void (random.chance(0.9) && on.events?.alive()),
      bufferedBytes: () => on.bufferedBytes,
      pause: () => void (on.isPaused = true),
      resume: () => void (on.isPaused = false),
    }
  }

  function end(on: Socket): void {
    on.isOpen = false
    queueMicrotask(() => on.events?.closed())
  }

  function connect(): void {
    const on: Socket = { isOpen: true, isPaused: false, bufferedBytes: 0, events: undefined, heard: undefined }
    socket = on
    unanswered.clear()
    on.events = gateway.accept(linkOf(on), person)
    if (random.chance(0.05)) return
    if (random.chance(0.3)) session = undefined
    const body = { clientMs: 0, session, sessionSeq: random.below(40), durableSeq: random.below(1_000), calls: [] }
    if (session === undefined) lastId = 0
    send(encodeClientFrame('hello', ++lastId, body))
  }

  function asked({ id, name, body }: ClientFrame): void {
    unanswered.set(id, name)
    if (name === 'match.seek') learn('tickets', body.ticketId)
  }

  function send(frame: Uint8Array): void {
    const on = socket
    if (!on?.isOpen || on.isPaused) return
    counts.sent++
    const decoded = decodeClientFrame(frame)
    const id = decoded.ok ? decoded.value.id : 'id' in decoded ? decoded.id : undefined
    if (decoded.ok && decoded.value.name !== 'received') asked(decoded.value)
    on.heard = undefined
    on.events?.received(frame)
    if (decoded.ok || !on.isOpen) return
    const answer = on.heard as ServerFrame | undefined
    if (answer?.name !== 'nack' || answer.id !== id) throw new Error(`${decoded.code} was not answered`)
    if (answer.body.code !== decoded.code && answer.body.code !== 'RATE_LIMITED')
      throw new Error(`${decoded.code} was answered with ${answer.body.code}`)
  }

  /** One frame: new, sent again, or kept back from a while ago. */
  function act(others: Omit<Known, 'self'>): void {
    if (!socket?.isOpen) connect()
    const known = { ...others, ...learned, self: person.deviceId, calls: [...learned.calls, ...others.calls] }
    const replay = random.chance(0.15) && replays.length > 0
    const id = () => (random.chance(0.9) ? ++lastId : random.below(lastId + 3))
    const frame = replay ? random.pick(replays) : frameFor(id(), known)
    if (!replay && replays.push(frame) > REPLAYED_MAX) replays.splice(random.below(replays.length), 1)
    send(frame)
    const mood = random.below(2_000)
    if (mood < 4) cut()
    else if (mood < 6) connect()
    else if (mood < 8 && socket) socket.bufferedBytes = FULL_BYTES
    else if (mood < 10) flood()
    else if (mood < 30) drain()
  }

  /** More at once than the limits of speed let through. */
  function flood(): void {
    for (let left = FLOOD; left > 0; left--) send(encodeClientFrame('relay.lease', ++lastId, {}))
  }

  function cut(): void {
    const on = socket
    if (!on?.isOpen) return
    on.isOpen = false
    on.events?.closed()
  }

  function drain(): void {
    if (socket) socket.bufferedBytes = 0
    socket?.events?.drained()
  }

  /** Goes for good, and forgets. */
  function leave(): void {
    cut()
    replays.length = 0
  }

  return {
    act,
    leave,
    drain,
    /** Ids of frames that were read and not answered, on a connection that is open. */
    unanswered: () => (socket?.isOpen ? [...unanswered.keys()] : []),
  }
}
