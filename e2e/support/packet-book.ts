import { createHash } from 'node:crypto'
import type { UdpProxy } from './udp-proxy.ts'

/** Every UDP packet between the browsers and the relay, told apart by its first byte (RFC 7983 section 7). */
export type PacketBook = {
  clients(): readonly number[]
  toClient(client: number): readonly Buffer[]
  /** Whether another client sent exactly these bytes to the relay. */
  wasSentByAnother(client: number, packet: Buffer): boolean
  /** A DTLS record before encryption began: the handshake in the clear (RFC 6347 section 4.1, epoch 0). */
  isReadable(packet: Buffer): boolean
  /** How many packets of picture and sound clients have sent since the last `forget`. */
  media(): number
  /** Begins to count anew; nothing is thrown away. */
  forget(): void
  everything(): Buffer
}

export function createPacketBook(proxy: UdpProxy): PacketBook {
  const arrived = new Map<number, Buffer[]>()
  const senders = new Map<string, Set<number>>()
  const all: Buffer[] = []
  let media = 0

  proxy.watch((bytes, direction, client) => {
    const packet = Buffer.from(bytes)
    all.push(packet)
    if (direction === 'to-client') {
      const list = arrived.get(client)
      if (list) list.push(packet)
      else arrived.set(client, [packet])
      return
    }
    const digest = digestOf(packet)
    senders.set(digest, (senders.get(digest) ?? new Set()).add(client))
    if (kindOf(packet) === 'rtp') media++
  })

  return {
    clients: () => [...arrived.keys()],
    toClient: (client) => arrived.get(client) ?? [],
    wasSentByAnother: (client, packet) =>
      [...(senders.get(digestOf(packet)) ?? [])].some((sender) => sender !== client),
    isReadable: (packet) => kindOf(packet) === 'dtls' && packet.byteLength > 5 && packet.readUInt16BE(3) === 0,
    media: () => media,
    forget: () => void (media = 0),
    everything: () => Buffer.concat(all),
  }
}

const digestOf = (packet: Buffer) => createHash('sha256').update(packet).digest('base64')

function kindOf(packet: Buffer): 'dtls' | 'rtp' | undefined {
  const first = packet[0] ?? 255
  if (first >= 20 && first <= 63) return 'dtls'
  if (first < 128 || first > 191) return undefined
  // RTCP shares the port; its types lie where no payload type of ours does (RFC 5761 section 4).
  const type = packet[1] ?? 0
  return type >= 192 && type <= 223 ? undefined : 'rtp'
}

/** The IPv4 address and the attribute types of a Binding success response; undefined for every other packet. */
export function bindingSuccessOf(packet: Buffer): { mapped: string; attributes: number[] } | undefined {
  if (packet.byteLength < 20 || packet.readUInt16BE(0) !== 0x0101) return undefined
  const attributes: number[] = []
  let mapped = ''
  for (let at = 20; at + 4 <= packet.byteLength; at += 4 + Math.ceil(packet.readUInt16BE(at + 2) / 4) * 4) {
    attributes.push(packet.readUInt16BE(at))
    if (packet.readUInt16BE(at) !== 0x0020) continue
    mapped = [...packet.subarray(at + 8, at + 12)].map((byte, index) => byte ^ (packet[4 + index] ?? 0)).join('.')
  }
  return { mapped, attributes }
}
