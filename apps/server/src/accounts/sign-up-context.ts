import { createHmac, timingSafeEqual } from 'node:crypto'
import { GUIDELINES_VERSION } from '@visavis/wire'
import { MINUTE, type Clock } from '@visavis/ports'
import type { SignUpContext } from './auth-library.ts'

/** Long enough for a person to look for their security key, short enough to give an abandoned handle back. */
export const SIGN_UP_MS = 10 * MINUTE

export type SignUpContexts = {
  seal: (context: SignUpContext) => string
  open: (sealed: string) => SignUpContext | undefined
}

/**
 * The context that carries an admitted passkey sign-up through the browser: `handle.time.guidelines.mac`. It is signed
 * and expires; using it twice fails on the handle, which is unique.
 */
export function createSignUpContexts(deps: { key: Uint8Array; clock: Clock }): SignUpContexts {
  const mac = (text: string) => createHmac('sha256', deps.key).update(`sign-up|${text}`).digest()
  return {
    seal({ handle, declaredAtMs, guidelines }) {
      const text = `${handle}~${declaredAtMs}~${guidelines}`
      return `${text}~${mac(text).toString('base64url')}`
    },
    open(sealed) {
      const [handle, declaredAt, guidelines, tag, ...more] = sealed.split('~')
      if (!handle || !declaredAt || !guidelines || !tag || more.length > 0) return undefined
      const wanted = mac(`${handle}~${declaredAt}~${guidelines}`)
      const given = Buffer.from(tag, 'base64url')
      if (given.byteLength !== wanted.byteLength || !timingSafeEqual(given, wanted)) return undefined
      const context = { handle, declaredAtMs: Number(declaredAt), guidelines: Number(guidelines) }
      const ageMs = deps.clock.nowMs() - context.declaredAtMs
      return ageMs >= 0 && ageMs < SIGN_UP_MS && context.guidelines === GUIDELINES_VERSION ? context : undefined
    },
  }
}
