import type { FileDescriptor } from '@visavis/e2ee'
import type { Flag } from '@visavis/safety'
import type {
  AccountId,
  CallId,
  Code,
  ConversationId,
  DeviceId,
  LinkId,
  MessageId,
  ReportCategory,
  Result,
} from '@visavis/wire'
import type { CapsuleWishes } from '../capsule/types.ts'
import type { Reach, Sharing, StepWishes } from '../trust-steps/types.ts'
import type { BackupAlarm, BackupWishes } from './backup-types.ts'
import type { Device } from './device-types.ts'
import type { MessageReport } from './report-types.ts'
import type { SearchHit } from './search-types.ts'
import type { QuotedFinding, SafetyWishes } from './safety-types.ts'

/**
 * What the messenger shows and what may be asked of it: the whole contract with the screens. It runs in a worker; every
 * value crosses as a copy, so values are plain data. States are replaced, never changed.
 */

export type MessengerPhase =
  /** Not started, or signed out. */
  | { readonly kind: 'off' }
  | { readonly kind: 'opening' }
  /** The app lock is on: `unlock` first. */
  | { readonly kind: 'locked' }
  /** The account has devices, and this is none of them: link it, or start afresh. */
  | { readonly kind: 'unlinked' }
  | { readonly kind: 'ready' }
  /** Another tab goes on with the messages. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'failed'; readonly code: Code }

export type Trust =
  | 'unverified'
  /** Safety codes were compared. */
  | 'verified'
  /** The key is not the one that was known (or verified): shown until the person accepts it. */
  | 'changed'

export type Contact = {
  readonly accountId: AccountId
  readonly handle: string
  readonly conversationId: ConversationId
  readonly sinceMs: number
  readonly trust: Trust
  /** Met in a call whose end-to-end identity named this very account key. */
  readonly isMetInCall: boolean
}

export type ContactRequest = {
  readonly accountId: AccountId
  readonly handle: string
  readonly conversationId: ConversationId
  readonly receivedAtMs: number
}

export type Member = {
  readonly accountId: AccountId
  readonly handle: string
  readonly isMe: boolean
  readonly isOwner: boolean
  readonly trust: Trust
}

export type ConversationSummary = {
  readonly conversationId: ConversationId
  readonly kind: 'pair' | 'group'
  readonly state: 'open' | 'requested' | 'request' | 'over'
  /** The other's handle, the group's title, or the handles of a group without one. */
  readonly title: string
  readonly members: readonly Member[]
  /** Undefined when nothing was written yet. */
  readonly last?: {
    readonly text: string
    readonly kind: MessageKind
    readonly fromMe: boolean
    readonly atMs: number
    readonly state?: DeliveryState
  }
  readonly unread: number
  readonly draft: string
  readonly isMuted: boolean
  /** Encryption is being set up or renewed: messages wait and are sent by themselves. */
  readonly isSecuring: boolean
  /** Seconds until a message vanishes after it was read; absent or 0: after 30 days. */
  readonly timerSeconds?: number
  /** Red flags that the person does not want to be told of in this conversation. */
  readonly mutedFlags: readonly Flag[]
  /** Of a pair. */
  readonly sharing?: Sharing
}

/**
 * What the public log of device keys says against the server [K10]. `inconsistent`: it has shown two histories, and what
 * proves it is kept; `missing`: somebody's devices are not those that are in the log.
 */
export type LogAlarm = 'inconsistent' | 'missing'

export type MessengerState = {
  readonly phase: MessengerPhase
  readonly me?: { readonly accountId: AccountId; readonly deviceId: DeviceId; readonly handle: string }
  readonly contacts: readonly Contact[]
  readonly requests: readonly ContactRequest[]
  /** Latest first. */
  readonly conversations: readonly ConversationSummary[]
  readonly unread: number
  /** The app lock is set on this device. */
  readonly hasLock?: boolean
  /** Absent while the log of device keys is as it should be. */
  readonly logAlarm?: LogAlarm
  /** Entries of the own account in that log, found of late, that no device in the list explains. Absent for none. */
  readonly logUnknownEntries?: number
  /** What this device noticed about its backup, until it is read. */
  readonly backupAlarm?: BackupAlarm
}

export type DeliveryState = 'sending' | 'sent' | 'delivered' | 'read' | 'failed'
export type MessageKind = 'text' | 'photo' | 'voice' | 'document' | 'notice' | 'unsent' | 'refused'

export type Transfer =
  | { readonly kind: 'none' }
  | { readonly kind: 'up' | 'down'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'paused' | 'failed'; readonly code: Code }
  /** Decrypted, checked and ready to be shown: see `fileOf`. */
  | { readonly kind: 'here' }

export type Message = {
  readonly messageId: MessageId
  /** Undefined until the server has taken it; then the order of the conversation. */
  readonly position?: number
  readonly kind: MessageKind
  readonly senderAccount: AccountId
  readonly senderHandle: string
  readonly fromMe: boolean
  readonly atMs: number
  /** For `notice`: a line about the conversation itself. Empty where the content is a file without words. */
  readonly text: string
  readonly notice?: Notice
  readonly isEdited: boolean
  readonly replyTo?: { readonly position: number; readonly handle: string; readonly text: string }
  readonly reactions: readonly { readonly emoji: string; readonly handles: readonly string[]; readonly mine: boolean }[]
  readonly file?: Omit<FileDescriptor, 'key' | 'root' | 'fileId'> & {
    readonly transfer: Transfer
    readonly isOpened: boolean
  }
  readonly reach: Reach
  /** Own messages only. */
  readonly state?: DeliveryState
  /** Own and failed, or `refused`: why. */
  readonly code?: Code
  /** The server or its sender lost something of this sender before it. */
  readonly isAfterGap: boolean
  /** Of an incoming message: what is to be told of it, best first; nothing that was muted or ignored. Absent for none. */
  readonly findings?: readonly QuotedFinding[]
  /** It was to be looked at, and could not be (yet). */
  readonly isUnchecked?: true
  readonly canReport: boolean
}

export type Notice =
  | { readonly kind: 'started' | 'secured-again' | 'over' }
  | { readonly kind: 'joined' | 'left' | 'key-changed' | 'device-added'; readonly handle: string }
  | { readonly kind: 'title'; readonly handle: string; readonly title: string }
  | { readonly kind: 'timer'; readonly handle: string; readonly seconds: number }

/** The part of a conversation that is on screen. Messages are in order, oldest first, without gaps in between. */
export type ConversationView = {
  readonly conversationId: ConversationId
  readonly messages: readonly Message[]
  readonly hasEarlier: boolean
  /** False while there is more after it: `loadLater` goes on, `jumpToEnd` leads to the newest. */
  readonly isAtEnd: boolean
  /** The first message that was unread when the conversation was opened. */
  readonly unreadFrom?: number
  readonly typing: readonly string[]
}

export type SafetyCode = {
  /** 60 digits without spaces, to be shown in 12 groups of five; the same for both people. */
  readonly digits: string
  /** What the QR code carries. */
  readonly qr: string
  readonly trust: Trust
}

export type NewFile = {
  readonly blob: Blob
  readonly name: string
  readonly role: FileDescriptor['role']
  readonly isViewOnce: boolean
  readonly durationMs?: number
  readonly waveform?: Uint8Array
}

export type Messenger = BackupWishes &
  CapsuleWishes &
  SafetyWishes &
  StepWishes & {
    /** Present state and a listener that hears of each later one; returns the way out. */
    snapshot(): MessengerState
    subscribe(listener: (state: MessengerState) => void): () => void
    /** Follows one conversation; `listener` is called soon and after each change. Returns the way out. */
    watch(conversationId: ConversationId, listener: (view: ConversationView) => void): () => void

    unlock(passphrase: string): Promise<Result<true>>
    /** Makes this the only device of the account, with a new account key. */
    startAfresh(deviceName: string): Promise<Result<true>>

    loadEarlier(conversationId: ConversationId): Promise<void>
    loadLater(conversationId: ConversationId): Promise<void>
    jumpTo(conversationId: ConversationId, position: number): Promise<void>
    jumpToEnd(conversationId: ConversationId): Promise<void>
    /** Queued durably; shows in the view at once. */
    sendText(conversationId: ConversationId, text: string, replyTo?: number): Promise<Result<MessageId>>
    sendFile(
      conversationId: ConversationId,
      file: NewFile,
      caption: string,
      replyTo?: number,
    ): Promise<Result<MessageId>>
    react(conversationId: ConversationId, position: number, emoji: string): Promise<Result<true>>
    edit(conversationId: ConversationId, position: number, text: string): Promise<Result<true>>
    unsend(conversationId: ConversationId, position: number): Promise<Result<true>>
    retry(messageId: MessageId): Promise<void>
    /** Takes back what has not been sent yet, a file under way included. */
    discard(messageId: MessageId): Promise<void>
    markRead(conversationId: ConversationId, position: number): void
    typing(conversationId: ConversationId): void
    saveDraft(conversationId: ConversationId, text: string): void
    search(words: string): Promise<readonly SearchHit[]>

    /** Fetches and checks a file if need be. View-once files are destroyed after this. Errors: `openFile`. */
    fileOf(conversationId: ConversationId, position: number): Promise<Result<Blob>>
    cancelTransfer(conversationId: ConversationId, messageId: MessageId): Promise<void>

    keepInTouch(callId: CallId, keep: boolean, partnerAccountKey: Uint8Array | undefined): Promise<Result<true>>
    answerRequest(conversationId: ConversationId, accept: boolean): Promise<Result<true>>
    requestContact(code: string): Promise<Result<ConversationId>>
    contactCode(): Promise<Result<string | undefined>>
    setContactCode(on: boolean): Promise<Result<string | undefined>>
    removeContact(accountId: AccountId): Promise<Result<true>>
    blockAccount(accountId: AccountId): Promise<Result<true>>

    createGroup(title: string, members: readonly AccountId[]): Promise<Result<ConversationId>>
    rename(conversationId: ConversationId, title: string): Promise<Result<true>>
    addMembers(conversationId: ConversationId, members: readonly AccountId[]): Promise<Result<true>>
    removeMember(conversationId: ConversationId, accountId: AccountId): Promise<Result<true>>
    leave(conversationId: ConversationId): Promise<Result<true>>
    setMuted(conversationId: ConversationId, muted: boolean): Promise<void>
    /** For everybody in it: 0 is the default of 30 days. */
    setTimer(conversationId: ConversationId, seconds: number): Promise<Result<true>>
    deleteHistory(conversationId: ConversationId): Promise<void>

    safetyCode(accountId: AccountId): Promise<Result<SafetyCode>>
    /** The codes were compared (or scanned: then `qr` is checked too) and are the same. */
    markVerified(accountId: AccountId, qr?: string): Promise<Result<true>>
    acceptNewKey(accountId: AccountId): Promise<Result<true>>

    report(
      conversationId: ConversationId,
      positions: readonly number[],
      category: ReportCategory,
      words?: string,
    ): Promise<Result<MessageReport>>

    devices(): Promise<Result<readonly Device[]>>
    renameDevice(deviceId: DeviceId, name: string): Promise<Result<true>>
    revokeDevice(deviceId: DeviceId): Promise<Result<true>>
    /** On the new device: the text to show as a QR code; `linked` is called when it has become a device of the account. */
    openLink(
      deviceName: string,
      linked: (outcome: Result<true>) => void,
    ): Promise<Result<{ readonly qr: string; readonly check: string; readonly linkId: LinkId }>>
    /** On a device that has the keys: checks the QR text and gives the six digits that both must show. */
    readLinkCode(qr: string): Promise<Result<{ readonly check: string }>>
    confirmLink(qr: string): Promise<Result<true>>

    /** Inside the call in which contact was made, the partner named this key: the server has to agree, or it is `changed`. */
    metInCall(accountId: AccountId, accountKey: Uint8Array): Promise<void>
    /** Own account key, told to the partner inside a call so that the contact made there is the person met there. */
    accountKey(): Promise<Uint8Array | undefined>
    settings(): Promise<MessengerSettings>
    setSettings(settings: MessengerSettings): Promise<void>
    /** Sets, changes or (undefined) takes away the app lock. */
    setLock(passphrase: string | undefined): Promise<Result<true>>
    lock(): void
    /** Forgets everything on this device; at sign-out. */
    wipe(): Promise<void>
  }

export type MessengerSettings = { readonly sendsRead: boolean; readonly sendsTyping: boolean }
