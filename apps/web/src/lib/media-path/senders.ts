/**
 * What of ours leaves. Nothing does before `allow` (the partner's fingerprint is confirmed inside the encrypted
 * session), whatever the switches say; from then on each kind leaves while its switch is on. A switched-off or not yet
 * allowed encoding is inactive: no RTP packet is made, and switching it on begins with a key frame. Sound is taken off
 * its sender as well: Chromium goes on sending packets of an inactive sound encoding.
 *
 * Wishes may come before the browser's senders exist; `attach` carries them out.
 */
export type Kind = 'audio' | 'video'

export type Senders = {
  /** `onError` hears of a browser that refuses a change; the path is then not to be trusted and should fail. */
  attach(senders: readonly (RTCRtpSender | undefined)[], onError: () => void): Promise<void>
  allow(): void
  switch(kind: Kind, on: boolean): void
  /** The far side has missed packets: the picture starts anew with a key frame. */
  refresh(): void
  /** Sends the tracks of this stream from now on, without renegotiation; a kind it lacks is sent no more. */
  replaceStream(stream: MediaStream | undefined): void
}

/**
 * What gives way when the network is narrow: the picture before the sound, and of the picture its size before its motion.
 * Whoever is heard without gaps and moves as people move is there, if small; a sharp still is not.
 */
const ENCODINGS: Readonly<Record<Kind, Partial<RTCRtpEncodingParameters>>> = {
  audio: { priority: 'high', networkPriority: 'high' },
  video: { priority: 'low', networkPriority: 'low', maxBitrate: 1_500_000, maxFramerate: 30 },
}

type Lane = {
  readonly kind: Kind
  sender: RTCRtpSender | undefined
  track: MediaStreamTrack | null
  on: boolean
  /** Changes of one sender go one after the other: parameters read before another change are refused. */
  work: Promise<void>
}

export function createSenders(initial: {
  readonly stream: MediaStream | undefined
  readonly microphone: boolean
  readonly camera: boolean
}): Senders {
  const audio: Lane = newLane('audio', initial.microphone)
  const video: Lane = newLane('video', initial.camera)
  // The picture first, which has yet to be encoded: to ask a browser about a sender may take it milliseconds.
  const lanes = [video, audio]
  let allowed = false
  let failed: () => void = () => undefined

  function change(lane: Lane, work: (sender: RTCRtpSender) => Promise<void>): void {
    const { sender } = lane
    if (sender) lane.work = lane.work.then(() => work(sender)).catch(() => failed())
  }

  function gate(lane: Lane, pause = false): void {
    change(lane, async (sender) => {
      const parameters = sender.getParameters()
      const [encoding] = parameters.encodings
      if (!encoding) return
      Object.assign(encoding, ENCODINGS[lane.kind], { active: allowed && lane.on && !pause })
      if (lane.kind === 'video') parameters.degradationPreference = 'maintain-framerate'
      await sender.setParameters(parameters)
    })
    if (lane.kind === 'audio') putTrack(lane)
  }

  function putTrack(lane: Lane): void {
    change(lane, (sender) => {
      const withheld = lane.kind === 'audio' && !(allowed && lane.on)
      return sender.replaceTrack(withheld ? null : lane.track)
    })
  }

  function replaceStream(stream: MediaStream | undefined): void {
    audio.track = stream?.getAudioTracks()[0] ?? null
    video.track = stream?.getVideoTracks()[0] ?? null
    for (const lane of lanes) putTrack(lane)
  }

  replaceStream(initial.stream)
  return {
    async attach([audioSender, videoSender], onError) {
      failed = onError
      audio.sender = audioSender
      video.sender = videoSender
      for (const lane of lanes) {
        // The gate first: a track that is attached to an active encoding would already be sent.
        gate(lane)
        putTrack(lane)
      }
      await Promise.all(lanes.map((lane) => lane.work))
    },
    allow() {
      if (allowed) return
      allowed = true
      for (const lane of lanes) gate(lane)
    },
    switch(kind, on) {
      const lane = kind === 'audio' ? audio : video
      if (lane.on === on) return
      lane.on = on
      gate(lane)
    },
    refresh() {
      gate(video, true)
      gate(video)
    },
    replaceStream,
  }
}

function newLane(kind: Kind, on: boolean): Lane {
  return { kind, sender: undefined, track: null, on, work: Promise.resolve() }
}
