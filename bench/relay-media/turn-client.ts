/**
 * Just enough of a TURN client (RFC 8656) to put a call through a TURN server the way browsers do: an allocation with
 * time-limited credentials, and a channel to the other's relayed address.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Socket } from 'node:dgram'

const COOKIE = 0x2112_a442
const METHOD = { allocate: 0x0003, permission: 0x0008, channel: 0x0009 }
const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  channel: 0x000c,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  transport: 0x0019,
}
const SUCCESS = 0x0100
const UDP = Buffer.from([17, 0, 0, 0])
const CHANNEL = 0x4001
const ANSWER_MS = 3_000

export type TurnServer = { readonly address: string; readonly port: number }
export type TurnLogin = { readonly username: string; readonly credential: string }
/** XOR-RELAYED-ADDRESS as it came, which is XOR-PEER-ADDRESS for the other. */
export type Allocation = {
  readonly relayed: Uint8Array
  reach(peer: Uint8Array): Promise<void>
  /** The packet with the header of the channel before it. */
  wrap(packet: Uint8Array): Uint8Array
}

type Attribute = readonly [type: number, value: Uint8Array]

/** Allocates on `socket`; throws when the server refuses or does not answer. */
export async function allocate(socket: Socket, server: TurnServer, login: TurnLogin): Promise<Allocation> {
  const transport: Attribute = [ATTRIBUTE.transport, UDP]
  const refused = await ask(socket, server, METHOD.allocate, [transport])
  const realm = refused.get(ATTRIBUTE.realm)
  const nonce = refused.get(ATTRIBUTE.nonce)
  if (!realm || !nonce) throw new Error('the TURN server asks for no login')
  const key = createHash('md5').update(`${login.username}:${realm.toString()}:${login.credential}`).digest()
  const signed = async (method: number, attributes: readonly Attribute[]) => {
    const all = [...attributes, [ATTRIBUTE.username, Buffer.from(login.username)], [ATTRIBUTE.realm, realm]] as const
    const answer = await ask(socket, server, method, [...all, [ATTRIBUTE.nonce, nonce]], key)
    if (answer.has(ATTRIBUTE.error)) throw new Error('the TURN server refuses')
    return answer
  }
  const relayed = (await signed(METHOD.allocate, [transport])).get(ATTRIBUTE.relayed)
  if (!relayed) throw new Error('the TURN server gives no address')
  return {
    relayed,
    async reach(peer) {
      const channel = Buffer.alloc(4)
      channel.writeUInt16BE(CHANNEL)
      await signed(METHOD.permission, [[ATTRIBUTE.peer, peer]])
      await signed(METHOD.channel, [
        [ATTRIBUTE.channel, channel],
        [ATTRIBUTE.peer, peer],
      ])
    },
    wrap(packet) {
      const wrapped = Buffer.allocUnsafe(packet.byteLength + 4)
      wrapped.writeUInt16BE(CHANNEL)
      wrapped.writeUInt16BE(packet.byteLength, 2)
      wrapped.set(packet, 4)
      return wrapped
    },
  }
}

/** What a channel message carries; undefined for anything else. */
export function unwrap(message: Uint8Array): Uint8Array | undefined {
  return (message[0] ?? 0) >> 6 === 1 ? message.subarray(4) : undefined
}

function ask(
  socket: Socket,
  server: TurnServer,
  method: number,
  attributes: readonly Attribute[],
  key?: Uint8Array,
): Promise<Map<number, Buffer>> {
  const transaction = randomBytes(12)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the TURN server does not answer')), ANSWER_MS)
    socket.on('message', function hear(message: Buffer) {
      if (message.subarray(8, 20).compare(transaction) !== 0) return
      clearTimeout(timer)
      socket.off('message', hear)
      const type = message.readUInt16BE(0)
      const read = attributesOf(message)
      if (type === (method | SUCCESS) || read.has(ATTRIBUTE.error)) resolve(read)
      else reject(new Error(`the TURN server answers ${type}`))
    })
    socket.send(request(method, transaction, attributes, key), server.port, server.address)
  })
}

function request(method: number, transaction: Buffer, attributes: readonly Attribute[], key?: Uint8Array): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt16BE(method, 0)
  header.writeUInt32BE(COOKIE, 4)
  transaction.copy(header, 8)
  const packet = Buffer.concat([header, ...attributes.map(written)])
  packet.writeUInt16BE(packet.byteLength - 20 + (key ? 24 : 0), 2)
  if (!key) return packet
  return Buffer.concat([packet, written([ATTRIBUTE.integrity, createHmac('sha1', key).update(packet).digest()])])
}

function written([type, value]: Attribute): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.byteLength / 4) * 4)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(value.byteLength, 2)
  bytes.set(value, 4)
  return bytes
}

function attributesOf(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 20; at + 4 <= message.byteLength;) {
    const bytes = message.readUInt16BE(at + 2)
    found.set(message.readUInt16BE(at), Buffer.from(message.subarray(at + 4, at + 4 + bytes)))
    at += 4 + Math.ceil(bytes / 4) * 4
  }
  return found
}
