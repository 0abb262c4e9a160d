import { FRESH_STATE, type Finding, type Flag, type State } from '@visavis/safety'
import type { CallId, Code, Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { CallDetails, ChatMessage } from '../engine/types.ts'
import type { CallFinding, QuotedFinding } from '../messenger/safety-types.ts'
import type { SafetyPreferences } from './preferences.ts'
import type { Noticed } from './notices.ts'
import type { SafetyChecker } from './types.ts'

export type CallFindingsState = {
  /** By message; ignored ones and muted flags are still in it. */
  readonly found: ReadonlyMap<string, readonly QuotedFinding[]>
  readonly unchecked: ReadonlySet<string>
  /** `<messageId>/<flag>` of what the person does not want to be told of one message. */
  readonly ignored: ReadonlySet<string>
  readonly muted: ReadonlySet<Flag>
  /** Why what was found could not be put into the safety log. */
  readonly logCode?: Code
}

/** What of a call matters here. */
export type FollowedCall = Pick<CallDetails, 'callId' | 'partner' | 'startedAtMs' | 'messages'>

export type CallFindings = Readable<CallFindingsState> & {
  /** The call as it is now; undefined when there is none. Every text is looked at once, in order. */
  follow(call: FollowedCall | undefined): void
  ignore(messageId: string, flag: Flag): void
  mute(flag: Flag, isMuted: boolean): void
}

type Deps = {
  readonly checker: Pick<SafetyChecker, 'check'>
  readonly preferences: Readable<SafetyPreferences>
  readonly countries: readonly string[]
  /** Puts findings into the safety log. */
  readonly note: (
    callId: CallId,
    handle: string,
    atMs: number,
    findings: readonly CallFinding[],
  ) => Promise<Result<true>>
}

const NOTHING: CallFindingsState = { found: new Map(), unchecked: new Set(), ignored: new Set(), muted: new Set() }
const MINUTE_MS = 60_000

/**
 * Red flags in the texts of a call. All of it is in memory and gone with the call, but the lines of the safety log [S16]. The
 * person at the other end is a stranger each time: what was said in one call is not known in the next.
 */
export function createCallFindings(deps: Deps): CallFindings {
  const state = createObservable(NOTHING)
  let book = bookOf(undefined)

  async function look(own: Book, call: FollowedCall, message: ChatMessage): Promise<void> {
    if (own !== book) return
    const isIncoming = message.from === 'them'
    const answer = await deps.checker.check({
      text: message.text,
      direction: isIncoming ? 'in' : 'out',
      context: {
        minutesKnown: Math.max(0, Math.floor((message.atMs - call.startedAtMs) / MINUTE_MS)),
        ...(deps.countries.length > 0 ? { countries: deps.countries } : {}),
      },
      state: own.memory,
    })
    if (own !== book) return
    if (!answer.ok) {
      if (isIncoming) patch({ unchecked: new Set(state.get().unchecked).add(message.messageId) })
      return
    }
    own.times.push(message.atMs)
    own.memory = answer.value.state
    const found = answer.value.findings.map((finding) => quoted(finding, message.text, own.times))
    if (!isIncoming || found.length === 0) return
    patch({ found: new Map(state.get().found).set(message.messageId, found) })
    const noted = await deps.note(
      call.callId,
      call.partner.pseudonym,
      message.atMs,
      found.map(({ quote, ...finding }) => ({ finding, quote })),
    )
    if (own === book && !noted.ok) patch({ logCode: noted.code })
  }
  function patch(change: Partial<CallFindingsState>): void {
    state.update((now) => ({ ...now, ...change }))
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    follow: (call) => {
      if (call?.callId !== book.callId) {
        book = bookOf(call?.callId)
        state.set(NOTHING)
      }
      if (!call || !deps.preferences.get().isOn) return
      for (const message of call.messages) {
        if (book.seen.has(message.messageId) || message.text === '') continue
        book.seen.add(message.messageId)
        const own = book
        own.last = own.last.then(() => look(own, call, message))
      }
    },
    ignore: (messageId, flag) => patch({ ignored: new Set(state.get().ignored).add(`${messageId}/${flag}`) }),
    mute: (flag, isMuted) => {
      const muted = new Set(state.get().muted)
      if (isMuted) muted.add(flag)
      else muted.delete(flag)
      patch({ muted })
    },
  }
}

/** What is remembered of one call. */
type Book = {
  readonly callId: CallId | undefined
  readonly seen: Set<string>
  /** When each message that the engine counts was said. */
  readonly times: number[]
  memory: State
  last: Promise<void>
}

function bookOf(callId: CallId | undefined): Book {
  return { callId, seen: new Set(), times: [], memory: FRESH_STATE, last: Promise.resolve() }
}

function quoted(finding: Finding, text: string, times: readonly number[]): QuotedFinding {
  const quote = text.slice(finding.span.start, finding.span.end)
  const earlierAtMs = finding.earlier && times[finding.earlier.messageNumber]
  return { ...finding, quote, ...(earlierAtMs === undefined ? {} : { earlierAtMs }) }
}

/** The messages of a call with what is to be told of them. */
export function noticedIn(
  messages: readonly ChatMessage[],
  { found, unchecked, ignored, muted }: CallFindingsState,
): readonly Noticed[] {
  return messages.map(({ messageId }) => ({
    messageId,
    findings: (found.get(messageId) ?? []).filter(
      ({ flag }) => !muted.has(flag) && !ignored.has(`${messageId}/${flag}`),
    ),
    ...(unchecked.has(messageId) ? { isUnchecked: true as const } : {}),
  }))
}
