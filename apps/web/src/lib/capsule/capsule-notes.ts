import type { CapsuleText } from './types.ts'

const LEFT_OUT = '(earlier messages left out)'

/**
 * The texts of a call as a moderator reads them: a line each, with the seconds since the first. The earliest are left
 * out when they are more than fits, and that is said.
 *
 * @param bytesMax of the whole, in UTF-8
 */
export function notesOf(texts: readonly CapsuleText[], bytesMax: number): string {
  const fromMs = texts[0]?.atMs ?? 0
  const lines = texts.map(({ from, text, atMs }) => {
    const who = from === 'me' ? 'Reporter' : 'Reported'
    // A line is one message: what was written may not look like another one.
    return `+${Math.max(0, Math.round((atMs - fromMs) / 1_000))} s ${who}: ${text.replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, ' ⏎ ')}`
  })
  const encoder = new TextEncoder()
  const sizes = lines.map((line) => encoder.encode(line).byteLength + 1)
  let total = sizes.reduce((sum, size) => sum + size, 0)
  let left = 0
  const bound = bytesMax - encoder.encode(LEFT_OUT).byteLength - 1
  for (; left < lines.length && total > (left === 0 ? bytesMax : bound); left += 1) total -= sizes[left] ?? 0
  const kept = lines.slice(left)
  return (left > 0 ? [LEFT_OUT, ...kept] : kept).join('\n')
}
