import { createFakeClock, settle } from '@visavis/testkit'
import { describe, expect, it } from 'vitest'
import { createVoiceRecorder, VOICE_MS_MAX, VOICE_MS_MIN } from './voice-recorder.ts'

function world(refusal?: string) {
  const clock = createFakeClock()
  const log: string[] = []
  let tell: (level: number) => void = () => {}
  const stream = { getTracks: () => [{ stop: () => log.push('off') }] } as unknown as MediaStream
  const voice = createVoiceRecorder({
    clock,
    source: {
      getUserMedia: () =>
        refusal ? Promise.reject(new DOMException('no', refusal)) : (log.push('on'), Promise.resolve(stream)),
      enumerateDevices: () => Promise.resolve([]),
      onChange: () => () => {},
    },
    createRecorder: () => ({
      start: () => log.push('start'),
      stop: () => (log.push('stop'), Promise.resolve(new Blob(['sound'], { type: 'audio/webm' }))),
    }),
    watchSound: (_, listener) => {
      tell = listener
      return () => log.push('unwatched')
    },
  })
  return { clock, log, voice, hear: (level: number) => tell(level) }
}

describe('a voice note', () => {
  it('[K8] is recorded, can be heard before it is sent, and the microphone goes off', async () => {
    const { voice, clock, log, hear } = world()
    await voice.begin()
    await clock.advance(2_000)
    hear(0.7)
    expect(voice.get()).toMatchObject({ kind: 'recording', ms: 2_000, levels: [0.7] })
    await voice.finish()
    expect(voice.get()).toMatchObject({ kind: 'preview', note: { durationMs: 2_000 } })
    expect(log).toEqual(['on', 'start', 'unwatched', 'stop', 'off'])
    voice.taken()
    expect(voice.get()).toEqual({ kind: 'idle' })
  })
  it('[K8] ends by itself at its longest', async () => {
    const { voice, clock } = world()
    await voice.begin()
    await clock.advance(VOICE_MS_MAX)
    await settle()
    expect(voice.get()).toMatchObject({ kind: 'preview', note: { durationMs: VOICE_MS_MAX } })
  })
  it('[K8] a slip of the thumb leaves nothing', async () => {
    const { voice, clock, log } = world()
    await voice.begin()
    await clock.advance(VOICE_MS_MIN - 1)
    await voice.finish()
    expect(voice.get()).toEqual({ kind: 'idle' })
    expect(log.at(-1)).toBe('off')
  })
  it('[M9] thrown away or let go before the microphone was there, it goes off all the same', async () => {
    const { voice, log } = world()
    const beginning = voice.begin()
    await voice.finish()
    await beginning
    expect(voice.get()).toEqual({ kind: 'idle' })
    expect(log).toEqual(['on', 'off'])
    await voice.begin()
    voice.cancel()
    await settle()
    expect(log.at(-1)).toBe('off')
  })
  it('[M9] a refused microphone is told as such', async () => {
    const { voice } = world('NotAllowedError')
    await voice.begin()
    expect(voice.get()).toEqual({ kind: 'failed', code: 'MEDIA_DENIED' })
  })
})
