import { createHmac, timingSafeEqual } from 'node:crypto'
import { GUIDELINES_VERSION } from '@visavis/wire'
import { MINUTE, type Clock } from '@visavis/ports'
import type { SignUpContext } from './auth-library.ts'

/** Long enough for a person to look for their security key, short enough to give an abandoned handle back. */
export const SIGN_UP_MS = 10 * MINUTE

type Purpose = 'sign-up' | 'sign-up-ceremony'

export type SignUpContexts = {
  /** For the browser. */
  seal: (context: SignUpContext) => string
  /** Turns what a browser sent into the inner context; undefined when it was not made by us or is too old. */
  admit: (sealed: string) => string | undefined
  /** Reads an inner context. */
  open: (inner: string) => SignUpContext | undefined
}

/**
 * The context that carries an admitted passkey sign-up through the browser: `handle.time.guidelines.mac`. It is signed
 * and expires; using it twice fails on the handle, which is unique.
 *
 * The accounts library stores the context of a running ceremony. Whoever held a browser's context could take the handle
 * it holds, so the library is given an inner one, sealed for that purpose alone: read in the database, it is of no use.
 */
export function createSignUpContexts(deps: { key: Uint8Array; clock: Clock }): SignUpContexts {
  const mac = (purpose: Purpose, text: string) => createHmac('sha256', deps.key).update(`${purpose}|${text}`).digest()
  function seal(purpose: Purpose, { handle, declaredAtMs, guidelines }: SignUpContext): string {
    const text = `${handle}~${declaredAtMs}~${guidelines}`
    return `${text}~${mac(purpose, text).toString('base64url')}`
  }
  function open(purpose: Purpose, sealed: string): SignUpContext | undefined {
    const [handle, declaredAt, guidelines, tag, ...more] = sealed.split('~')
    if (!handle || !declaredAt || !guidelines || !tag || more.length > 0) return undefined
    const wanted = mac(purpose, `${handle}~${declaredAt}~${guidelines}`)
    const given = Buffer.from(tag, 'base64url')
    if (given.byteLength !== wanted.byteLength || !timingSafeEqual(given, wanted)) return undefined
    const context = { handle, declaredAtMs: Number(declaredAt), guidelines: Number(guidelines) }
    const ageMs = deps.clock.nowMs() - context.declaredAtMs
    return ageMs >= 0 && ageMs < SIGN_UP_MS && context.guidelines === GUIDELINES_VERSION ? context : undefined
  }
  return {
    seal: (context) => seal('sign-up', context),
    admit(sealed) {
      const context = open('sign-up', sealed)
      return context && seal('sign-up-ceremony', context)
    },
    open: (inner) => open('sign-up-ceremony', inner),
  }
}
