import type { Code, Result } from '@visavis/wire'
import type { Message } from '../messenger/types.ts'
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
}
