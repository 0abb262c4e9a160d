import type { Clock } from '@visavis/ports'
import { fail, ok, type RelayLease } from '@visavis/wire'
import type { MediaPath, MediaPathOptions } from '../engine/ports.ts'
import { createConnection, keepsFirstFingerprint, newCertificate, switches, type Connection } from './connection.ts'
import { fingerprintOf } from './fingerprint.ts'
import { NO_FINGERPRINT, remoteDescription, type RemoteDescription } from './sdp-template.ts'
import type { StartRate } from './start-rate.ts'
import { createSenders } from './senders.ts'

/**
 * The path through the embedded splice relay. ICE is connected to the relay before there is any partner; at the match
 * only the partner's fingerprint and role are filled in, and the handshake with the partner begins.
 *
 * The relay is always the one who offers, in our template's numbering. A local offer stands ready from `prepare` on, so
 * that applying the partner is one step: our template as its answer. Where transports keep the first fingerprint (Gecko) the
 * first connection proves the way and guards it until the match; the partner is applied to a second one, which needs a check
 * of its own: one round trip to the relay more.
 */
export const PREPARE_MS_MAX = 8_000

export type SpliceLease = Extract<RelayLease, { kind: 'splice' }>
type Partner = { readonly fingerprint: Uint8Array; readonly setup: 'active' | 'passive' }

/** Before a partner is known the relay is said to begin the handshake, so that this side waits. */
const NOBODY: Partner = { fingerprint: NO_FINGERPRINT, setup: 'active' }

export function createSplicePath(
  clock: Clock,
  options: MediaPathOptions,
  firstLease: SpliceLease,
  rate: StartRate,
): MediaPath {
  const senders = createSenders(options)
  let lease = firstLease
  let partner = NOBODY
  let version = 0
  let certificate: RTCCertificate | undefined
  let connection: Connection | undefined
  let closed = false

  const described = () => describe({ mode: options.mode, version: ++version, startKbps: rate.kbps() }, lease, partner)

  /** A connection to the relay with what is known of the partner; undefined if the browser refuses. */
  async function open(own: RTCCertificate): Promise<Connection | undefined> {
    const made = createConnection({ clock, listener: options.listener, rate }, { certificates: [own] })
    connection = made
    made.recovery.leased(lease.expiresAtMs)
    const negotiated = await made.inTurn(async () => {
      await made.pc.setRemoteDescription({ type: 'offer', sdp: described() })
      await made.takeTransceivers(senders, options.evidence)
      await made.pc.setLocalDescription()
    })
    return negotiated ? made : undefined
  }

  async function prepare(): ReturnType<MediaPath['prepare']> {
    certificate = await newCertificate()
    const fingerprint = fingerprintOf(certificate)
    if (closed || !fingerprint) return fail('CALL_MEDIA_FAILED')
    const made = await open(certificate)
    if (!made) return fail('CALL_MEDIA_FAILED')
    if (!(await made.until((facts) => facts.ice, PREPARE_MS_MAX))) {
      made.learn({ over: 'failed' })
      return fail('RELAY_UNAVAILABLE')
    }
    if (!(await made.inTurn(() => made.pc.setLocalDescription()))) return fail('CALL_MEDIA_FAILED')
    made.learn({ prepared: true })
    return ok({ fingerprint })
  }

  async function apply(next: Partner): Promise<Connection | undefined> {
    const made = connection
    if (!made || !certificate || made.isOver()) return undefined
    if (keepsFirstFingerprint(made.pc)) {
      partner = next
      // First, so that the relay never hears of two addresses at a time.
      made.close()
      return open(certificate)
    }
    const applied = await made.inTurn(async () => {
      partner = next
      if (made.pc.signalingState !== 'have-local-offer') await made.pc.setLocalDescription()
      await made.pc.setRemoteDescription({ type: 'answer', sdp: described() })
    })
    return applied ? made : undefined
  }

  async function connect(input: Parameters<MediaPath['connect']>[0]): ReturnType<MediaPath['connect']> {
    const setup = input.dtls === 'active' ? 'passive' : 'active'
    const made = await apply({ fingerprint: input.fingerprint, setup })
    if (!made) return fail('CALL_MEDIA_FAILED')
    made.learn({ prepared: true, applied: true })
    options.listener.remoteStream(made.remoteStream)
    return ok(undefined)
  }

  async function restart(fresh: RelayLease): Promise<void> {
    const made = connection
    if (!made || fresh.kind !== 'splice') return
    made.recovery.leased(fresh.expiresAtMs)
    await made.inTurn(async () => {
      lease = fresh
      if (made.pc.signalingState === 'have-local-offer') await made.pc.setLocalDescription({ type: 'rollback' })
      await made.pc.setRemoteDescription({ type: 'offer', sdp: described() })
      await made.pc.setLocalDescription()
      if (partner === NOBODY) await made.pc.setLocalDescription()
    })
  }

  return {
    ...switches(senders),
    prepare,
    connect,
    restart,
    // The relay's is the only address on this path; it came with the lease.
    addCandidate: () => undefined,
    close() {
      closed = true
      connection?.close()
      options.evidence?.close()
    },
  }
}

function describe(
  own: Pick<RemoteDescription, 'mode' | 'version' | 'startKbps'>,
  { ufrag, pwd, address, port }: SpliceLease,
  partner: Partner,
): string {
  return remoteDescription({ ...own, iceLite: true, ufrag, pwd, candidate: { address, port }, ...partner })
}
