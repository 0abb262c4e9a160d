import { isIPv4, isIPv6 } from 'node:net'

/** The 4 or 16 bytes of an IP address in text, a zone (`%eth0`) left out; `undefined` for anything else. */
export function ipBytes(address: string): Uint8Array | undefined {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number)
  if (!isIPv6(address)) return undefined
  const [plain = ''] = address.split('%')
  // An IPv4 tail (`::ffff:192.0.2.1`) stands for two groups.
  const text = plain.replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number)
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head = '', tail] = text.split('::')
  const before = groups(head)
  const after = groups(tail)
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...Array.from({ length: zeros }, () => 0), ...after]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]))
}

/** One spelling per address, so that two texts of the same address compare equal; `undefined` if it is none. */
export function canonicalIp(address: string): string | undefined {
  const bytes = ipBytes(address)
  if (!bytes) return undefined
  const mapped =
    bytes.byteLength === 16 &&
    bytes[10] === 255 &&
    bytes[11] === 255 &&
    bytes.subarray(0, 10).every((byte) => byte === 0)
  const plain = mapped ? bytes.subarray(12) : bytes
  return plain.byteLength === 4 ? plain.join('.') : Buffer.from(plain).toString('hex')
}

function groups(part: string | undefined): number[] {
  return part ? part.split(':').map((group) => Number.parseInt(group, 16)) : []
}
