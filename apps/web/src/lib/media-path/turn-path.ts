import type { Clock } from '@visavis/ports'
import { fail, ok, type RelayLease } from '@visavis/wire'
import type { MediaPath, MediaPathOptions } from '../engine/ports.ts'
import { createConnection, keepsFirstFingerprint, newCertificate, switches, type Connection } from './connection.ts'
import { fingerprintOf } from './fingerprint.ts'
import { candidateLine, NO_FINGERPRINT, remoteDescription } from './sdp-template.ts'
import { createSenders, type Senders } from './senders.ts'
import type { StartRate } from './start-rate.ts'
import { PREPARE_MS_MAX } from './splice-path.ts'

/**
 * The path through a TURN server, for networks that let no UDP through and for fleets. Both browsers are full ICE
 * agents here and meet at their relayed candidates; nothing but relayed candidates is gathered or told.
 *
 * Our relayed candidate and ICE credentials are made before the match, against a description of nobody; the partner's
 * credentials and fingerprint are then applied as the answer to an offer that stands ready.
 *
 * Restart: `restart` makes fresh ICE credentials, told through `localIce`. `connect` may be called again with the
 * partner's fresh ones, which say whose they answer (see `readingOf`).
 *
 * Where transports keep the first fingerprint (Gecko) the first connection only proves the way. The partner is applied to a
 * second one, and its ICE credentials are told like those of a restart.
 */
export type TurnLease = Extract<RelayLease, { kind: 'turn' }>
export type IceCredentials = {
  readonly ufrag: string
  readonly pwd: string
  /** The partner's `ufrag` that these answer; absent where their owner began. */
  readonly answers?: string
}
export type TurnListener = MediaPathOptions['listener'] & {
  /** Our ICE credentials have changed and must be told to the partner inside the encrypted session. */
  localIce?(credentials: IceCredentials): void
}

type Address = { readonly address: string; readonly port: number }
type Partner = IceCredentials & { readonly fingerprint: Uint8Array; readonly setup: 'active' | 'passive' }

const NOBODY: Partner = { ufrag: 'nobody', pwd: '0'.repeat(24), fingerprint: NO_FINGERPRINT, setup: 'active' }
const CANDIDATES_MAX = 16

/** A path under way. Its functions stand below, in the order in which they are called. */
type Turn = {
  readonly clock: Clock
  readonly rate: StartRate
  readonly mode: MediaPathOptions['mode']
  readonly listener: TurnListener
  readonly senders: Senders
  readonly evidence: MediaPathOptions['evidence']
  /** The partner's candidates so far. They may come before the ICE credentials they belong to, and are tried with each. */
  readonly known: Address[]
  partner: Partner
  version: number
  lease: TurnLease
  certificate: RTCCertificate | undefined
  told: IceCredentials | undefined
  connection: Connection | undefined
  closed: boolean
}

export function createTurnPath(
  clock: Clock,
  options: MediaPathOptions & { readonly listener: TurnListener },
  lease: TurnLease,
  rate: StartRate,
): MediaPath {
  const { mode, listener } = options
  const senders = createSenders(options)
  const turn: Turn = {
    clock,
    rate,
    mode,
    listener,
    senders,
    evidence: options.evidence,
    known: [],
    partner: NOBODY,
    version: 0,
    lease,
    certificate: undefined,
    told: undefined,
    connection: undefined,
    closed: false,
  }
  return {
    ...switches(senders),
    prepare: () => prepare(turn),
    connect: (input) => connect(turn, input),
    addCandidate: (address) => addCandidate(turn, address),
    restart: (fresh) => restart(turn, fresh),
    close() {
      turn.closed = true
      turn.connection?.close()
      turn.evidence?.close()
    },
  }
}

async function prepare(turn: Turn): ReturnType<MediaPath['prepare']> {
  turn.certificate = await newCertificate()
  const fingerprint = fingerprintOf(turn.certificate)
  if (turn.closed || !fingerprint) return fail('CALL_MEDIA_FAILED')
  const made = open(turn, turn.certificate)
  const negotiated = await made.inTurn(async () => {
    await begin(turn, made)
    await made.pc.setLocalDescription()
  })
  if (!negotiated) return fail('CALL_MEDIA_FAILED')
  const local = localIce(made.pc)
  turn.told = local
  if (!local || !(await made.until((facts) => facts.prepared, PREPARE_MS_MAX))) {
    made.learn({ over: 'failed' })
    return fail('RELAY_UNAVAILABLE')
  }
  return ok({ fingerprint, local })
}

/** A connection that gathers at the relay and tells what it finds. */
function open(turn: Turn, certificate: RTCCertificate): Connection {
  const { clock, listener, lease, rate } = turn
  const made = createConnection({ clock, listener, rate }, { certificates: [certificate], ...iceConfiguration(lease) })
  turn.connection = made
  made.recovery.leased(lease.expiresAtMs)
  made.pc.addEventListener('icecandidate', ({ candidate }) => {
    const relayed = candidate && relayedAddress(candidate)
    if (!relayed || made.isOver()) return
    listener.candidate(relayed)
    made.learn({ prepared: true })
  })
  return made
}

async function begin(turn: Turn, made: Connection): Promise<void> {
  await made.pc.setRemoteDescription({ type: 'offer', sdp: described(turn) })
  await made.takeTransceivers(turn.senders, turn.evidence)
  await made.pc.setLocalDescription()
}

async function connect(turn: Turn, input: Parameters<MediaPath['connect']>[0]): ReturnType<MediaPath['connect']> {
  const { remote, fingerprint } = input
  if (!turn.connection || !remote) return fail('CALL_MEDIA_FAILED')
  const first = turn.partner === NOBODY
  const partner: Partner = { ...remote, fingerprint, setup: input.dtls === 'active' ? 'passive' : 'active' }
  const isAnew = first && keepsFirstFingerprint(turn.connection.pc)
  const made = isAnew ? await connectAnew(turn, partner) : await apply(turn, turn.connection, partner, first)
  if (!made) return fail('CALL_MEDIA_FAILED')
  made.learn({ prepared: true, applied: true })
  if (first) turn.listener.remoteStream(made.remoteStream)
  return ok(undefined)
}

async function connectAnew(turn: Turn, partner: Partner): Promise<Connection | undefined> {
  if (!turn.certificate || turn.connection?.isOver()) return undefined
  turn.connection?.close()
  turn.partner = partner
  const made = open(turn, turn.certificate)
  const applied = await made.inTurn(async () => {
    await begin(turn, made)
    for (const address of turn.known) await add(turn, made, address)
    made.pc.restartIce()
    await made.pc.setLocalDescription()
    tellLocalIce(turn, made)
  })
  return applied ? made : undefined
}

async function apply(
  turn: Turn,
  made: Connection,
  partner: Partner,
  isFirst: boolean,
): Promise<Connection | undefined> {
  const { pc } = made
  const applied = await made.inTurn(async () => {
    const reading = readingOf({
      isFirst,
      isOffering: pc.signalingState === 'have-local-offer',
      isPolite: partner.setup === 'active',
      ownUfrag: localIce(pc)?.ufrag,
      answers: partner.answers,
    })
    if (reading === 'nothing') return
    turn.partner = partner
    if (reading === 'yield') await pc.setLocalDescription({ type: 'rollback' })
    const type = reading === 'answer' ? 'answer' : 'offer'
    await pc.setRemoteDescription({ type, sdp: described(turn) })
    if (type === 'offer') await pc.setLocalDescription()
    for (const address of turn.known) await add(turn, made, address)
    tellLocalIce(turn, made, type === 'offer' ? partner.ufrag : undefined)
  })
  return applied ? made : undefined
}

/**
 * What the partner's credentials mean here. Both may begin anew at the same moment, and again before the other has answered:
 * only what answers our present offer is its answer, and of two offers that cross the polite side's gives way ("perfect
 * negotiation", W3C WebRTC section 10.7). Before the first ones both hold an offer that the other's credentials answer.
 */
export function readingOf(facts: {
  readonly isFirst: boolean
  /** Ours stands and was not answered yet. */
  readonly isOffering: boolean
  readonly isPolite: boolean
  readonly ownUfrag: string | undefined
  readonly answers: string | undefined
}): 'answer' | 'offer' | 'yield' | 'nothing' {
  const { answers, isFirst, isOffering, isPolite, ownUfrag } = facts
  if (isFirst) return isOffering ? 'answer' : 'offer'
  if (answers !== undefined) return isOffering && answers === ownUfrag ? 'answer' : 'nothing'
  if (!isOffering) return 'offer'
  return isPolite ? 'yield' : 'nothing'
}

function addCandidate(turn: Turn, address: Address): void {
  const made = turn.connection
  if (turn.known.push(address) > CANDIDATES_MAX) turn.known.shift()
  if (made && turn.partner !== NOBODY) void made.inTurn(() => add(turn, made, address))
}

async function restart(turn: Turn, fresh: RelayLease): Promise<void> {
  const made = turn.connection
  if (!made || fresh.kind !== 'turn') return
  turn.lease = fresh
  made.recovery.leased(fresh.expiresAtMs)
  await made.inTurn(async () => {
    made.pc.setConfiguration({ ...made.pc.getConfiguration(), ...iceConfiguration(fresh) })
    made.pc.restartIce()
    if (made.pc.signalingState === 'have-local-offer') await made.pc.setLocalDescription({ type: 'rollback' })
    await made.pc.setLocalDescription()
    tellLocalIce(turn, made)
  })
}

function described(turn: Turn): string {
  const own = { mode: turn.mode, version: ++turn.version, startKbps: turn.rate.kbps() }
  return remoteDescription({ ...own, iceLite: false, ...turn.partner })
}

/** An address that the browser refuses is one way less, not the end of the path. */
async function add(turn: Turn, { pc }: Connection, address: Address): Promise<void> {
  const candidate = candidateLine(address, 'relay')
  await pc.addIceCandidate({ candidate, sdpMid: '0', usernameFragment: turn.partner.ufrag }).catch(() => undefined)
}

function tellLocalIce(turn: Turn, { pc }: Connection, answers?: string): void {
  const now = localIce(pc)
  if (!now || now.ufrag === turn.told?.ufrag) return
  turn.told = now
  turn.listener.localIce?.({ ...now, ...(answers !== undefined && { answers }) })
}

function iceConfiguration(lease: TurnLease): RTCConfiguration {
  const { urls, username, credential } = lease
  return { iceTransportPolicy: 'relay', iceServers: [{ urls: [...urls], username, credential }] }
}

/** Address and port of a relayed UDP candidate; undefined for every other kind, which is told to nobody. */
export function relayedAddress(
  candidate: Pick<RTCIceCandidate, 'type' | 'protocol' | 'address' | 'port'>,
): Address | undefined {
  const { type, protocol, address, port } = candidate
  if (type !== 'relay' || protocol !== 'udp' || !address || !port) return undefined
  return { address, port }
}

/** Our own ICE credentials, from our own description. */
function localIce(pc: RTCPeerConnection): IceCredentials | undefined {
  const sdp = (pc.pendingLocalDescription ?? pc.currentLocalDescription)?.sdp ?? ''
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]
  const pwd = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1]
  return ufrag && pwd ? { ufrag, pwd } : undefined
}
