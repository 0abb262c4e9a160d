import { describe, expect, it } from 'vitest'
import { createSenders } from './senders.ts'

/**
 * The browser's sender as far as we use it: parameters are handed out as copies, and only those that were read after the
 * last change are taken (W3C webrtc, `transactionId`).
 */
function browserSender() {
  let parameters: RTCRtpSendParameters = {
    transactionId: '0',
    codecs: [],
    headerExtensions: [],
    rtcp: {},
    encodings: [{ active: true }],
  }
  const tracks: (MediaStreamTrack | null)[] = []
  return {
    tracks,
    parameters: () => parameters,
    as: {
      getParameters: () => structuredClone(parameters),
      async setParameters(next: RTCRtpSendParameters) {
        if (next.transactionId !== parameters.transactionId) throw new DOMException('', 'InvalidModificationError')
        parameters = { ...structuredClone(next), transactionId: String(Number(next.transactionId) + 1) }
      },
      async replaceTrack(track: MediaStreamTrack | null) {
        tracks.push(track)
      },
    } as unknown as RTCRtpSender,
  }
}

const track = (kind: string) => ({ kind }) as MediaStreamTrack
const streamOf = (...tracks: MediaStreamTrack[]) =>
  ({
    getAudioTracks: () => tracks.filter(({ kind }) => kind === 'audio'),
    getVideoTracks: () => tracks.filter(({ kind }) => kind === 'video'),
  }) as unknown as MediaStream
const settle = () => new Promise((resolve) => void setTimeout(resolve, 0))

async function attached() {
  const [audio, video] = [browserSender(), browserSender()]
  const own = { voice: track('audio'), face: track('video') }
  const senders = createSenders({ stream: streamOf(own.voice, own.face), microphone: true, camera: true })
  let errors = 0
  await senders.attach([audio.as, video.as], () => void errors++)
  return { senders, audio, video, own, errors: () => errors }
}

describe('what of ours leaves', () => {
  it('[M16] when the network is narrow the picture gives way before the sound, and its size before its motion', async () => {
    const { senders, audio, video } = await attached()
    senders.allow()
    await settle()
    expect(audio.parameters().encodings).toEqual([{ active: true, priority: 'high', networkPriority: 'high' }])
    expect(video.parameters().encodings).toEqual([
      { active: true, priority: 'low', networkPriority: 'low', maxBitrate: 1_500_000, maxFramerate: 30 },
    ])
    expect(video.parameters().degradationPreference).toBe('maintain-framerate')
  })

  it('[M14] nothing leaves before it is allowed, and no sound track is even attached', async () => {
    const { senders, audio, video, own } = await attached()
    expect(audio.parameters().encodings[0]?.active).toBe(false)
    expect(video.parameters().encodings[0]?.active).toBe(false)
    expect(audio.tracks.every((each) => each === null)).toBe(true)
    senders.allow()
    await settle()
    expect(audio.tracks.at(-1)).toBe(own.voice)
    expect(video.parameters().encodings[0]?.active).toBe(true)
  })

  it('[M8] [M16] a device that is gone is switched off, and another one is sent in its place', async () => {
    const { senders, audio, video, own } = await attached()
    senders.allow()
    senders.switch('video', false)
    const other = track('video')
    senders.replaceStream(streamOf(own.voice, other))
    senders.switch('video', true)
    await settle()
    expect(video.parameters().encodings[0]?.active).toBe(true)
    expect(video.tracks.at(-1)).toBe(other)
    expect(audio.tracks.at(-1)).toBe(own.voice)
  })

  it('[M16] a picture that starts anew is off for a moment and on again, changes never overtaking each other', async () => {
    const { senders, video, errors } = await attached()
    senders.allow()
    for (let i = 0; i < 5; i++) senders.refresh()
    await settle()
    expect(video.parameters().encodings[0]?.active).toBe(true)
    expect(errors()).toBe(0)
  })
})
