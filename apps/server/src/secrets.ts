import { hkdfSync } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Random } from '@visavis/ports'

/** Keys for one purpose each; knowing one tells nothing of the others. */
export type Secrets = {
  /** Signs session cookies. */
  readonly authKey: string
  /** Hashes session tokens where they are stored. */
  readonly sessionKey: Uint8Array
  /** Derives the passwords of relay legs. */
  readonly relayKey: Uint8Array
  /** Hashes internet addresses for rate limits, together with a part that changes daily. */
  readonly addressHashKey: Uint8Array
  /** Signs proof-of-work challenges and passkey sign-up contexts. */
  readonly proofKey: Uint8Array
  /** Seals the words of reports. */
  readonly wordsKey: Uint8Array
  /** Seals the names people give to their devices. */
  readonly deviceNamesKey: Uint8Array
  /** Hashes contact codes, by which they are found. */
  readonly contactCodesKey: Uint8Array
  /** Seals contact codes, so that their owners can see them again. */
  readonly contactCodesSealKey: Uint8Array
  /** Seals the keys of the stamps on messages. */
  readonly stampKeysKey: Uint8Array
  /** Seals the receipts of calls, which their holders keep. */
  readonly callReceiptsKey: Uint8Array
  /** Seed of the key pair that reports of messages and of calls are sealed to. */
  readonly reportSeed: Uint8Array
  /** Seed of the key that signs checkpoints of the log of device keys. */
  readonly keyLogSeed: Uint8Array
  /** Seed of the key pair by which push services know this server; a new one ends every subscription. */
  readonly pushSeed: Uint8Array
  /** Seals the addresses at which browsers take pushes. */
  readonly pushEndpointsKey: Uint8Array
}

const ROOT_BYTES = 32
const KEY_BYTES = 32

/** Thrown when the secret file cannot be trusted; names the file's role, never its content. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
}

/**
 * Derives the server's keys (HKDF-SHA-256, RFC 5869; the label is the info field) from `configured`, or from
 * `dataDir/secret`, which is made once and readable by its owner only.
 */
export function loadSecrets(options: { configured: string | undefined; dataDir: string; random: Random }): Secrets {
  const root =
    options.configured === undefined ? readOrMake(options.dataDir, options.random) : Buffer.from(options.configured)
  const derive = (label: string) => new Uint8Array(hkdfSync('sha256', root, 'visavis/1', label, KEY_BYTES))
  return {
    authKey: Buffer.from(derive('auth')).toString('base64url'),
    sessionKey: derive('session-token'),
    relayKey: derive('relay'),
    addressHashKey: derive('address-hash'),
    proofKey: derive('proof'),
    wordsKey: derive('words'),
    deviceNamesKey: derive('device-names'),
    contactCodesKey: derive('contact-codes'),
    contactCodesSealKey: derive('contact-codes-seal'),
    stampKeysKey: derive('stamp-keys'),
    callReceiptsKey: derive('call-receipts'),
    reportSeed: derive('report'),
    keyLogSeed: derive('key-log'),
    pushSeed: derive('push'),
    pushEndpointsKey: derive('push-endpoints'),
  }
}

function readOrMake(dataDir: string, random: Random): Buffer {
  const file = path.join(dataDir, 'secret')
  const known = read(file)
  if (known) return known
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  // Written whole under another name and then linked, so that two first starts cannot end up with different secrets.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, Buffer.from(random.bytes(ROOT_BYTES)).toString('base64url'), { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const made = read(file)
  if (!made) throw new SecretError('The server secret could not be written to the data folder.')
  return made
}

function read(file: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const root = Buffer.from(text.trim(), 'base64url')
  if (root.byteLength !== ROOT_BYTES) {
    throw new SecretError(
      'The file "secret" in the data folder is damaged. Restore it: sessions and relays hang on it.',
    )
  }
  return root
}
