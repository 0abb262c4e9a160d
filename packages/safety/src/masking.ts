import type { Finding } from './findings.ts'

/** Stands for a hidden letter or digit. */
const DOT = '•'

/**
 * A text with the places of findings hidden, so that it can be sent without them: letters and digits become dots, spaces and
 * signs stay, so that the other person sees that something was left out. SPEC SF21.
 */
export function mask(text: string, findings: readonly Pick<Finding, 'span'>[]): string {
  let masked = ''
  for (let i = 0; i < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(i) ?? 0)
    const isHidden = findings.some(
      ({ span }) => span.start < span.end && i < span.end && span.start < i + character.length,
    )
    masked += isHidden && !/^[\s\p{P}]$/u.test(character) ? DOT : character
    i += character.length
  }
  return masked
}
