import {
  ADVICE,
  FLAGS,
  HANDLE_CHARS_MAX,
  readState,
  REASONS,
  TEXT_CHARS_MAX,
  type Checked,
  type Finding,
  type Message,
  type Reason,
  type State,
} from '@visavis/safety'
import * as z from 'zod/mini'
import type { PackVersion } from './types.ts'

/**
 * What is said over a line to the engine of red flags: a closed set of plain values. Both ends read what comes as if it were
 * a stranger's; what is none of these is passed over, and nobody throws.
 */
export type Question =
  | { readonly kind: 'check'; readonly id: number; readonly message: Message }
  | { readonly kind: 'name'; readonly id: number; readonly name: string }
  | { readonly kind: 'versions'; readonly id: number }

export type Answer =
  /** The rules are read; what is asked from now on is answered at once. */
  | { readonly kind: 'ready' }
  /** The rules cannot be had: only another worker helps, later. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'checked'; readonly id: number; readonly checked: Checked }
  /** Whom somebody's name poses as, the surest first. */
  | { readonly kind: 'named'; readonly id: number; readonly poses: readonly Reason[] }
  | { readonly kind: 'versions'; readonly id: number; readonly versions: readonly PackVersion[] }
  /** This question cannot be answered, and would not be by another worker either. */
  | { readonly kind: 'refused'; readonly id: number }

/** One end of a line: a MessagePort, or what stands for it in a test. */
export type EngineLine = {
  post(message: Question | Answer): void
  listen(listener: (message: unknown) => void): void
  close(): void
}

const COUNTRIES_MAX = 16
const FINDINGS_MAX = 1_000

const id = z.number().check(z.int(), z.minimum(0))
const place = z.number().check(z.int(), z.minimum(0), z.maximum(TEXT_CHARS_MAX))
const country = z.string().check(z.regex(/^[A-Z]{2}$/))
const state = z.custom<State>((value) => readState(value).ok)
const words = z.string().check(z.maxLength(200))

const question = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('check'),
    id,
    message: z.object({
      text: z.string().check(z.maxLength(TEXT_CHARS_MAX)),
      direction: z.enum(['in', 'out']),
      context: z.optional(
        z.object({
          minutesKnown: z.optional(z.number().check(z.minimum(0))),
          countries: z.optional(z.array(country).check(z.maxLength(COUNTRIES_MAX))),
        }),
      ),
      state: z.optional(state),
    }),
  }),
  z.object({ kind: z.literal('name'), id, name: z.string().check(z.maxLength(HANDLE_CHARS_MAX)) }),
  z.object({ kind: z.literal('versions'), id }),
])

/** Also what is read from the vault: the engine's findings are plain JSON. */
export const findingFormat = z.object({
  flag: z.enum(FLAGS),
  confidence: z.number().check(z.minimum(0), z.maximum(1)),
  span: z.object({ start: place, end: place }),
  reasonId: z.enum(REASONS),
  adviceId: z.enum(ADVICE),
  ruleId: words,
  packVersion: words,
  earlier: z.optional(z.object({ quote: words, messageNumber: id })),
})

const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('failed') }),
  z.object({
    kind: z.literal('checked'),
    id,
    checked: z.object({ findings: z.array(findingFormat).check(z.maxLength(FINDINGS_MAX)), state }),
  }),
  z.object({ kind: z.literal('named'), id, poses: z.array(z.enum(REASONS)).check(z.maxLength(REASONS.length)) }),
  z.object({
    kind: z.literal('versions'),
    id,
    versions: z
      .array(z.object({ language: words, version: words, source: z.enum(['bundled', 'delivered']) }))
      .check(z.maxLength(64)),
  }),
  z.object({ kind: z.literal('refused'), id }),
])

/** Undefined for what is no question; `id` of it, if it has one, so that its sender need not wait. */
export function readQuestion(data: unknown): { readonly question?: Question; readonly id?: number } {
  const read = z.safeParse(question, data)
  if (read.success) return { question: read.data as Question, id: read.data.id }
  const named = z.safeParse(z.object({ id }), data)
  return named.success ? { id: named.data.id } : {}
}

export function readAnswer(data: unknown): Answer | undefined {
  const read = z.safeParse(answer, data)
  return read.success ? (read.data as Answer) : undefined
}

/** A message as it may be asked about: the engine looks at no more of it either. */
export function asked(message: Message): Message {
  const { context = {}, direction, state: before, text } = message
  const { countries = [], minutesKnown } = context
  return {
    text: text.slice(0, TEXT_CHARS_MAX),
    direction,
    context: {
      countries: countries.slice(0, COUNTRIES_MAX),
      ...(minutesKnown !== undefined && { minutesKnown: Math.max(0, minutesKnown) }),
    },
    ...(before && { state: before }),
  }
}

/** What a finding says of a text. */
export function quoteOf(text: string, { span }: Pick<Finding, 'span'>): string {
  return text.slice(span.start, span.end)
}

/** A MessagePort as a line. */
export function lineOfPort(port: MessagePort): EngineLine {
  return {
    post: (message) => port.postMessage(message),
    listen(listener) {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data))
      port.start()
    },
    close: () => port.close(),
  }
}
