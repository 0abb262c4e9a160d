import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { qrPathOf } from './qr-path.ts'

/** Paints the path as a screen would, several pixels to a module. */
function painted({ size, path }: ReturnType<typeof qrPathOf>, scale = 4): { pixels: Uint8ClampedArray; side: number } {
  const side = size * scale
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)/g)) {
    for (let at = 0; at < scale * scale; at++) {
      const column = Number(x) * scale + (at % scale)
      const row = Number(y) * scale + Math.floor(at / scale)
      pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3)
    }
  }
  return { pixels, side }
}

describe('QR codes', () => {
  it.each(['mfrggzdfmztwq2lk', `visavis-safety:${'A_z-09'.repeat(30)}`, 'grüß dich'])(
    '[K10][K9] what is shown is what the scanner reads: %s',
    (text) => {
      const code = qrPathOf(text)
      const { pixels, side } = painted(code)
      expect(jsQR(pixels, side, side)?.data).toBe(text)
      // Four light modules all around.
      const places = [...code.path.matchAll(/M(\d+) (\d+)/g)].flatMap(([, x, y]) => [Number(x), Number(y)])
      expect([Math.min(...places), Math.max(...places)]).toEqual([4, code.size - 5])
    },
  )
})
