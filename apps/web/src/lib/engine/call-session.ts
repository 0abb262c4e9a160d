import type { AccountContent, MatchContent, MatchIdentity, OpenedContent } from '@visavis/e2ee'
import type { Clock, Log } from '@visavis/ports'
import type { AckResult, ClientFrameBody, Code, MatchFound, MessageId, Result, ServerFrame } from '@visavis/wire'
import type { CallEvidence } from '../evidence/call-evidence.ts'
import type { EvidenceBook } from '../evidence/evidence-book.ts'
import { createChat, type Chat } from './chat.ts'
import type { ReadyPath } from './media-manager.ts'
import { createNewest } from './newest.ts'
import type { RequestName } from './pending-frames.ts'
import type { E2ee, MediaPath, MediaPathState } from './ports.ts'
import { createRevealRound, type Reveal } from './reveal.ts'
import { createSecureChannel } from './secure-channel.ts'
import type { CallQuality, SelfMedia } from './types.ts'

export type CallSessionListener = {
  secured(): void
  confirmed(): void
  failed(code: Code): void
  media(media: 'connecting' | 'connected' | 'interrupted' | 'failed'): void
  quality(quality: CallQuality): void
  partnerMedia(state: { readonly mic: boolean; readonly camera: boolean }): void
  /** The partner says which account it is, inside the encryption and after the identity was confirmed. */
  account(account: AccountContent): void
  /** Messages or the remote stream changed. */
  changed(): void
}

export type CallSession = {
  readonly found: MatchFound
  readonly chat: Chat
  /** What can be proven of the pictures [T3]. */
  readonly evidence: CallEvidence
  remoteStream(): MediaStream | undefined
  /** A frame that names this call; those that end it are the call machine's. */
  handleFrame(frame: ServerFrame): void
  allowMedia(): void
  selfMedia(state: SelfMedia): void
  replaceStream(stream: MediaStream): void
  /** The session was lost: what belonged to it is said again. */
  repeatSignals(): void
  /** Tells the partner which account we are; once both want to stay in contact, never before. */
  sayAccount(account: AccountContent): void
  /** The code to compare by voice, once both sides have it. */
  callCode(): readonly number[] | undefined
  reveal(): Reveal
  wantReveal(isWanted: boolean): void
  /** The partner's own app says that its picture comes from camera software. */
  isPartnerVirtual(): boolean
  close(): void
}

export type CallSessionDeps = {
  readonly clock: Clock
  readonly log: Log
  readonly e2ee: E2ee
  readonly serverNowMs: () => number
  readonly newMessageId: () => MessageId
  readonly randomBytes: (count: number) => Uint8Array
  readonly found: MatchFound
  readonly identity: MatchIdentity
  readonly path: ReadyPath | undefined
  readonly self: SelfMedia
  readonly evidence: EvidenceBook
  readonly request: <N extends RequestName>(name: N, body: ClientFrameBody<N>) => Promise<Result<AckResult<N>>>
  readonly listener: CallSessionListener
}

/** Everything that belongs to one call and ends with it: its path, its encryption, its texts. After `close` it is mute. */
export function createCallSession(deps: CallSessionDeps): CallSession {
  const { found, listener, path, request } = deps
  const { callId } = found
  let isClosed = false
  let isIceTold = false
  const laterIce: Extract<MatchContent, { kind: 'turn-credentials' }>[] = []
  let stream: MediaStream | undefined
  let self = deps.self
  let callCode: readonly number[] | undefined
  let isPartnerVirtual = false
  const isMediaNews = createNewest()

  const channel = createSecureChannel({
    e2ee: deps.e2ee,
    clock: deps.clock,
    log: deps.log,
    serverNowMs: deps.serverNowMs,
    identity: deps.identity,
    found,
    ownFingerprint: path?.ready.fingerprint,
    randomBytes: deps.randomBytes,
    send: (bytes) => void request('call.signal', { callId, bytes: bytes.slice() }),
    listener: {
      secured,
      confirmed() {
        listener.confirmed()
        if (isClosed) return
        chat.confirmed()
        evidence.confirmed()
        sayMedia()
      },
      failed: (code) => listener.failed(code),
      code(code) {
        callCode = code
        listener.changed()
      },
      content: heard,
    },
  })

  const chat = createChat({
    clock: deps.clock,
    log: deps.log,
    callId,
    newMessageId: deps.newMessageId,
    serverNowMs: deps.serverNowMs,
    channel,
    send: (messageId, ciphertext) => request('message.send', { callId, messageId, ciphertext: ciphertext.slice() }),
    changed: () => listener.changed(),
  })

  const reveal = createRevealRound({ say: (content) => channel.signal(content), changed: revealChanged })
  const evidence = deps.evidence.open({ tap: path?.evidence, found, channel, changed: () => listener.changed() })

  function revealChanged(): void {
    evidence.see({ reveal: reveal.state() })
    listener.changed()
  }

  function sayMedia(): void {
    if (found.mode === 'text') return
    channel.signal({ kind: 'media-state', mic: self.microphone, camera: self.camera, isVirtual: self.isVirtual })
  }

  function secured(): void {
    listener.secured()
    const local = path?.ready.local
    if (isClosed || !local) return
    channel.signal({ kind: 'turn-credentials', ufrag: local.ufrag, pwd: local.pwd })
    isIceTold = true
    // What the partner's first ones led to comes after our own first ones, which theirs were for.
    for (const later of laterIce.splice(0)) channel.signal(later)
  }

  function heard(content: OpenedContent): void {
    if (isClosed) return
    if (content.kind === 'media-state') {
      if (!isMediaNews(content)) return
      isPartnerVirtual = content.isVirtual
      evidence.see({ isCameraOn: content.camera })
      listener.partnerMedia({ mic: content.mic, camera: content.camera })
    } else if (content.kind === 'reveal') {
      reveal.heard(content)
    } else if (content.kind === 'account') {
      listener.account(content)
    } else if (content.kind === 'turn-credentials' && found.transport === 'turn') {
      const { ufrag, pwd, answers } = content
      void connect({ ufrag, pwd, ...(answers !== undefined && { answers }) })
    }
  }

  async function connect(remote?: Parameters<MediaPath['connect']>[0]['remote']): Promise<void> {
    if (!path || !found.fingerprint || !found.dtls) return
    const wish = { fingerprint: found.fingerprint, dtls: found.dtls, ...(remote && { remote }) }
    const connected = await path.path.connect(wish).catch((err: unknown) => {
      deps.log.error('media path not connected', { call: callId, err })
      return undefined
    })
    if (isClosed) return
    if (!connected?.ok) return listener.media('failed')
    void request('call.applied', { callId })
  }

  path?.listen({
    state: (state) => {
      const media = mediaOf(state)
      if (!media || isClosed) return
      evidence.see({ isConnected: media === 'connected' })
      listener.media(media)
    },
    quality(quality) {
      if (isClosed) return
      evidence.see({ isPoor: quality === 'poor' })
      listener.quality(quality)
    },
    remoteStream(remote) {
      if (isClosed) return
      stream = remote
      evidence.see({ stream })
      listener.changed()
    },
    localIce(credentials) {
      const content = { kind: 'turn-credentials', ...credentials } as const
      if (isClosed) return
      if (isIceTold) channel.signal(content)
      else laterIce.push(content)
    },
    candidate: ({ address, port }) => !isClosed && void request('call.candidate', { callId, address, port }),
  })
  if (found.transport === 'splice') void connect()

  return {
    found,
    chat,
    remoteStream: () => stream,
    callCode: () => callCode,
    reveal: () => reveal.state(),
    wantReveal: (isWanted) => reveal.want(isWanted),
    isPartnerVirtual: () => isPartnerVirtual,
    evidence,
    sayAccount: (account) => channel.signal(account),
    handleFrame({ name, body }) {
      if (name === 'call.signal') channel.handleSignal(body.bytes)
      else if (name === 'message') chat.handleMessage(body)
      else if (name === 'receipt') chat.handleReceipt(body.messageId)
      else if (name === 'call.committed' && !isClosed) evidence.committed(body)
      else if (name === 'call.candidate' && !isClosed && found.transport === 'turn') path?.path.addCandidate(body)
    },
    allowMedia: () => path?.path.allowMedia(),
    selfMedia(state) {
      self = state
      path?.path.setMicrophone(state.microphone)
      path?.path.setCamera(state.camera)
      sayMedia()
    },
    replaceStream: (next) => path?.path.replaceStream(next),
    repeatSignals() {
      channel.repeat()
      chat.sessionLost()
      if (found.transport !== 'none') void request('call.applied', { callId })
    },
    close() {
      if (isClosed) return
      isClosed = true
      stream = undefined
      chat.close()
      evidence.end()
      channel.close()
      path?.path.close()
    },
  }
}

function mediaOf(state: MediaPathState): 'connecting' | 'connected' | 'interrupted' | 'failed' | undefined {
  if (state === 'connected' || state === 'interrupted' || state === 'failed' || state === 'connecting') return state
  return undefined
}
