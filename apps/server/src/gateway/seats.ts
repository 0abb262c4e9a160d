import type { Clock, Random } from '@visavis/ports'
import {
  encodeServerFrame,
  SERVER_FRAMES,
  SESSION_RESUME_MS,
  SOCKETS_PER_ACCOUNT_MAX,
  type AccountId,
  type CallId,
  type ClientFrameBody,
  type DeviceId,
  type ServerFrameBody,
  type ServerFrameName,
} from '@visavis/wire'
import type { Connection } from './connection.ts'
import { createSession, type Session } from './session.ts'
import type { DeviceListener, Person } from './types.ts'

type NameOf<D extends string> = {
  [N in ServerFrameName]: (typeof SERVER_FRAMES)[N]['delivery'] extends D ? N : never
}[ServerFrameName]

export type Deliver = <N extends NameOf<'session'>>(device: DeviceId, name: N, body: ServerFrameBody<N>) => boolean
export type DeliverOnce = <N extends NameOf<'once'>>(device: DeviceId, name: N, body: ServerFrameBody<N>) => boolean
export type DeliverDurable = (device: DeviceId, body: ServerFrameBody<'message'>) => boolean

/** The place of a device: its session, and its socket while there is one. */
export type Seat = {
  person: Person
  session: Session
  connection: Connection | undefined
  cancelGone: (() => void) | undefined
}

/** What `createSeats` needs of the subjects. */
export type SeatWiring = {
  readonly liveCalls: (person: Person, calls: readonly CallId[], resumed: boolean) => readonly CallId[]
  readonly listeners: readonly DeviceListener[]
}

export type Seats = ReturnType<typeof createSeats>

/** Who sits where: sessions by device, their sockets, and what is told to the subjects when that changes. */
export function createSeats(deps: { clock: Clock; random: Random }) {
  const { clock, random } = deps
  const seats = new Map<DeviceId, Seat>()
  const devicesOf = new Map<AccountId, Set<DeviceId>>()
  let wiring: SeatWiring = { liveCalls: () => [], listeners: [] }

  const online = (device: DeviceId) => seats.get(device)?.connection !== undefined

  const deliver: Deliver = (device, name, body) => {
    const seat = seats.get(device)
    if (!seat) return false
    let seq = 0
    const frame = seat.session.enqueue((next) => encodeServerFrame(name, (seq = next), body))
    if (!frame) {
      // A client that acknowledges nothing: its session cannot be whole any more, so it must start a new one.
      seat.connection?.bye('SERVER_SLOW_READER')
      return false
    }
    const { connection } = seat
    if (connection && !connection.full() && connection.sentSeq === seq - 1) {
      connection.sentSeq = seq
      connection.send(frame)
    }
    return true
  }

  const deliverOnce: DeliverOnce = (device, name, body) => sendNow(device, () => encodeServerFrame(name, 0, body))
  const deliverDurable: DeliverDurable = (device, body) => sendNow(device, () => encodeServerFrame('message', 0, body))

  function sendNow(device: DeviceId, encode: () => Uint8Array): boolean {
    const connection = seats.get(device)?.connection
    if (!connection || connection.full()) return false
    connection.send(encode())
    return true
  }

  function arrive(connection: Connection, frameId: number, body: ClientFrameBody<'hello'>): void {
    const { person } = connection
    const former = seats.get(person.deviceId)
    if (!former?.connection && connectedOf(person.accountId) >= SOCKETS_PER_ACCOUNT_MAX) {
      connection.bye('SESSION_TOO_MANY')
      return
    }
    connection.helloArrived()
    const resumed = former !== undefined && former.session.id === body.session && former.session.whole()
    const seat = former ?? {
      person,
      session: createSession(random.uuid()),
      connection: undefined,
      cancelGone: undefined,
    }
    const replaced = seat.connection
    seat.connection = undefined // So that the end of the old socket is not taken for an absence.
    replaced?.bye('SESSION_REPLACED')
    if (former && !resumed) seat.session = createSession(random.uuid())
    seat.cancelGone?.()
    seat.cancelGone = undefined
    seat.person = person
    seat.connection = connection
    seats.set(person.deviceId, seat)
    devicesOf.set(person.accountId, (devicesOf.get(person.accountId) ?? new Set()).add(person.deviceId))
    welcome(seat, connection, frameId, body, resumed)
  }

  function welcome(
    seat: Seat,
    connection: Connection,
    frameId: number,
    body: ClientFrameBody<'hello'>,
    resumed: boolean,
  ): void {
    const { session, person } = seat
    const calls = [...wiring.liveCalls(person, body.calls, resumed)]
    const result = { session: session.id, resumed, serverMs: clock.nowMs(), calls }
    connection.send(encodeServerFrame('ack', frameId, { result }))
    if (resumed) session.acknowledged(body.sessionSeq)
    sendOutstanding(seat, resumed ? body.sessionSeq : 0)
    const arrival = { resumed, durableSeq: body.durableSeq, calls: body.calls }
    for (const listener of wiring.listeners) listener.deviceBack?.(person, arrival)
  }

  /** Sends what the client has not seen, as far as the socket takes it. */
  function sendOutstanding(seat: Seat, afterSeq: number): void {
    const { connection, session } = seat
    if (!connection) return
    const frames = session.outstanding(afterSeq)
    connection.sentSeq = session.lastSeq() - frames.length
    for (const frame of frames) {
      if (connection.full()) return
      connection.sentSeq++
      connection.send(frame)
    }
  }

  function drained(connection: Connection): void {
    const seat = seatOf(connection)
    if (!seat) return
    sendOutstanding(seat, connection.sentSeq)
    for (const listener of wiring.listeners) listener.deviceDrained?.(seat.person)
  }

  function connectionEnded(connection: Connection): void {
    const seat = seatOf(connection)
    if (!seat) return
    seat.connection = undefined
    seat.cancelGone = clock.after(SESSION_RESUME_MS, () => forget((person) => person === seat.person))
    for (const listener of wiring.listeners) listener.deviceAway?.(seat.person)
  }

  function forget(matches: (person: Person) => boolean): void {
    for (const [device, seat] of seats) {
      if (!matches(seat.person)) continue
      seats.delete(device)
      const devices = devicesOf.get(seat.person.accountId)
      devices?.delete(device)
      if (devices?.size === 0) devicesOf.delete(seat.person.accountId)
      seat.cancelGone?.()
      for (const listener of wiring.listeners) listener.deviceGone?.(seat.person)
    }
  }

  function seatOf(connection: Connection): Seat | undefined {
    const seat = seats.get(connection.person.deviceId)
    return seat?.connection === connection ? seat : undefined
  }

  function connectedOf(account: AccountId): number {
    let count = 0
    for (const device of devicesOf.get(account) ?? []) if (online(device)) count++
    return count
  }

  /** The node stops: calls and queues must outlive it, so nobody is told that devices went away. */
  function close(): void {
    for (const seat of seats.values()) seat.cancelGone?.()
    wiring = { ...wiring, listeners: [] }
  }

  return {
    listen: (next: SeatWiring) => void (wiring = next),
    deliver,
    deliverOnce,
    deliverDurable,
    online,
    arrive,
    seatOf,
    drained,
    connectionEnded,
    forget,
    close,
    count: () => seats.size,
  }
}
