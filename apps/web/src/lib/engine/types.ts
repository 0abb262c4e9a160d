import type {
  AccountId,
  AckResult,
  BlockId,
  Boundaries,
  CallId,
  ClientFrameBody,
  Code,
  Company,
  ConversationId,
  FrameFault,
  MessageId,
  Mode,
  PublicCard,
  ReportCategory,
  ReportId,
  Result,
} from '@visavis/wire'
import type { AttachedEvidence, KeptEvidence, PictureTrust } from '../evidence/types.ts'
import type { Reveal } from './reveal.ts'

/**
 * What the engine shows and what may be asked of it: the whole contract with the screens. Every value is immutable;
 * a changed state is a new object, so that a view compares by identity.
 */

/** What a person asks the matcher for. The mode is that of the last `prepare`. */
export type SeekWish = {
  readonly mode: Mode
  readonly languages: readonly string[]
  readonly interests: readonly string[]
  readonly company: Company
  readonly wish: readonly Company[]
  readonly boundaries: Boundaries
}

export type ConnectionState =
  /** Not asked to connect, or the browser says there is no network. */
  | { readonly kind: 'offline'; readonly code?: Code }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** The next attempt is at `retryAtMs` (local wall clock). */
  | { readonly kind: 'waiting-retry'; readonly retryAtMs: number; readonly code?: Code }
  /** Another tab of this device took over; `connect()` takes back. */
  | { readonly kind: 'replaced'; readonly code: Code }
  /** Not signed in any more. */
  | { readonly kind: 'expired'; readonly code: Code }
  /** The server will not speak with this client: wrong version, wrong origin. */
  | { readonly kind: 'refused'; readonly code: Code }

export type WaitingWord = {
  readonly waitedMs: number
  readonly boundMs: number
  readonly company: 'alone' | 'few' | 'some' | 'many'
}

export type SeekState =
  /** `code` says why the last seek came to nothing, if it did. */
  | { readonly kind: 'idle'; readonly code?: Code }
  /** `sinceMs` is of this device's monotonic clock, which no wrong or changed wall clock moves. */
  | { readonly kind: 'seeking'; readonly sinceMs: number; readonly waiting?: WaitingWord }

export type MessageState = 'sending' | 'sent' | 'delivered' | 'failed'

export type ChatMessage = {
  readonly messageId: MessageId
  readonly from: 'me' | 'them'
  /** Empty for an incoming message that could not be opened. */
  readonly text: string
  readonly atMs: number
  readonly state: MessageState
  readonly code?: Code
}

export type CallQuality = 'unknown' | 'good' | 'fair' | 'poor'

/**
 * Whether the two of a call stay in contact [M17]: `asked` is our own word alone, and says nothing of theirs; the contact
 * when both have said yes.
 */
export type CallContact =
  | 'no'
  | 'asked'
  | { readonly accountId: AccountId; readonly handle: string; readonly conversationId: ConversationId }

export type CallDetails = {
  readonly callId: CallId
  readonly mode: Mode
  readonly partner: PublicCard
  readonly startedAtMs: number
  /** Nothing of the partner is to be shown before `confirmed`. */
  readonly identity: 'checking' | 'confirmed' | 'refused'
  readonly media: 'connecting' | 'connected' | 'interrupted' | 'failed'
  readonly remoteStream?: MediaStream
  readonly partnerPresence: 'here' | 'away'
  readonly partnerMic: boolean
  readonly partnerCamera: boolean
  /** The partner's own app says that its picture comes from camera software; a changed app may keep silent. */
  readonly partnerIsVirtual: boolean
  /** Whether a report of what is seen could be proven [T3]. */
  readonly pictureTrust: PictureTrust
  /** Who of the two wants the pictures uncovered [M15]. */
  readonly reveal: Reveal
  readonly quality: CallQuality
  readonly messages: readonly ChatMessage[]
  readonly contact: CallContact
  /** Five numbers below 64, the same for both when nobody sits in between [M14]; shown as emoji. */
  readonly callCode?: readonly number[]
  readonly endedReason?: 'left' | 'lost' | 'me'
  readonly code?: Code
}

export type CallState = { readonly kind: 'none' } | ({ readonly kind: 'opening' | 'live' | 'ended' } & CallDetails)

/** The person met last, for as long as they can be blocked or reported. */
export type LastCall = {
  readonly callId: CallId
  readonly partner: PublicCard
  readonly endedAtMs: number
  /** The identity was confirmed: only then there was somebody to stay in contact with. */
  readonly isConfirmed: boolean
  readonly reported: boolean
  readonly blocked: boolean
  readonly contact: CallContact
}

export type SelfMedia = {
  readonly microphone: boolean
  readonly camera: boolean
  /** The camera is software. */
  readonly isVirtual: boolean
}

export type EngineState = {
  readonly connection: ConnectionState
  readonly seek: SeekState
  readonly call: CallState
  readonly lastCall?: LastCall
  readonly self: SelfMedia
}

export type ReportReceipt = {
  readonly reportId: ReportId
  readonly answerByMs: number
  /** Of the pictures that went with it; absent when none did. */
  readonly isVerified?: boolean | undefined
  readonly faults?: readonly { readonly fault: FrameFault; readonly count?: number | undefined }[] | undefined
}

/** What the messenger may ask of the server over the socket. */
export type MessengerRequest = 'conversation.commit' | 'conversation.send' | 'conversation.typing' | 'contact.keep'

export type Engine = {
  /** `subscribe` calls the listener after every change, not at once; it returns the way out. */
  readonly state: { subscribe(listener: (state: EngineState) => void): () => void }
  snapshot(): EngineState
  connect(): void
  /** Ends call and seek, closes the socket and releases the media path. `connect()` may follow. */
  disconnect(): void
  /** Warms up the way through the relay for the next match. Resolves when it is ready or has failed; never rejects. */
  prepare(input: {
    readonly mode: Mode
    readonly stream: MediaStream | undefined
    readonly isVirtual?: boolean
  }): Promise<void>
  seek(wish: SeekWish): void
  cancelSeek(): void
  /** Leaves the person and seeks the next one with the same wish. */
  next(): void
  end(): void
  /** Queues a text; the id names it in `messages`. Undefined when there is no live call or the text is too long. */
  sendText(text: string): MessageId | undefined
  retryText(messageId: MessageId): void
  setMicrophone(on: boolean): void
  setCamera(on: boolean): void
  /** Whether the pictures of the present call may be uncovered, as far as we are concerned. */
  wantReveal(isWanted: boolean): void
  replaceTracks(stream: MediaStream): void
  /** Blocks the partner of a call; if it is the present call, it is over at once. */
  block(callId: CallId): Promise<Result<BlockId>>
  /** The evidence goes sealed to the moderators, who alone can open it. */
  report(
    callId: CallId,
    category: ReportCategory,
    words?: string,
    evidence?: AttachedEvidence,
  ): Promise<Result<ReportReceipt>>
  /** What is kept of the picture of the present or the last call [T3], for two minutes after its end. Copies. */
  evidenceOf(callId: CallId): Promise<KeptEvidence | undefined>
  /** Whether the partner's picture is on the screen; key frames are asked for less often when it is not. */
  watchPicture(isWatched: boolean): void
  /** Sends a frame of the messenger and resolves with its answer; never rejects. */
  request<N extends MessengerRequest>(name: N, body: ClientFrameBody<N>): Promise<Result<AckResult<N>>>
  /** The messenger has stored every entry up to this number. */
  stored(durableSeq: number): void
  /** This session has become a device: opens the socket anew, after the call if there is one. */
  renew(): void
  /** Opens the socket anew in the same session, so that entries that are not stored come again. */
  reopen(): void
  /** The server's wall clock, whatever the local one says. */
  serverNowMs(): number
}
