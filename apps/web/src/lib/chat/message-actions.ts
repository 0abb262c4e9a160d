import type { Code, Result } from '@visavis/wire'
import type { Message } from '../messenger/types.ts'
import type { FindingSteps } from '../safety/steps.ts'
import type { Notice } from '../safety/notices.ts'
import type { Selection } from './selection.ts'

/** What can be done with a message in the list. One object for all of them. */
export type MessageActions = {
  /** Opens the menu beside `anchor`. */
  readonly openMenu: (message: Message, anchor: HTMLElement) => void
  readonly react: (message: Message, emoji: string) => void
  readonly retry: (message: Message) => void
  readonly discard: (message: Message) => void
  readonly cancelTransfer: (message: Message) => void
  readonly showQuoted: (position: number) => void
  readonly openPhoto: (message: Message) => void
  /** Why an address in this message is text, and what to do about it [M18]. */
  readonly explainLink: (message: Message) => void
  readonly askSharing: () => void
  /** Shows files and links of whoever wrote this in a group. */
  readonly showMember: (message: Message) => void
  readonly askLink: (link: { readonly url: string; readonly host: string }) => void
  /** Fetches and checks the file of a message. */
  readonly fileOf: (message: Message) => Promise<Result<Blob>>
  readonly refuse: (code: Code) => void
  /** Messages are being ticked for a report: a press ticks and nothing else happens. */
  readonly selection: Selection | undefined
  readonly toggle: (message: Message) => void
  /** A group shows who wrote. */
  readonly isGroup: boolean
  /** In a request media is hidden and links are dead until it is accepted [K7]. */
  readonly isSealed: boolean
  /** What was noticed in a message and is shown under it; undefined for nothing. */
  readonly noticeOf: (message: Message) => Notice | undefined
  readonly stepsFor: (message: Message) => FindingSteps
  /** From here on messages could not be checked. */
  readonly isFirstUnchecked: (message: Message) => boolean
}
