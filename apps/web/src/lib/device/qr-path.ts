import { encode } from 'uqr'

/** Light modules around the code, which readers need: ISO/IEC 18004 asks for four. */
const QUIET_ZONE = 4

/** A text as QR code: the side of the square in modules, and the dark ones as the path of an SVG in these units. */
export function qrPathOf(text: string): { readonly size: number; readonly path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { size, path }
}
