import { createHash, hkdfSync } from 'node:crypto'
import { createChallenge, verifySolution, type Challenge, type Payload } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import type { Kysely } from 'kysely'
import { MINUTE, SECOND, type Clock, type Random } from '@visavis/ports'
import { fail, ok, type Result } from '@visavis/wire'
import type { Database } from '../storage/index.ts'

const LIFE_MS = 20 * MINUTE
const PROOF_CHARS_MAX = 4_096

export type ProofOfWork = {
  /** A signed challenge (ALTCHA version 2) to be handed to the client's solver as it is. */
  challenge: () => Promise<Challenge>
  /** Checks a solution and spends it: each counts once. Error: ACCOUNT_PROOF_INVALID, whatever is wrong with it. */
  spend: (proof: string) => Promise<Result<true>>
  /** Forgets spent proofs that have expired. */
  sweep: () => Promise<void>
}

/**
 * Proof of work at sign-up [A11]: ALTCHA in its deterministic mode, where the server picks the answer, so that every
 * device does between `cost` and twice `cost` hashes and nobody is unlucky. Plain SHA-256, because its solver runs under a
 * policy without WebAssembly. It taxes floods; it does not stop a patient attacker.
 */
export function createProofOfWork(deps: {
  db: Kysely<Database>
  key: Uint8Array
  cost: number
  clock: Clock
  random: Random
}): ProofOfWork {
  const { db, clock, random } = deps
  const secret = (label: string) => Buffer.from(hkdfSync('sha256', deps.key, '', label, 32)).toString('base64url')
  const secrets = { hmacSignatureSecret: secret('challenge'), hmacKeySignatureSecret: secret('answer') }

  return {
    challenge: () =>
      createChallenge({
        ...secrets,
        algorithm: 'SHA-256',
        cost: 1,
        counter: deps.cost + Math.floor(random.float() * deps.cost),
        deriveKey,
        expiresAt: Math.ceil((clock.nowMs() + LIFE_MS) / SECOND),
      }),
    async spend(proof) {
      const payload = parseProof(proof)
      if (!payload) return fail('ACCOUNT_PROOF_INVALID')
      const { expiresAt } = payload.challenge.parameters
      // The library compares with its own clock too; ours is the one tests can move.
      if (typeof expiresAt !== 'number' || expiresAt * SECOND <= clock.nowMs()) return fail('ACCOUNT_PROOF_INVALID')
      const checked = await verifySolution({ ...secrets, ...payload, deriveKey }).catch(() => undefined)
      if (!checked?.verified) return fail('ACCOUNT_PROOF_INVALID')
      const spent = await db
        .insertInto('spent_proofs')
        .values({
          proof_hash: createHash('sha256').update(String(payload.challenge.signature)).digest(),
          expires_at: new Date(expiresAt * SECOND),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return spent.numInsertedOrUpdatedRows === 1n ? ok(true) : fail('ACCOUNT_PROOF_INVALID')
    },
    async sweep() {
      await db.deleteFrom('spent_proofs').where('expires_at', '<', new Date(clock.nowMs())).execute()
    },
  }
}

function parseProof(proof: string): Payload | undefined {
  if (proof.length > PROOF_CHARS_MAX) return undefined
  try {
    const payload = JSON.parse(Buffer.from(proof, 'base64').toString('utf8')) as Partial<Payload> | null
    const { challenge, solution } = payload ?? {}
    if (typeof challenge?.parameters !== 'object' || typeof challenge.signature !== 'string' || !solution)
      return undefined
    return { challenge, solution }
  } catch {
    return undefined
  }
}
