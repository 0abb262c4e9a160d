import type { Clock, Log, Random } from '@visavis/ports'
import type { AckResult, CallId, ClientFrameBody, Result, ServerFrame } from '@visavis/wire'
import type { RequestName } from './pending-frames.ts'
import type { OnlineEvents, SocketFactory } from './ports.ts'
import type { ConnectionState } from './types.ts'

export type OnlineNews = {
  /** False: the session is new; what the server kept for the old one is gone. */
  readonly resumed: boolean
  /** The calls named in `hello`, and those of them that still live. */
  readonly asked: readonly CallId[]
  readonly alive: readonly CallId[]
}

export type ConnectionListener = {
  state(state: ConnectionState): void
  online(news: OnlineNews): void
  /**
   * Each session delivery and call message once and in order; `once` frames as they come. An entry that was not `stored`
   * comes again after each hello.
   */
  frame(frame: ServerFrame): void
}

export type Connection = {
  connect(): void
  /** Closes for good: everything waiting fails with NETWORK_OFFLINE and the session is forgotten. */
  disconnect(): void
  /** Sends a frame and resolves with its answer; never rejects. What waits for what is told by `HABITS`. */
  request<N extends RequestName>(name: N, body: ClientFrameBody<N>): Promise<Result<AckResult<N>>>
  /** Entries up to this number are kept for good: only now they are acknowledged. */
  stored(durableSeq: number): void
  /** Opens the socket anew as another device than before; what waits fails as after a lost session. */
  renew(): void
  /** Opens the socket anew in the same session. */
  reopen(): void
  isOnline(): boolean
  serverNowMs(): number
}

export type ConnectionDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly socketUrl: string
  readonly socketFactory: SocketFactory
  readonly onlineEvents: OnlineEvents
  /** The calls this device believes to be in. */
  readonly calls: () => CallId[]
  readonly listener: ConnectionListener
}
