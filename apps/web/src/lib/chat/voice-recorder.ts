import type { Clock } from '@visavis/ports'
import { createObservable, type Readable } from '../app/observable.ts'
import { codeOfMediaError, stopStream, type MediaCode, type MediaSource } from '../lobby/devices.ts'
import { waveformOf } from './waveform.ts'

export const VOICE_MS_MAX = 5 * 60_000
/** Anything shorter was a slip of the thumb. */
export const VOICE_MS_MIN = 600
const LEVELS_SHOWN = 64

export type VoiceNote = { readonly blob: Blob; readonly durationMs: number; readonly waveform: Uint8Array }

export type VoiceState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'recording'; readonly ms: number; readonly levels: readonly number[] }
  /** Recorded and heard by nobody yet: to be listened to, sent or thrown away. */
  | { readonly kind: 'preview'; readonly note: VoiceNote }
  | { readonly kind: 'failed'; readonly code: MediaCode }

/** What records: the browser's MediaRecorder, or a fake. */
export type SoundRecorder = { start(): void; stop(): Promise<Blob> }

export type VoiceRecorder = Readable<VoiceState> & {
  begin(): Promise<void>
  /** Ends the recording: a preview, or nothing when it was too short. */
  finish(): Promise<void>
  /** Throws away what is recorded or was being recorded. */
  cancel(): void
  /** The note was handed over. */
  taken(): void
}

export type VoiceDeps = {
  readonly source: MediaSource | undefined
  readonly clock: Clock
  readonly createRecorder: (stream: MediaStream) => SoundRecorder
  /** Tells the loudness several times a second until the returned function is called. */
  readonly watchSound: (stream: MediaStream, tell: (level: number) => void) => () => void
}

type Take = { stream: MediaStream; recorder: SoundRecorder; startedMs: number; levels: number[]; end: () => void }

/** One voice note at a time. The microphone is on from `begin` to `finish` or `cancel`, and never else. */
export function createVoiceRecorder(deps: VoiceDeps): VoiceRecorder {
  const state = createObservable<VoiceState>({ kind: 'idle' })
  let take: Take | undefined
  let attempt = 0

  function end(): Take | undefined {
    const ended = take
    take = undefined
    attempt += 1
    ended?.end()
    return ended
  }

  async function begin(): Promise<void> {
    const { kind } = state.get()
    if (kind === 'asking' || kind === 'recording' || !deps.source) {
      if (!deps.source) state.set({ kind: 'failed', code: 'MEDIA_NONE' })
      return
    }
    attempt += 1
    const own = attempt
    state.set({ kind: 'asking' })
    try {
      const stream = await deps.source.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
      if (own !== attempt) return stopStream(stream)
      take = startTake(stream)
      state.set({ kind: 'recording', ms: 0, levels: [] })
    } catch (error) {
      if (own === attempt) state.set({ kind: 'failed', code: codeOfMediaError(error) })
    }
  }

  function startTake(stream: MediaStream): Take {
    const recorder = deps.createRecorder(stream)
    const startedMs = deps.clock.monotonicMs()
    const levels: number[] = []
    const stopWatching = deps.watchSound(stream, (level) => {
      levels.push(level)
      state.set({
        kind: 'recording',
        ms: deps.clock.monotonicMs() - startedMs,
        levels: levels.slice(-LEVELS_SHOWN),
      })
    })
    const stopTimer = deps.clock.after(VOICE_MS_MAX, () => void finish())
    recorder.start()
    return {
      stream,
      recorder,
      startedMs,
      levels,
      end: () => {
        stopWatching()
        stopTimer()
      },
    }
  }

  async function finish(): Promise<void> {
    const ended = end()
    // Let go before the microphone was there: nothing to keep.
    if (!ended) return state.get().kind === 'asking' ? state.set({ kind: 'idle' }) : undefined
    const durationMs = Math.min(VOICE_MS_MAX, deps.clock.monotonicMs() - ended.startedMs)
    const own = attempt
    const blob = await ended.recorder.stop()
    stopStream(ended.stream)
    if (own !== attempt) return
    state.set(
      durationMs < VOICE_MS_MIN
        ? { kind: 'idle' }
        : { kind: 'preview', note: { blob, durationMs, waveform: waveformOf(ended.levels) } },
    )
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    begin,
    finish,
    cancel: () => {
      const ended = end()
      if (ended) void ended.recorder.stop().finally(() => stopStream(ended.stream))
      state.set({ kind: 'idle' })
    },
    taken: () => state.set({ kind: 'idle' }),
  }
}

const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'] as const

/** Opus where the browser has it, at a rate made for speech. */
export function createSoundRecorder(stream: MediaStream): SoundRecorder {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 32_000, ...(mimeType ? { mimeType } : {}) })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  return {
    start: () => recorder.start(1_000),
    stop: () =>
      new Promise((resolve) => {
        // The kind without its parameters: what the file is said to be, and what is checked after decryption.
        const done = () => resolve(new Blob(parts, { type: recorder.mimeType.split(';')[0] ?? '' }))
        if (recorder.state === 'inactive') return done()
        recorder.addEventListener('stop', done, { once: true })
        recorder.stop()
      }),
  }
}
