import { FLAGS, FRESH_STATE, readState, type Finding, type Flag, type State } from '@visavis/safety'
import type { AccountId } from '@visavis/wire'
import * as z from 'zod/mini'
import { findingFormat, quoteOf } from '../../safety/protocol.ts'
import { flag as yes, maybe, recordKind, text, time, whole } from '../../vault/record-kind.ts'
import type { QuotedFinding } from '../safety-types.ts'

/**
 * What this device knows of one conversation for the sake of safety: one sealed record, on the shelf `safety` under
 * ['conversation', id]. One and not one per message: keys of records are not sealed, and a record beside a message would tell
 * whoever has the disk that something was found in it. Pure: every change is a new record.
 */
export type SafetyRecord = {
  /** Everything up to here was looked at, but for `late`. */
  readonly checkedTo: number
  /** Positions up to `checkedTo` that had no message yet: an own one may be stored before an earlier one has come. */
  readonly late: readonly number[]
  /** The last stretch that was too much to look at after the app was away, and that nobody had read. */
  readonly passedOver?: { readonly from: number; readonly to: number }
  /** What the engine remembers, by who is spoken with; `OWN` in a group, for whoever has not spoken yet. */
  readonly states: Readonly<Record<string, State>>
  /** Where the claims in `states` were made. */
  readonly said: readonly Said[]
  readonly notes: readonly Note[]
  readonly muted: readonly Flag[]
}

export type Said = {
  readonly by: AccountId
  /** The engine's number of the message. */
  readonly number: number
  readonly position: number
  readonly atMs: number
}

/** Of one message: what was found in it, or that it could not be looked at. */
export type Note = {
  readonly position: number
  readonly atMs: number
  readonly by: AccountId
  readonly handle: string
  readonly findings: readonly KeptFinding[]
  readonly ignored: readonly Flag[]
  readonly isUnchecked?: true
}
export type KeptFinding = QuotedFinding & { readonly earlierPosition?: number }

export const OWN = 'own'
export const NOTES_MAX = 300
export const LATE_MAX = 128
const QUOTE_CHARS_MAX = 500

export const NOTHING_NOTED: SafetyRecord = { checkedTo: 0, late: [], states: {}, said: [], notes: [], muted: [] }

const place = z.object({ from: whole, to: whole })
const keptFinding = z.extend(findingFormat, {
  quote: text,
  earlierAtMs: maybe(time),
  earlierPosition: maybe(whole),
})
const flags = z.array(z.enum(FLAGS))

export const safetyRecord = recordKind<SafetyRecord>({
  name: 'safety',
  shape: {
    checkedTo: whole,
    late: z.array(whole),
    passedOver: maybe(place),
    // Read by the engine's own rules (`withSoundStates`): a damaged one costs itself and nothing beside it.
    states: z.record(text, z.unknown()),
    said: z.array(z.looseObject({ by: text, number: whole, position: whole, atMs: time })),
    notes: z.array(
      z.looseObject({
        position: whole,
        atMs: time,
        by: text,
        handle: text,
        findings: z.array(keptFinding),
        ignored: flags,
        isUnchecked: maybe(yes),
      }),
    ),
    muted: flags,
  },
})

/** Without the states that are damaged or of another version; how many these were. */
export function withSoundStates(record: SafetyRecord): { readonly record: SafetyRecord; readonly lost: number } {
  const sound = Object.entries(record.states).filter(([, state]) => readState(state).ok)
  const lost = Object.keys(record.states).length - sound.length
  return { record: lost === 0 ? record : { ...record, states: Object.fromEntries(sound) }, lost }
}

/** The engine's memory of a person; of somebody new in a group it has heard what oneself said so far. */
export function stateOf({ states }: SafetyRecord, account: string): State {
  return states[account] ?? states[OWN] ?? FRESH_STATE
}

/** A text of somebody else was looked at. */
export type Looked = {
  readonly position: number
  readonly atMs: number
  readonly by: AccountId
  readonly handle: string
  readonly text: string
  readonly findings: readonly Finding[]
  readonly state: State
  /** The message that it is shown with, where that is an earlier one: an edit. */
  readonly shownAt?: number
}

/** What was found is noted, and what was claimed gets a place. */
export function withLooked(record: SafetyRecord, looked: Looked): SafetyRecord {
  const { atMs, by, shownAt: position = looked.position, state } = looked
  const number = stateOf(record, by).messages
  const isClaim = state.claims.some(({ at }) => at === number)
  const said = isClaim ? [...record.said, { by, number, position, atMs }] : record.said
  const kept = { ...record, states: { ...record.states, [by]: state }, said: said.filter(isRemembered(by, state)) }
  const findings = looked.findings.map((finding) => keptOf(finding, looked.text, placeOf(record, by, finding)))
  return withNote(kept, looked, findings)
}

/** Claims that the engine has let go need no place any more. */
function isRemembered(by: AccountId, { claims }: State): (said: Said) => boolean {
  const numbers = new Set(claims.map(({ at }) => at))
  return (said) => said.by !== by || numbers.has(said.number)
}

function placeOf({ said }: SafetyRecord, by: AccountId, { earlier }: Finding): Said | undefined {
  return earlier && said.find((each) => each.by === by && each.number === earlier.messageNumber)
}

function keptOf(finding: Finding, written: string, earlier: Said | undefined): KeptFinding {
  const quote = quoteOf(written, finding).slice(0, QUOTE_CHARS_MAX)
  return { ...finding, quote, ...(earlier && { earlierAtMs: earlier.atMs, earlierPosition: earlier.position }) }
}

function withNote(record: SafetyRecord, looked: Looked, findings: readonly KeptFinding[]): SafetyRecord {
  const { atMs, by, handle, position, shownAt = position } = looked
  const before = record.notes.find((note) => note.position === shownAt)
  const others = record.notes.filter((note) => note !== before)
  if (findings.length === 0) return { ...record, notes: others }
  const note = { position: shownAt, atMs, by, handle, findings, ignored: before?.ignored ?? [] }
  return { ...record, notes: [...others, note].toSorted((a, b) => a.position - b.position).slice(-NOTES_MAX) }
}

/** A text could not be looked at, however often it was tried: that is said of it, and the next one has its turn. */
export function withUnchecked(
  record: SafetyRecord,
  { atMs, by, handle, position }: Pick<Looked, 'atMs' | 'by' | 'handle' | 'position'>,
): SafetyRecord {
  const others = record.notes.filter((note) => note.position !== position)
  const note: Note = { position, atMs, by, handle, findings: [], ignored: [], isUnchecked: true }
  return { ...record, notes: [...others, note].toSorted((a, b) => a.position - b.position).slice(-NOTES_MAX) }
}

/** Everything up to here was looked at; of `present` there is a message, of the others in between there may be one later. */
export function withChecked(record: SafetyRecord, upTo: number, present: ReadonlySet<number>): SafetyRecord {
  const from = Math.max(record.checkedTo, upTo - LATE_MAX) + 1
  const missing: number[] = []
  for (let position = from; position <= upTo; position++) if (!present.has(position)) missing.push(position)
  const late = [...record.late.filter((position) => !present.has(position)), ...missing].slice(-LATE_MAX)
  return { ...record, checkedTo: Math.max(record.checkedTo, upTo), late }
}

/** After a long time away only the newest are looked at; of those before it is said so where nobody has read them. */
export function withPassedOver(record: SafetyRecord, upTo: number, readPosition: number): SafetyRecord {
  if (upTo <= record.checkedTo) return record
  const from = Math.max(record.checkedTo, readPosition) + 1
  return { ...record, checkedTo: upTo, late: [], ...(from <= upTo && { passedOver: { from, to: upTo } }) }
}

/** These messages are gone, and with them everything that quotes them: also in notes of others and in the engine's memory. */
export function without(record: SafetyRecord, positions: ReadonlySet<number>): SafetyRecord {
  const gone = record.said.filter(({ position }) => positions.has(position))
  const isQuoting = ({ earlierPosition = -1 }: KeptFinding) => positions.has(earlierPosition)
  const notes = record.notes
    .filter(({ position }) => !positions.has(position))
    .map((note) => (note.findings.some(isQuoting) ? lessFindings(note, isQuoting) : note))
    .filter(isWorthKeeping)
  const isSame =
    gone.length === 0 && notes.length === record.notes.length && notes.every((note, at) => note === record.notes[at])
  if (isSame) return record
  return forgetting({ ...record, notes }, gone)
}

/** What is older than the messages of this device are kept goes, wherever it is. */
export function since(record: SafetyRecord, bornMs: number): SafetyRecord {
  const isOld = ({ earlierAtMs = bornMs }: KeptFinding) => earlierAtMs < bornMs
  const notes = record.notes
    .filter(({ atMs }) => atMs >= bornMs)
    .map((note) => (note.findings.some(isOld) ? lessFindings(note, isOld) : note))
    .filter(isWorthKeeping)
  const gone = record.said.filter(({ atMs }) => atMs < bornMs)
  const isSame =
    gone.length === 0 && notes.length === record.notes.length && notes.every((note, at) => note === record.notes[at])
  return isSame ? record : forgetting({ ...record, notes }, gone)
}

function lessFindings(note: Note, isOut: (finding: KeptFinding) => boolean): Note {
  return { ...note, findings: note.findings.filter((finding) => !isOut(finding)) }
}

function isWorthKeeping({ findings, isUnchecked }: Note): boolean {
  return findings.length > 0 || isUnchecked === true
}

function forgetting(record: SafetyRecord, gone: readonly Said[]): SafetyRecord {
  if (gone.length === 0) return record
  const states = Object.fromEntries(
    Object.entries(record.states).map(([account, state]) => {
      const numbers = new Set(gone.flatMap(({ by, number }) => (by === account ? [number] : [])))
      const claims = state.claims.filter(({ at }) => !numbers.has(at))
      return [account, numbers.size === 0 ? state : { ...state, claims }]
    }),
  )
  return { ...record, states, said: record.said.filter((each) => !gone.includes(each)) }
}

/** The whole history was deleted: nothing of it is remembered, and what comes is looked at from here on. */
export function afterHistory({ muted }: SafetyRecord, lastPosition: number): SafetyRecord {
  return { ...NOTHING_NOTED, muted, checkedTo: lastPosition }
}

export function withIgnored(record: SafetyRecord, position: number, flag: Flag): SafetyRecord {
  const notes = record.notes.map((note) =>
    note.position === position && !note.ignored.includes(flag) ? { ...note, ignored: [...note.ignored, flag] } : note,
  )
  return { ...record, notes }
}

export function withMuted(record: SafetyRecord, flag: Flag, isMuted: boolean): SafetyRecord {
  const others = record.muted.filter((each) => each !== flag)
  return { ...record, muted: isMuted ? [...others, flag] : others }
}

/** Nothing that was found is kept; what the engine remembers of what was said is. */
export function withoutNotes(record: SafetyRecord): SafetyRecord {
  return { ...record, notes: record.notes.filter(({ isUnchecked }) => isUnchecked) }
}

/** Nobody is in this conversation but these: what the engine remembers of others goes. */
export function among(record: SafetyRecord, accounts: ReadonlySet<string>): SafetyRecord {
  const states = Object.entries(record.states).filter(([account]) => account === OWN || accounts.has(account))
  return states.length === Object.keys(record.states).length
    ? record
    : { ...record, states: Object.fromEntries(states) }
}
