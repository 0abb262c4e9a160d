import { argon2, timingSafeEqual } from 'node:crypto'
import type { Random } from '@visavis/ports'
import { fail, ok, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, type Result } from '@visavis/wire'

/** Hashing as a port, so that a test can count the work done. */
export type PasswordHasher = {
  /** A PHC string that holds everything needed to verify, so that parameters can rise later. */
  hash: (password: string) => Promise<string>
  /** False for a wrong password and for a string that is no argon2id hash. */
  verify: (hash: string, password: string) => Promise<boolean>
}

// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1
const SALT_BYTES = 16
const TAG_BYTES = 32
/** A stored hash may ask for more than ours one day, but not for the whole machine. */
const MEMORY_KIB_MAX = 262_144
const PASSES_MAX = 8
const SCORE_MIN = 3

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

type Cost = { memory: number; passes: number; parallelism: number }

/** argon2id (RFC 9106) of node:crypto, in PHC form. */
export function createPasswordHasher(random: Random): PasswordHasher {
  return {
    async hash(password) {
      const salt = random.bytes(SALT_BYTES)
      const tag = await derive(password, salt, TAG_BYTES, { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES })
      return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(tag)}`
    },
    async verify(hash, password) {
      const match = PHC.exec(hash)
      if (!match) return false
      const [, memory, passes, parallelism, salt = '', tag = ''] = match
      const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
      if (cost.memory > MEMORY_KIB_MAX || cost.passes > PASSES_MAX || cost.parallelism < 1 || cost.passes < 1)
        return false
      const wanted = Buffer.from(tag, 'base64')
      return timingSafeEqual(wanted, await derive(password, Buffer.from(salt, 'base64'), wanted.byteLength, cost))
    },
  }
}

function derive(password: string, salt: Uint8Array, tagLength: number, cost: Cost): Promise<Buffer> {
  // NFKC: the same password typed on another keyboard may arrive in other code points (RFC 8265).
  const message = Buffer.from(password.normalize('NFKC'))
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce: salt, tagLength, ...cost }, (error, tag) => {
      if (error) reject(error)
      else resolve(tag)
    })
  })
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

/** Judges a new password; `handle` counts as known to whoever guesses. Error: ACCOUNT_PASSWORD_WEAK. */
export type PasswordJudge = (password: string, handle: string) => Promise<Result<true>>

/**
 * zxcvbn with its list of 49,000 passwords from breaches and its English words, offline. Loaded at first use: the lists
 * take 0.3 s and some memory.
 */
export function createPasswordJudge(): PasswordJudge {
  let loading: Promise<(password: string, known: string[]) => number> | undefined
  return async (password, handle) => {
    if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX)
      return fail('ACCOUNT_PASSWORD_WEAK')
    loading ??= loadScore()
    const score = await loading
    const joined = handle.replaceAll(/[-_.]/g, '')
    const known = [handle, joined, joined.replaceAll(/\d+/g, ''), ...handle.split(/[-_.]/), 'visavis']
    return score(password, known) >= SCORE_MIN ? ok(true) : fail('ACCOUNT_PASSWORD_WEAK')
  }
}

async function loadScore() {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  })
  return (password: string, known: string[]) => zxcvbn.check(password, known).score
}
