import type { Clock, Random } from '@visavis/ports'
import {
  encodeServerFrame,
  type SERVER_FRAMES,
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
export type DeliverDurable = <N extends NameOf<'durable'>>(
  device: DeviceId,
  name: N,
  body: ServerFrameBody<N>,
) => boolean

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
  const directory = createDirectory()
  const { seatOf } = directory
  let wiring: SeatWiring = { liveCalls: () => [], listeners: [] }

  const { online, sendOutstanding, ...deliveries } = createDeliveries(directory.get)

  function arrive(connection: Connection, frameId: number, body: ClientFrameBody<'hello'>): void {
    const { person } = connection
    const former = directory.get(person.deviceId)
    if (!former?.connection && directory.connectedOf(person.accountId) >= SOCKETS_PER_ACCOUNT_MAX) {
      connection.bye('SESSION_TOO_MANY')
      return
    }
    connection.helloArrived()
    const { seat, resumed } = takeSeat(directory, connection, body.session, () => createSession(random.uuid()))
    welcome(seat, frameId, body, resumed)
  }

  function welcome(seat: Seat, frameId: number, body: ClientFrameBody<'hello'>, resumed: boolean): void {
    const { session, person } = seat
    const calls = [...wiring.liveCalls(person, body.calls, resumed)]
    const result = { session: session.id, resumed, serverMs: clock.nowMs(), calls }
    seat.connection?.send(encodeServerFrame('ack', frameId, { result }))
    if (resumed) session.acknowledged(body.sessionSeq)
    sendOutstanding(seat, resumed ? body.sessionSeq : 0)
    const arrival = { resumed, durableSeq: body.durableSeq, calls: body.calls }
    for (const listener of wiring.listeners) listener.deviceBack?.(person, arrival)
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
    seat.cancelGone = clock.after(SESSION_RESUME_MS, () => forgetSeat(seat))
    for (const listener of wiring.listeners) listener.deviceAway?.(seat.person)
  }

  function forgetSeat(seat: Seat): void {
    directory.remove(seat)
    seat.cancelGone?.()
    for (const listener of wiring.listeners) listener.deviceGone?.(seat.person)
  }

  /** The node stops: calls and queues must outlive it, so nobody is told that devices went away. */
  function close(): void {
    for (const seat of directory.all()) seat.cancelGone?.()
    wiring = { ...wiring, listeners: [] }
  }

  return {
    listen: (next: SeatWiring) => void (wiring = next),
    ...deliveries,
    online,
    arrive,
    seatOf,
    drained,
    connectionEnded,
    forgetDevice: (device: DeviceId) => {
      const seat = directory.get(device)
      if (seat) forgetSeat(seat)
    },
    forgetAccount: (account: AccountId) => {
      for (const seat of directory.ofAccount(account)) forgetSeat(seat)
    },
    close,
    devicesOf: (account: AccountId) => directory.ofAccount(account).map((seat) => seat.person.deviceId),
    count: directory.size,
  }
}

/** Seats a newly arrived socket: in its former session when that can be resumed, in a new one otherwise. */
function takeSeat(
  directory: ReturnType<typeof createDirectory>,
  connection: Connection,
  wanted: string | undefined,
  newSession: () => Session,
): { seat: Seat; resumed: boolean } {
  const { person } = connection
  const former = directory.get(person.deviceId)
  const resumed = former !== undefined && former.session.id === wanted && former.session.whole()
  const seat = former ?? { person, session: newSession(), connection: undefined, cancelGone: undefined }
  const replaced = seat.connection
  seat.connection = undefined // So that the end of the old socket is not taken for an absence.
  replaced?.bye('SESSION_REPLACED')
  if (former && !resumed) seat.session = newSession()
  seat.cancelGone?.()
  seat.cancelGone = undefined
  seat.person = person
  seat.connection = connection
  directory.put(seat)
  return { seat, resumed }
}

/** Seats by device and by account. */
function createDirectory() {
  const seats = new Map<DeviceId, Seat>()
  const byAccount = new Map<AccountId, Set<Seat>>()
  const ofAccount = (account: AccountId): readonly Seat[] => [...(byAccount.get(account) ?? [])]

  function put(seat: Seat): void {
    const { accountId, deviceId } = seat.person
    seats.set(deviceId, seat)
    byAccount.set(accountId, (byAccount.get(accountId) ?? new Set()).add(seat))
  }

  function remove(seat: Seat): void {
    const { accountId, deviceId } = seat.person
    seats.delete(deviceId)
    const mine = byAccount.get(accountId)
    mine?.delete(seat)
    if (mine?.size === 0) byAccount.delete(accountId)
  }

  /** The seat that this socket serves; none once the socket was replaced. */
  function seatOf(connection: Connection): Seat | undefined {
    const seat = seats.get(connection.person.deviceId)
    return seat?.connection === connection ? seat : undefined
  }

  return {
    get: (device: DeviceId) => seats.get(device),
    put,
    remove,
    ofAccount,
    seatOf,
    connectedOf: (account: AccountId) => ofAccount(account).filter((seat) => seat.connection).length,
    size: () => seats.size,
    all: (): readonly Seat[] => [...seats.values()],
  }
}

/** What goes out to devices, by the class of delivery of its frame. */
function createDeliveries(get: (device: DeviceId) => Seat | undefined) {
  const online = (device: DeviceId) => get(device)?.connection !== undefined

  const deliver: Deliver = (device, name, body) => {
    const seat = get(device)
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
  const deliverDurable: DeliverDurable = (device, name, body) => sendNow(device, () => encodeServerFrame(name, 0, body))

  function sendNow(device: DeviceId, encode: () => Uint8Array): boolean {
    const connection = get(device)?.connection
    if (!connection || connection.full()) return false
    connection.send(encode())
    return true
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

  return { online, deliver, deliverOnce, deliverDurable, sendOutstanding }
}
