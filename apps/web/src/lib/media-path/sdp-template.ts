import { formatFingerprint } from './fingerprint.ts'

/**
 * The one description of the far side that a browser of ours ever applies. It is written here, never received: of the
 * partner only the 32 bytes of the fingerprint and the DTLS role cross over (and, through TURN, its ICE credentials).
 * Both browsers are told the same payload numbers and extension ids, so the packets of one are understood by the other
 * without any negotiation between them.
 */
export type RemoteDescription = {
  readonly mode: 'video' | 'audio'
  /** ICE-lite is what our splice relay is (RFC 8445 section 2.5); a browser behind TURN is a full agent. */
  readonly iceLite: boolean
  readonly ufrag: string
  readonly pwd: string
  /** The relay's address; absent through TURN, where candidates come one by one. */
  readonly candidate?: { readonly address: string; readonly port: number }
  readonly fingerprint: Uint8Array
  /** The DTLS role of the far side (RFC 8842). */
  readonly setup: 'active' | 'passive'
  /** Counts descriptions of one connection up (RFC 8866 section 5.2). */
  readonly version: number
  /** How fast our picture begins: see `StartRate`. */
  readonly startKbps: number
}

/** Nobody's certificate: applied while there is no partner, so that no handshake can succeed. */
export const NO_FINGERPRINT = new Uint8Array(32)

const MIN_KBPS = 100

/**
 * Only what every browser has for this kind of media: Firefox refuses an answer with anything else, and a browser that is not
 * asked for the turn of its camera (video-orientation) turns the picture itself, which everybody then sees upright.
 */
const TRANSPORT_EXTENSIONS = [
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
]

const AUDIO = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  ...TRANSPORT_EXTENSIONS,
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
]

const videoOf = (startKbps: number): readonly string[] => [
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  ...TRANSPORT_EXTENSIONS,
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 goog-remb',
  'a=rtcp-fb:96 transport-cc',
  'a=rtcp-fb:96 ccm fir',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  `a=fmtp:96 x-google-start-bitrate=${startKbps};x-google-min-bitrate=${MIN_KBPS}`,
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
]

/** The session description of the far side, for an offer and an answer alike (RFC 8829 section 5). */
export function remoteDescription(remote: RemoteDescription): string {
  const media = remote.mode === 'video' ? [AUDIO, videoOf(remote.startKbps)] : [AUDIO]
  const transport = [
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=ice-ufrag:${remote.ufrag}`,
    `a=ice-pwd:${remote.pwd}`,
    `a=fingerprint:sha-256 ${formatFingerprint(remote.fingerprint)}`,
    `a=setup:${remote.setup}`,
  ]
  const lines = [
    'v=0',
    `o=- 1 ${remote.version} IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    `a=group:BUNDLE ${media.map((_, index) => index).join(' ')}`,
    'a=extmap-allow-mixed',
    remote.iceLite ? 'a=ice-lite' : 'a=ice-options:trickle',
    ...media.flatMap((section, index) => [
      ...section,
      ...transport,
      // Bundled sections share the first one's candidates (RFC 9143 section 10).
      ...(index === 0 && remote.candidate
        ? [`a=${candidateLine(remote.candidate, remote.iceLite ? 'host' : 'relay')}`, 'a=end-of-candidates']
        : []),
    ]),
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** A candidate line of our own words (RFC 8839 section 5.1); the related address is always zero. */
export function candidateLine(
  candidate: { readonly address: string; readonly port: number },
  type: 'host' | 'relay',
): string {
  const related = type === 'relay' ? ' raddr 0.0.0.0 rport 9' : ''
  return `candidate:1 1 udp 2130706431 ${candidate.address} ${candidate.port} typ ${type}${related}`
}
