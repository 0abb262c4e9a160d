import type { AckResult, ClientFrameBody, Code, ConversationId, Result } from '@visavis/wire'
import type { MessengerFrame } from '../engine/ports.ts'
import type { MessengerRequest } from '../engine/types.ts'
import type { OpenedPort } from '../safety/engine-door.ts'
import type { SignedIn } from './deps.ts'
import type { SafetyChoice } from './safety-types.ts'
import type { ConversationView, Messenger, MessengerState } from './types.ts'

/**
 * What the page and the worker of the messenger say to each other: a closed set of plain values, copied by the browser
 * (structured clone; a Blob crosses without its bytes), but for a port to the engine of red flags. Ids of calls and watches are the page's, ids of requests the
 * worker's. The order of messages is kept both ways.
 */

/** Methods that answer with a Result: a worker that died is an outcome for them. */
export const ASKING = [
  'unlock',
  'startAfresh',
  'sendText',
  'sendFile',
  'react',
  'edit',
  'unsend',
  'fileOf',
  'keepInTouch',
  'answerRequest',
  'requestContact',
  'contactCode',
  'setContactCode',
  'removeContact',
  'blockAccount',
  'createGroup',
  'rename',
  'addMembers',
  'removeMember',
  'leave',
  'safetyCode',
  'markVerified',
  'acceptNewKey',
  'report',
  'devices',
  'renameDevice',
  'revokeDevice',
  'readLinkCode',
  'confirmLink',
  'setTimer',
  'setSharing',
  'setLock',
  'backupState',
  'askForPasskey',
  'makeBackup',
  'addBackupSecret',
  'renewBackup',
  'removeBackup',
  'readBackupAlarm',
  'restoreBackup',
  'keepCapsule',
  'capsules',
  'openCapsule',
  'markSubmitted',
  'shredCapsule',
  'safetyLog',
  'ignoreFinding',
  'muteFlag',
  'noteCallFindings',
  'clearSafetyLog',
] as const satisfies readonly (keyof Messenger)[]

/** Methods that answer with something else; they reject with the code of what went wrong. */
export const DOING = [
  'loadEarlier',
  'loadLater',
  'jumpTo',
  'jumpToEnd',
  'retry',
  'discard',
  'search',
  'cancelTransfer',
  'setMuted',
  'deleteHistory',
  'putSharingAside',
  'showMember',
  'metInCall',
  'accountKey',
  'settings',
  'setSettings',
  'wipe',
] as const satisfies readonly (keyof Messenger)[]

/** Methods that answer nothing. */
export const TELLING = ['markRead', 'typing', 'saveDraft', 'lock'] as const satisfies readonly (keyof Messenger)[]

export type CallName = (typeof ASKING)[number] | (typeof DOING)[number] | 'openLink'
export type TellName = (typeof TELLING)[number]

/** From the connection. `serverMs` sets the worker's idea of the server's clock. */
export type PageEvent =
  | { readonly kind: 'online'; readonly resumed: boolean; readonly serverMs: number }
  | { readonly kind: 'offline' }
  | { readonly kind: 'frame'; readonly frame: MessengerFrame }
  | { readonly kind: 'elsewhere' }

export type ToWorker =
  /** First of all, and once. */
  /** `isTakeover`: the person wants the messages in this tab, whatever other tab has them. */
  | {
      readonly kind: 'start'
      readonly session: SignedIn
      readonly deviceName: string
      readonly isTakeover: boolean
      readonly safety: SafetyChoice
    }
  | { readonly kind: 'call'; readonly id: number; readonly method: CallName; readonly args: readonly unknown[] }
  | { readonly kind: 'tell'; readonly method: TellName; readonly args: readonly unknown[] }
  | { readonly kind: 'watch'; readonly id: number; readonly conversationId: ConversationId }
  | { readonly kind: 'unwatch'; readonly id: number }
  | { readonly kind: 'event'; readonly event: PageEvent }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Result<unknown> }
  | { readonly kind: 'safety'; readonly choice: SafetyChoice }
  /** The answer to `want-engine`, in the order in which it was asked. The port goes over, and is not copied. */
  | { readonly kind: 'engine'; readonly opened: OpenedPort | undefined }

export type FromWorker =
  | { readonly kind: 'state'; readonly state: MessengerState }
  | { readonly kind: 'view'; readonly id: number; readonly view: ConversationView }
  | { readonly kind: 'returned'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'thrown'; readonly id: number; readonly code: Code }
  /** Of the call `openLink` with this id, later. */
  | { readonly kind: 'linked'; readonly id: number; readonly outcome: Result<true> }
  | { [N in MessengerRequest]: RequestMessage<N> }[MessengerRequest]
  | { readonly kind: 'stored'; readonly durableSeq: number }
  /** Wants a line to the engine of red flags. `lost`: the one with this number did not answer. */
  | { readonly kind: 'want-engine'; readonly lost: number | undefined }
  /** It could not begin: only a new worker helps. */
  | { readonly kind: 'dead' }

type RequestMessage<N extends MessengerRequest> = {
  readonly kind: 'request'
  readonly id: number
  readonly name: N
  readonly body: ClientFrameBody<N>
}

export type RequestAnswer = Result<AckResult<MessengerRequest>>

/** One end of the line. */
export type Line<Out, In> = {
  /** `give`: what goes over instead of a copy of it. */
  post(message: Out, give?: Transferable[]): void
  listen(listener: (message: In) => void): void
}

/** A Worker, a worker's own scope or a port of a channel as an end of the line. */
export function lineOf<Out, In>(end: {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}): Line<Out, In> {
  return {
    post: (message, give = []) => end.postMessage(message, give),
    listen: (listener) => end.addEventListener('message', ({ data }) => listener(data as In)),
  }
}

/** A state that shows nothing, but for its phase. */
export const NOTHING_SHOWN: Omit<MessengerState, 'phase'> = {
  contacts: [],
  requests: [],
  conversations: [],
  unread: 0,
}
