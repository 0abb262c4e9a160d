import { createHmac } from 'node:crypto'
import { HOUR } from '@visavis/ports'

/** What a client needs to allocate on a TURN server; the fields of the `turn` lease of the wire contract. */
export type TurnCredentials = {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
  readonly expiresAtMs: number
}

export const TURN_LIFE_MS = 12 * HOUR

/**
 * Time-limited TURN credentials that the TURN server checks without asking us: the username is the expiry in seconds
 * and a name, the credential is base64(HMAC-SHA1(secret, username)) (draft-uberti-behave-turn-rest-00 section 2.2).
 *
 * `name` must say nothing about a person: use the random id of the lease, never an account.
 */
export function turnCredentials(
  config: { readonly urls: readonly string[]; readonly secret: string; readonly lifeMs?: number },
  name: string,
  nowMs: number,
): TurnCredentials {
  const expiresAtS = Math.floor((nowMs + (config.lifeMs ?? TURN_LIFE_MS)) / 1_000)
  const username = `${expiresAtS}:${name}`
  const credential = createHmac('sha1', config.secret).update(username).digest('base64')
  return { urls: config.urls, username, credential, expiresAtMs: expiresAtS * 1_000 }
}
