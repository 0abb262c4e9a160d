import type { Clock } from '@visavis/ports'
import { fail, ok, type RelayLease } from '@visavis/wire'
import type { MediaPath, MediaPathOptions } from '../engine/ports.ts'
import { createConnection, newCertificate, switches, type Connection } from './connection.ts'
import { fingerprintOf } from './fingerprint.ts'
import { NO_FINGERPRINT, remoteDescription } from './sdp-template.ts'
import { createSenders } from './senders.ts'

/**
 * The path through the embedded splice relay. ICE is connected to the relay before there is any partner; at the match
 * only the partner's fingerprint and role are filled in, and the handshake with the partner begins.
 *
 * The relay is always the one who offers, in our template's numbering. A local offer stands ready from `prepare` on, so
 * that applying the partner is one step: our template as its answer.
 */
export const PREPARE_MS_MAX = 8_000

export type SpliceLease = Extract<RelayLease, { kind: 'splice' }>
type Partner = { readonly fingerprint: Uint8Array; readonly setup: 'active' | 'passive' }

/** Before a partner is known the relay is said to begin the handshake, so that this side waits. */
const NOBODY: Partner = { fingerprint: NO_FINGERPRINT, setup: 'active' }

export function createSplicePath(clock: Clock, options: MediaPathOptions, firstLease: SpliceLease): MediaPath {
  const senders = createSenders(options)
  let lease = firstLease
  let partner = NOBODY
  let version = 0
  let connection: Connection | undefined
  let closed = false

  const described = () => describe(options.mode, lease, partner, ++version)

  async function prepare(): ReturnType<MediaPath['prepare']> {
    const certificate = await newCertificate()
    const fingerprint = fingerprintOf(certificate)
    if (closed || !fingerprint) return fail('CALL_MEDIA_FAILED')
    const made = createConnection({ clock, listener: options.listener }, { certificates: [certificate] })
    connection = made
    made.recovery.leased(lease.expiresAtMs)
    const negotiated = await made.inTurn(async () => {
      await made.pc.setRemoteDescription({ type: 'offer', sdp: described() })
      await made.takeTransceivers(senders)
      await made.pc.setLocalDescription()
    })
    if (!negotiated) return fail('CALL_MEDIA_FAILED')
    if (!(await made.until((facts) => facts.ice, PREPARE_MS_MAX))) {
      made.learn({ over: 'failed' })
      return fail('RELAY_UNAVAILABLE')
    }
    if (!(await made.inTurn(() => made.pc.setLocalDescription()))) return fail('CALL_MEDIA_FAILED')
    made.learn({ prepared: true })
    return ok({ fingerprint })
  }

  async function connect(input: Parameters<MediaPath['connect']>[0]): ReturnType<MediaPath['connect']> {
    const made = connection
    const applied = await made?.inTurn(async () => {
      partner = { fingerprint: input.fingerprint, setup: input.dtls === 'active' ? 'passive' : 'active' }
      if (made.pc.signalingState !== 'have-local-offer') await made.pc.setLocalDescription()
      await made.pc.setRemoteDescription({ type: 'answer', sdp: described() })
    })
    if (!made || !applied) return fail('CALL_MEDIA_FAILED')
    made.learn({ applied: true })
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
    },
  }
}

function describe(mode: 'video' | 'audio', lease: SpliceLease, partner: Partner, version: number): string {
  const { ufrag, pwd, address, port } = lease
  return remoteDescription({ mode, iceLite: true, ufrag, pwd, candidate: { address, port }, ...partner, version })
}
