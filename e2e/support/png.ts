import { crc32, deflateSync } from 'node:zlib'

/** A picture (PNG, third edition, 8 bits a colour) from the colour at each place, both from 0 to 1. */
export function pngOf(
  width: number,
  height: number,
  at: (x: number, y: number) => readonly [number, number, number],
): Buffer {
  const lines = Buffer.alloc(height * (1 + 3 * width))
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const colour = at((column + 0.5) / width, (row + 0.5) / height)
      // Each line begins with the filter it went through: none.
      for (const [index, value] of colour.entries())
        lines[row * (1 + 3 * width) + 1 + 3 * column + index] = Math.round(value)
    }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(12 + body.byteLength)
  whole.writeUInt32BE(body.byteLength, 0)
  whole.write(name, 4, 'latin1')
  whole.set(body, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + body.byteLength)), 8 + body.byteLength)
  return whole
}
