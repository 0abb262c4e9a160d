import type { CallRole, MatchContent, MatchIdentity, MatchSession, OpenedContent } from '@visavis/e2ee'
import type { Clock, Log } from '@visavis/ports'
import { FINGERPRINT_BYTES, SIGNAL_BYTES_MAX, type CallId, type Code, type MatchFound } from '@visavis/wire'
import { createCodeRound } from './code-round.ts'
import type { E2ee } from './ports.ts'

/** Sealed signals that arrive before the session is there; the partner sends a handful. */
export const EARLY_SIGNALS_MAX = 32
/** Own signals are repeated at the partner's wish at most this often. */
export const REPEAT_MS_MIN = 1_000

/** First byte of every `call.signal`; the rest is opaque to the server. */
const SIGNAL = { welcome: 1, sealed: 2, again: 3 } as const

export type SecureChannelListener = {
  /** The session stands; the partner is not confirmed yet. */
  secured(): void
  /** The partner's fingerprint inside MLS is the one told by the server and applied to the media. */
  confirmed(): void
  failed(code: Code): void
  /** Five symbols that both people see, to be compared by voice [M14]. */
  code(code: readonly number[]): void
  /** Other contents of the partner, only after `confirmed`, but TURN credentials, which the media needs before it. */
  content(content: OpenedContent): void
}

export type SecureChannel = {
  handleSignal(bytes: Uint8Array): void
  /** Seals and sends a signal; the last one of each kind is repeated when signals were lost. */
  signal(content: MatchContent): void
  /** Seals for another carrier; undefined once closed. Resolves in the order of the calls. */
  seal(content: MatchContent): Promise<Uint8Array | undefined>
  open(bytes: Uint8Array): ReturnType<MatchSession['open']>
  /** The key from which the evidence of one side's pictures follows; undefined once closed, or without a session. */
  frameKey(sender: CallRole): Promise<Uint8Array | undefined>
  /** A session was lost between here and the partner: repeats what was said, and asks for the same. */
  repeat(): void
  close(): void
}

/**
 * The MLS session of one call [M14][K1]. The creator makes the group and sends the welcome and its identity (call id and own
 * DTLS fingerprint), sealed; each compares the partner's with what the server told. The joiner says its own only when the
 * creator's was right, so the creator, whose handshake is through before the joiner has judged its certificate (RFC 8446
 * section 4.4.4), sends nothing to somebody who refuses.
 * A signal that cannot be opened is dropped without a word, so that nobody learns why; if the identity never comes,
 * the call machine's timeout refuses the call.
 */
export function createSecureChannel(deps: {
  readonly e2ee: E2ee
  readonly clock: Clock
  readonly log: Log
  readonly serverNowMs: () => number
  readonly identity: MatchIdentity
  readonly found: MatchFound
  /** SHA-256 of the certificate of our own media path; undefined in text mode. */
  readonly ownFingerprint: Uint8Array | undefined
  readonly randomBytes: (count: number) => Uint8Array
  readonly send: (bytes: Uint8Array) => void
  readonly listener: SecureChannelListener
}): SecureChannel {
  const { e2ee, found, listener, log } = deps
  const callId: CallId = found.callId
  let session: MatchSession | undefined
  let phase: 'starting' | 'joining' | 'secured' | 'confirmed' | 'closed' = 'starting'
  let early: Uint8Array[] = []
  let repeatedAtMs = -Infinity
  let cancelRepeat: (() => void) | undefined
  const said = new Map<string, Uint8Array>()
  // Everything that is sealed or opened goes through one chain, so that contents keep the order of their arrival.
  let chain: Promise<unknown> = Promise.resolve()

  const isClosed = () => phase === 'closed'
  const ownFingerprint = deps.ownFingerprint ?? new Uint8Array(FINGERPRINT_BYTES)
  const round = createCodeRound({
    e2ee,
    callId,
    role: found.role,
    ownFingerprint,
    randomBytes: deps.randomBytes,
    say: signal,
    made: (code) => !isClosed() && listener.code(code),
  })

  function inOrder<T>(work: () => Promise<T>): Promise<T | undefined> {
    const next = chain.then(async () => (isClosed() ? undefined : work()))
    chain = next.catch((err: unknown) => {
      if (!isClosed()) log.error('secure channel', { call: callId, err })
    })
    return next.catch(() => undefined)
  }

  function sendSignal(kind: keyof typeof SIGNAL, body: Uint8Array, name: string): void {
    const bytes = new Uint8Array(1 + body.byteLength)
    bytes[0] = SIGNAL[kind]
    bytes.set(body, 1)
    if (kind !== 'again') said.set(name, bytes)
    deps.send(bytes)
  }

  function signal(content: MatchContent): void {
    void inOrder(async () => {
      if (!session) return
      const sealed = await session.seal(content)
      if (!isClosed()) sendSignal('sealed', sealed, content.kind)
    })
  }

  function create(partnerKeyPackage: Uint8Array): void {
    void inOrder(async () => {
      const nowMs = deps.serverNowMs()
      const made = await e2ee.createMatch(deps.identity, { callId, partnerKeyPackage, nowMs })
      if (!made.ok) return failed(made.code)
      if (isClosed()) return void made.value.session.destroy()
      sendSignal('welcome', made.value.welcome, 'welcome')
      secured(made.value.session)
    })
  }

  function join(welcome: Uint8Array): void {
    phase = 'joining'
    void inOrder(async () => {
      const made = await e2ee.joinMatch(deps.identity, { callId, welcome, nowMs: deps.serverNowMs() })
      // The identity is burnt by the attempt: no second welcome can be tried.
      if (!made.ok) return failed(made.code)
      if (isClosed()) return void made.value.session.destroy()
      secured(made.value.session)
    })
  }

  function secured(made: MatchSession): void {
    session = made
    phase = 'secured'
    listener.secured()
    if (found.role === 'creator') sayIdentity(made)
    const waiting = early
    early = []
    for (const sealed of waiting) open(sealed)
  }

  function sayIdentity(own: MatchSession): void {
    void inOrder(async () => {
      const nonceCommitment = await round.commitment()
      const identity = { kind: 'identity', callId, fingerprint: ownFingerprint } as const
      const sealed = await own.seal(nonceCommitment ? { ...identity, nonceCommitment } : identity)
      if (!isClosed()) sendSignal('sealed', sealed, 'identity')
    })
  }

  function failed(code: Code): void {
    if (!isClosed()) listener.failed(code)
  }

  function open(sealed: Uint8Array): void {
    void inOrder(async () => {
      const opened = await session?.open(sealed)
      if (!opened || isClosed()) return
      if (!opened.ok) return log.debug('signal not opened', { call: callId })
      if (phase === 'confirmed' && (await round.heard(opened.value))) return
      heard(opened.value)
    })
  }

  function heard(content: OpenedContent): void {
    if (content.kind === 'identity') {
      const fingerprintFromSignalling = found.fingerprint ?? new Uint8Array(FINGERPRINT_BYTES)
      const checked = e2ee.checkIdentity(content, { callId, fingerprintFromSignalling })
      if (!checked.ok) return failed(checked.code)
      if (phase !== 'secured' || !session) return
      phase = 'confirmed'
      if (found.role === 'joiner') sayIdentity(session)
      listener.confirmed()
      round.partnerChecked(content, session)
      return
    }
    if (phase === 'confirmed' || content.kind === 'turn-credentials') listener.content(content)
  }

  /** At most once in `REPEAT_MS_MIN`; a wish that comes sooner waits, because it may be the only one. */
  function repeatOwn(): void {
    if (cancelRepeat) return
    const waitMs = repeatedAtMs + REPEAT_MS_MIN - deps.clock.monotonicMs()
    if (waitMs > 0) {
      cancelRepeat = deps.clock.after(waitMs, () => {
        cancelRepeat = undefined
        repeatOwn()
      })
      return
    }
    repeatedAtMs = deps.clock.monotonicMs()
    for (const bytes of said.values()) deps.send(bytes)
  }

  if (found.role === 'creator' && found.keyPackage) create(found.keyPackage)

  return {
    handleSignal(bytes) {
      if (isClosed() || bytes.byteLength > SIGNAL_BYTES_MAX) return
      const body = bytes.slice(1)
      if (bytes[0] === SIGNAL.welcome) {
        if (found.role === 'joiner' && phase === 'starting') join(body)
      } else if (bytes[0] === SIGNAL.sealed) {
        if (session) open(body)
        else if (early.length < EARLY_SIGNALS_MAX) early.push(body)
      } else if (bytes[0] === SIGNAL.again) repeatOwn()
    },
    signal,
    seal: (content) => inOrder(async () => session?.seal(content)),
    open: async (bytes) => {
      const opened = await inOrder(async () => session?.open(bytes))
      return opened ?? { ok: false, code: 'E2EE_OPEN_FAILED' }
    },
    frameKey: (sender) => inOrder(async () => session && e2ee.frameKeyOf(session, callId, sender)),
    repeat() {
      if (isClosed()) return
      repeatOwn()
      sendSignal('again', new Uint8Array(), 'again')
    },
    close() {
      phase = 'closed'
      cancelRepeat?.()
      early = []
      said.clear()
      deps.identity.destroy()
      const ending = session
      session = undefined
      void ending?.destroy()
    },
  }
}
