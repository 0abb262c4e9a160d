import type {
  AccountId,
  AckResult,
  CallId,
  ClientFrameBody,
  ClientFrameName,
  Code,
  DeviceId,
  Result,
} from '@visavis/wire'

/** Who is behind a socket: established once, at the upgrade, from the session cookie. */
export type Person = {
  readonly accountId: AccountId
  readonly deviceId: DeviceId
  /** Whether `deviceId` is a registered device: only then are there conversations. */
  readonly isRegistered: boolean
  readonly handle: string
  readonly role: 'person' | 'moderator'
  readonly sanctioned: boolean
}

export type FrameContext = { readonly person: Person; readonly device: DeviceId }

/**
 * What the subjects do with each frame. `hello` is the gateway's own. Handlers of one connection are started in the
 * order of their frames and not waited for, so whatever must keep that order happens before a handler's first `await`.
 */
export type FrameHandler<N extends ClientFrameName> = (
  context: FrameContext,
  body: ClientFrameBody<N>,
) => Result<AckResult<N>> | Promise<Result<AckResult<N>>>
export type FrameHandlers = { readonly [N in Exclude<ClientFrameName, 'hello'>]: FrameHandler<N> }

/** What a `hello` brought, for subjects that keep something for the device. */
export type Arrival = {
  /** False: whatever the client had not seen of its former session is gone. */
  readonly resumed: boolean
  readonly durableSeq: number
  readonly calls: readonly CallId[]
}

/** What becomes of devices. All are optional; none may throw. */
export type DeviceListener = {
  /** The socket is cut; the session may still be resumed. */
  deviceAway?(person: Person): void
  /** Said hello; its answer is already on the way, so deliveries from here on arrive after it. */
  deviceBack?(person: Person, arrival: Arrival): void
  /** Not coming back in this session: the time to resume is over, or it was signed out. */
  deviceGone?(person: Person): void
  /** The socket takes deliveries again after it was full. */
  deviceDrained?(person: Person): void
}

/** One open socket, as the gateway sees it. The real one is `ws`; simulations bring their own. */
export type Link = {
  send(frame: Uint8Array): void
  /** Ends the connection in order; what was sent before is flushed first. */
  close(closeCode: number, reason: Code | ''): void
  /** Ends it at once, for a peer that no longer answers. */
  terminate(): void
  ping(): void
  /** Bytes handed to `send` that the network has not taken yet. */
  bufferedBytes(): number
  /** Stops and starts reading, so that a peer that does not read cannot make us work either. */
  pause(): void
  resume(): void
}

/** What the owner of a link reports to the gateway. */
export type LinkEvents = {
  readonly received: (frame: Uint8Array) => void
  /** A pong, or anything else that shows life. */
  readonly alive: () => void
  /** The network took some of what was buffered. */
  readonly drained: () => void
  readonly closed: () => void
}
