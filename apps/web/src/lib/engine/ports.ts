import type * as E2eePackage from '@visavis/e2ee'
import type { Clock, Log, Random } from '@visavis/ports'
import type { AccountId, BlockId, CallId, Mode, RelayLease, ReportCategory, Result, ServerFrame } from '@visavis/wire'
import type { AttachedEvidence, EvidenceSource, FrameTap } from '../evidence/types.ts'
import type { ReportReceipt } from './types.ts'

/** Everything effectful that the engine needs, as ports. Real ones are made in the composition root of the app. */
export type EngineDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Address of the socket, `wss://host/api/socket`. */
  readonly socketUrl: string
  readonly socketFactory: SocketFactory
  readonly onlineEvents: OnlineEvents
  readonly http: HttpCalls
  readonly e2ee: E2ee
  readonly mediaPathFactory: MediaPathFactory
  /** What sees the encoded pictures of calls [T3]. */
  readonly evidence: EvidenceSource
  /** Absent: calls only; entries of conversations then stay at the server. */
  readonly messenger?: MessengerPort
}

/** Frames of conversations and contacts; the engine passes them on and knows nothing of them. */
const MESSENGER_FRAMES = ['entry', 'conversation.delivered', 'conversation.typing', 'changed', 'contact.made'] as const
export type MessengerFrame = Extract<ServerFrame, { name: (typeof MESSENGER_FRAMES)[number] }>

export function isMessengerFrame(frame: ServerFrame): frame is MessengerFrame {
  return (MESSENGER_FRAMES as readonly string[]).includes(frame.name)
}

/** The messenger as the engine sees it. An entry is received when `Engine.stored` covers it. */
export type MessengerPort = {
  frame(frame: MessengerFrame): void
  /** After each hello. `serverMs` is the server's wall clock at this moment. */
  online(news: { readonly resumed: boolean; readonly serverMs: number }): void
  offline(): void
  /** Who is signed in, as named to a partner with whom contact was made; undefined on a device without keys. Never rejects. */
  ownAccount(): Promise<{ readonly accountId: AccountId; readonly accountKey: Uint8Array } | undefined>
  /** A partner named this key inside the encryption of a call, and contact was made with this account in that very call. */
  met(accountId: AccountId, accountKey: Uint8Array): void
}

/** The part of the browser's `WebSocket` that is used; binary messages arrive as `ArrayBuffer`. */
export type SocketLike = {
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number): void
}
export type SocketFactory = (url: string) => SocketLike

/** What the browser believes about the network. It is a hint: true may be wrong, false is trusted. */
export type OnlineEvents = {
  isOnline(): boolean
  /** Returns the function that ends the subscription. */
  subscribe(listener: (online: boolean) => void): () => void
}

export type HttpCalls = {
  block(callId: CallId): Promise<Result<BlockId>>
  report(
    callId: CallId,
    category: ReportCategory,
    words?: string,
    evidence?: AttachedEvidence,
  ): Promise<Result<ReportReceipt>>
}

/** The functions of `@visavis/e2ee` that the engine uses; injected so that a simulation can count what is under way. */
export type E2ee = Pick<
  typeof E2eePackage,
  | 'createMatchIdentity'
  | 'createMatch'
  | 'joinMatch'
  | 'checkIdentity'
  | 'callCode'
  | 'commitToNonce'
  | 'isCommittedNonce'
  | 'frameKeyOf'
  | 'commitToFrame'
  | 'stillOf'
>

export type MediaPathState = 'preparing' | 'ready' | 'connecting' | 'connected' | 'interrupted' | 'failed' | 'closed'

export type MediaPathListener = {
  state(state: MediaPathState): void
  quality(quality: 'good' | 'fair' | 'poor'): void
  remoteStream(stream: MediaStream): void
  /** The way through the relay broke and needs fresh credentials: answered by `restart`. */
  leaseWanted(): void
  /** TURN only: a relayed candidate of ours. */
  candidate(candidate: { address: string; port: number }): void
  /** TURN only: our ICE credentials changed and go to the partner inside the encryption. */
  localIce?(credentials: { readonly ufrag: string; readonly pwd: string; readonly answers?: string }): void
}

export type MediaPathOptions = {
  readonly lease: RelayLease
  readonly mode: Exclude<Mode, 'text'>
  readonly stream: MediaStream | undefined
  readonly microphone: boolean
  readonly camera: boolean
  readonly listener: MediaPathListener
  /** Sees the key frames of the picture; closed with the path. */
  readonly evidence?: FrameTap
}

/**
 * One way to one partner, used for one match. Nothing of our media leaves before `allowMedia`, and nothing comes in
 * before `connect`. After `close` no listener is called.
 */
export type MediaPath = {
  /** Resolves when the leg to the relay stands and the certificate is made; never rejects. */
  prepare(): Promise<Result<MediaPathReady>>
  /** Applies the partner's fingerprint. Resolves when the path can receive. */
  connect(input: {
    readonly fingerprint: Uint8Array
    readonly dtls: 'active' | 'passive'
    /** TURN only: the partner's ICE credentials, from inside the encrypted session. */
    readonly remote?: { readonly ufrag: string; readonly pwd: string; readonly answers?: string }
  }): Promise<Result<undefined>>
  allowMedia(): void
  setMicrophone(on: boolean): void
  setCamera(on: boolean): void
  replaceStream(stream: MediaStream): void
  addCandidate(candidate: { address: string; port: number }): void
  restart(lease: RelayLease): Promise<void>
  close(): void
}

export type MediaPathReady = {
  /** SHA-256 of this path's DTLS certificate, 32 bytes. */
  readonly fingerprint: Uint8Array
  /** TURN only: our ICE credentials, to be told inside the encrypted session. */
  readonly local?: { readonly ufrag: string; readonly pwd: string }
}

export type MediaPathFactory = (options: MediaPathOptions) => MediaPath
