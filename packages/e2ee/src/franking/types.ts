import type { Step } from '../conversation/types.ts'

/** Content of a message: a closed set, one encoding per value. `target` is the position of another message. */
export type MessageContent =
  | { readonly kind: 'text'; readonly text: string; readonly replyTo?: number }
  | { readonly kind: 'reaction'; readonly target: number; /** Empty takes it back. */ readonly emoji: string }
  | { readonly kind: 'edit'; readonly target: number; readonly text: string }
  | { readonly kind: 'unsend'; readonly target: number }
  | { readonly kind: 'read'; readonly upTo: number }
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'file'; readonly file: FileDescriptor; readonly caption: string; readonly replyTo?: number }
  /** Seconds until messages vanish after being read; 0 is the default of 30 days. */
  | { readonly kind: 'timer'; readonly seconds: number }
  /**
   * Whether its author agrees to share files. `since`: said already at that position, and told again for devices that came
   * later; what was said after that position counts more.
   */
  | { readonly kind: 'sharing'; readonly on: boolean; readonly since?: number }

/** All that opens an encrypted file. The commitment of the message covers it, so one ciphertext has one meaning. */
export type FileDescriptor = {
  readonly fileId: string
  readonly key: Uint8Array
  /** Merkle root over header and ciphertext chunks, 32 bytes. */
  readonly root: Uint8Array
  /** Of the plaintext. */
  readonly sizeBytes: number
  readonly mime: string
  readonly name: string
  readonly role: 'photo' | 'voice' | 'document'
  readonly isViewOnce: boolean
  /** Small JPEG of a photo, at most 12 KiB, or the waveform of a voice note (one byte per bar). */
  readonly preview?: Uint8Array
  readonly durationMs?: number
  readonly width?: number
  readonly height?: number
}

/** Place in the chain of one device's messages in one conversation; kept beside the group's state. */
export type SenderChain = { readonly count: number; readonly previous: Uint8Array }

/** What proves a message to a moderator, together with the server's stamp. About 200 bytes plus the body. */
export type Evidence = { readonly frankingKey: Uint8Array; readonly body: Uint8Array }

/** What the server says about a message it carried. */
export type Stamped = {
  readonly stampKeyId: number
  readonly senderAccount: string
  readonly senderDevice: string
  readonly conversationId: string
  readonly generation: number
  readonly position: number
  readonly sentAtMs: number
  /** The account the stamp was made for. */
  readonly recipient: string
  readonly commitment: Uint8Array
}

export type SealedMessage = Step & {
  readonly ciphertext: Uint8Array
  readonly commitment: Uint8Array
  readonly chain: SenderChain
  readonly evidence: Evidence
}

export type OpenedFranked = Step & {
  readonly content: MessageContent
  readonly clientMs: number
  /** The highest position its author had seen. */
  readonly seen: number
  readonly evidence: Evidence
  readonly chain: SenderChain
  /** Messages of this sender's device are missing before this one: dropped by server or sender. */
  readonly isAfterGap: boolean
}

/** One line of a report: opened, or only shown to be there. */
export type ReportEntry = {
  readonly stamped: Omit<Stamped, 'recipient'>
  readonly stamp: Uint8Array
  readonly evidence?: Evidence
}
export type ReportFault =
  | 'unreadable'
  | 'stamp'
  | 'commitment'
  | 'body'
  | 'other-conversation'
  | 'order'
  | 'gap'
  | 'own-only'
  | 'too-old'
export type VerifiedEntry = {
  readonly stamped: Omit<Stamped, 'recipient'>
  readonly isProven: boolean
  /** Undefined when withheld or not readable. */
  readonly content?: MessageContent
}
export type Verdict = {
  /** No fault at all. */
  readonly isVerified: boolean
  readonly faults: readonly { readonly fault: ReportFault; readonly position?: number }[]
  readonly entries: readonly VerifiedEntry[]
}
