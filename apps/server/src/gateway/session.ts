import { SESSION_OUTBOX_BYTES_MAX, SESSION_OUTBOX_FRAMES_MAX } from '@visavis/wire'

/** Answers kept to be repeated; a client has fewer frames than this on the way at any time. */
export const ANSWERS_MAX = 256

/**
 * What survives a cut: deliveries the client has not acknowledged, and the answers of its recent frames, so that a
 * frame sent again under the same id is answered again and not executed twice. Knows neither sockets nor time.
 */
export type Session = {
  readonly id: string
  /** False once a delivery had to be given up: the session can then no longer be resumed. */
  whole(): boolean
  /** Numbers a delivery and keeps it until acknowledged. Undefined when the outbox is full: the session is lost. */
  enqueue(encode: (seq: number) => Uint8Array): Uint8Array | undefined
  /** The client has everything up to `seq`. Numbers never given out are ignored. */
  acknowledged(seq: number): void
  /** Number of the newest delivery, 0 before the first. */
  lastSeq(): number
  /** Deliveries after `seq`, oldest first. */
  outstanding(seq: number): readonly Uint8Array[]
  /** What to do with a frame of this id: carry it out, repeat an answer, wait for it, or refuse it as too old or too many. */
  admit(frameId: number): Admission
  /** The answer of an admitted frame. `keep: false` when the same id may be tried again (a retryable refusal). */
  answered(frameId: number, answer: Uint8Array, keep: boolean): void
}

export type Admission =
  | { readonly kind: 'new' }
  | { readonly kind: 'repeat'; readonly answer: Uint8Array }
  | { readonly kind: 'pending' }
  | { readonly kind: 'too-old' }
  | { readonly kind: 'too-many' }

export function createSession(id: string): Session {
  const outbox = createOutbox()
  const answers = new Map<number, Uint8Array | 'pending'>()
  const finished: number[] = []
  let pending = 0
  let floor = 0 // Ids up to this one have lost their answers.

  function admit(frameId: number): Admission {
    const known = answers.get(frameId)
    if (known === 'pending') return { kind: 'pending' }
    if (known) return { kind: 'repeat', answer: known }
    if (frameId <= floor) return { kind: 'too-old' }
    if (pending >= ANSWERS_MAX) return { kind: 'too-many' }
    answers.set(frameId, 'pending')
    pending++
    return { kind: 'new' }
  }

  function answered(frameId: number, answer: Uint8Array, keep: boolean): void {
    if (answers.get(frameId) !== 'pending') return
    pending--
    if (!keep) {
      answers.delete(frameId)
      return
    }
    answers.set(frameId, answer)
    finished.push(frameId)
    if (finished.length <= ANSWERS_MAX) return
    const oldest = finished.shift() ?? 0
    answers.delete(oldest)
    floor = Math.max(floor, oldest)
  }

  return { id, ...outbox, admit, answered }
}

function createOutbox() {
  let frames: Uint8Array[] = []
  let firstSeq = 1 // Number of frames[0].
  let bytes = 0
  let lost = false

  function enqueue(encode: (seq: number) => Uint8Array): Uint8Array | undefined {
    if (lost) return undefined
    const frame = encode(firstSeq + frames.length)
    if (frames.length >= SESSION_OUTBOX_FRAMES_MAX || bytes + frame.byteLength > SESSION_OUTBOX_BYTES_MAX) {
      lost = true
      frames = []
      bytes = 0
      return undefined
    }
    frames.push(frame)
    bytes += frame.byteLength
    return frame
  }

  function acknowledged(seq: number): void {
    const count = Math.min(frames.length, seq - firstSeq + 1)
    if (count <= 0) return
    for (const frame of frames.splice(0, count)) bytes -= frame.byteLength
    firstSeq += count
  }

  return {
    whole: () => !lost,
    enqueue,
    acknowledged,
    lastSeq: () => firstSeq + frames.length - 1,
    outstanding: (seq: number): readonly Uint8Array[] => frames.slice(Math.max(0, seq - firstSeq + 1)),
  }
}
