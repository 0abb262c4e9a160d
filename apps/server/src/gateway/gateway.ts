import { SOCKETS_PER_ACCOUNT_MAX, type AccountId, type CallId, type Code, type DeviceId } from '@visavis/wire'
import { SECOND, type Clock, type Log, type Random } from '@visavis/ports'
import { createConnection, CONNECTION_LIMITS, type Connection, type ConnectionLimits } from './connection.ts'
import { createDispatch } from './dispatch.ts'
import { createOpenSockets } from './open-sockets.ts'
import { createSeats, type Deliver, type DeliverDurable, type DeliverOnce } from './seats.ts'
import type { DeviceListener, FrameHandlers, Link, LinkEvents, Person } from './types.ts'

const DRAIN_MS_MAX = 5 * SECOND
/** Clients of a stopping node come back at random within this time, not all at once. */
const DRAIN_SPREAD_MS = 2 * SECOND
/** Sockets of one account before their hello; above this a client is broken or hostile. */
const CONNECTIONS_PER_ACCOUNT_MAX = 2 * SOCKETS_PER_ACCOUNT_MAX

export type GatewayDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** The code a thrown error stands for when it is not a bug: storage that is away, above all. */
  readonly codeOf?: (error: unknown) => Code | undefined
  readonly limits?: Partial<ConnectionLimits>
}

export type GatewayWiring = {
  readonly handlers: FrameHandlers
  /** Of the calls a device believes in, those that live; a fresh session (`resumed: false`) ends the unnamed ones. */
  readonly liveCalls: (person: Person, calls: readonly CallId[], resumed: boolean) => readonly CallId[]
  readonly listeners: readonly DeviceListener[]
}

export type GatewayStats = { readonly sockets: number; readonly sessions: number }

/**
 * Sockets, sessions and the frames between clients and subjects: one socket per device, authenticated once, answers to
 * every frame, deliveries that survive a cut. Decides nothing about what a frame means. See SPEC GW rules of the wire.
 */
export type Gateway = {
  /** Joins the subjects, once, before the first socket. Apart from the factory because subjects need the gateway first. */
  wire(wiring: GatewayWiring): void
  /** Takes over a socket whose person is known. */
  readonly accept: (link: Link, person: Person) => LinkEvents
  /** Kept and repeated until acknowledged in this session. False: the device has no session, nothing was sent. */
  deliver: Deliver
  /** Sent if the socket is there, else forgotten. */
  deliverOnce: DeliverOnce
  /** A stored message. False: not sent; the owner sends it again after `deviceBack` or `deviceDrained`. */
  deliverDurable: DeliverDurable
  online(deviceId: DeviceId): boolean
  /** Devices of an account whose sessions are kept, with or without a socket. */
  devicesOf(accountId: AccountId): readonly DeviceId[]
  /** Ends sockets and sessions of an account, or of one device (signed out, sanctioned). */
  kickAccount(accountId: AccountId, code: Code): void
  kickDevice(deviceId: DeviceId, code: Code): void
  stats(): GatewayStats
  /** Says goodbye to everyone; resolves when all sockets are closed, at most `DRAIN_MS_MAX` later. */
  drain(): Promise<void>
}

export function createGateway(deps: GatewayDeps): Gateway {
  const { clock, random, log, codeOf } = deps
  const limits = { ...CONNECTION_LIMITS, ...deps.limits }
  const seats = createSeats({ clock, random })
  const open = createOpenSockets(clock)
  let draining = false
  let dispatch: ReturnType<typeof createDispatch> | undefined

  function wire(wiring: GatewayWiring): void {
    if (dispatch) throw new Error('the gateway is wired already')
    seats.listen(wiring)
    dispatch = createDispatch({ log, codeOf, seats, handlers: wiring.handlers })
  }

  function accept(link: Link, person: Person): LinkEvents {
    if (!dispatch) throw new Error('the gateway is not wired yet')
    const frames = dispatch
    const connection = createConnection({ link, person, clock, limits, onEnd, onDrained: seats.drained })
    const closed = open.add(connection)
    if (draining) sayGoodbye(connection)
    else if (open.of(person.accountId).length > CONNECTIONS_PER_ACCOUNT_MAX) connection.bye('SESSION_TOO_MANY')
    return {
      received: (frame) => {
        connection.alive()
        if (!connection.ended) frames.received(connection, frame)
      },
      alive: connection.alive,
      drained: connection.drained,
      closed: () => {
        connection.lost()
        closed()
      },
    }
  }

  function onEnd(connection: Connection): void {
    open.ended(connection)
    if (!draining) seats.connectionEnded(connection)
  }

  function sayGoodbye(connection: Connection): void {
    connection.bye('SERVER_DRAINING', Math.floor(random.float() * DRAIN_SPREAD_MS))
  }

  function drain(): Promise<void> {
    draining = true
    seats.close()
    for (const connection of open.all()) sayGoodbye(connection)
    return open.emptied(DRAIN_MS_MAX)
  }

  return {
    wire,
    accept,
    deliver: seats.deliver,
    deliverOnce: seats.deliverOnce,
    deliverDurable: seats.deliverDurable,
    online: seats.online,
    devicesOf: seats.devicesOf,
    kickAccount: (accountId, code) => {
      seats.forgetAccount(accountId)
      for (const connection of open.of(accountId)) connection.bye(code)
    },
    kickDevice: (deviceId, code) => {
      seats.forgetDevice(deviceId)
      for (const connection of open.all()) if (connection.person.deviceId === deviceId) connection.bye(code)
    },
    stats: () => ({ sockets: open.count(), sessions: seats.count() }),
    drain,
  }
}
