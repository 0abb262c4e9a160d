import type * as E2ee from '@visavis/e2ee'
import type { Random } from '@visavis/ports'
import { fail, ok, type AccountId, type Result } from '@visavis/wire'
import type { Stretch } from '../../vault/argon2.ts'
import type { BackupSecret, BackupWays, PasskeyAsk } from '../backup-types.ts'

/** As for the app lock: the second recommendation of RFC 9106 section 4, on one lane. */
const COST = { memoryKib: 64 * 1024, passes: 3 } as const
const SALT_BYTES = 16

export type SlotsDeps = {
  readonly e2ee: Pick<
    typeof E2ee,
    'createPasskeySalt' | 'joinBackupSlots' | 'openBackupKey' | 'passkeyInput' | 'readBackupSlots' | 'sealBackupKey'
  >
  readonly stretch: Stretch
  readonly accountId: AccountId
}

/**
 * The slots of an account's backup: what people type and touch becomes secrets of 32 bytes here. What is made of a
 * passphrase is overwritten as soon as it was used; what a passkey answered, by whoever took it (`takingSecrets`).
 */
type BackupSlots = {
  /** The backup key for each of these secrets, as the server keeps it. */
  readonly seal: (random: Random, backupKey: Uint8Array, secrets: readonly BackupSecret[]) => Promise<Uint8Array>
  /** One slot more for the same key. Errors: NOT_ALLOWED when there is one of its kind. */
  readonly add: (
    random: Random,
    backupKey: Uint8Array,
    given: { readonly slots: Uint8Array; readonly secret: BackupSecret },
  ) => Promise<Result<Uint8Array>>
  /** Errors: VAULT_LOCKED when it opens no slot; E2EE_OPEN_FAILED when these are no slots. */
  readonly open: (slots: Uint8Array, secret: BackupSecret) => Promise<Result<Uint8Array>>
  /** Undefined when these are no slots. */
  readonly waysOf: (slots: Uint8Array) => Promise<BackupWays | undefined>
  readonly ask: () => Promise<PasskeyAsk>
}

/** One or two, of different kinds, and no empty passphrase. */
export function areSecrets(secrets: readonly BackupSecret[]): boolean {
  const kinds = new Set(secrets.map(({ kind }) => kind))
  return secrets.length > 0 && kinds.size === secrets.length && secrets.every(isSecret)
}

export function isSecret(secret: BackupSecret): boolean {
  return secret.kind === 'passkey' || secret.passphrase !== ''
}

export function createBackupSlots({ accountId, e2ee, stretch }: SlotsDeps): BackupSlots {
  const stretched = (passphrase: string, cost: E2ee.StretchCost) =>
    stretch(passphrase.normalize('NFKC'), cost.salt, cost)

  async function sealed(random: Random, backupKey: Uint8Array, given: BackupSecret): Promise<Uint8Array> {
    if (given.kind === 'passkey') {
      const { credentialId, salt, answer } = given
      const way = { kind: 'passkey', place: { credentialId, salt } } as const
      return e2ee.sealBackupKey({ accountId, secret: answer, way, backupKey })
    }
    const cost = { ...COST, salt: random.bytes(SALT_BYTES) }
    const way = { kind: 'passphrase', cost } as const
    const secret = await stretched(given.passphrase, cost)
    const slot = await e2ee.sealBackupKey({ accountId, secret, way, backupKey })
    secret.fill(0)
    return slot
  }

  /** A passkey's answer is one already. Undefined when the slot is of the other kind. */
  async function secretFor(way: E2ee.SlotWay, given: BackupSecret): Promise<Uint8Array | undefined> {
    if (given.kind === 'passkey') return given.answer
    return way.kind === 'passphrase' ? stretched(given.passphrase, way.cost) : undefined
  }

  return {
    async seal(random, backupKey, secrets) {
      return e2ee.joinBackupSlots(await Promise.all(secrets.map((secret) => sealed(random, backupKey, secret))))
    },

    async add(random, backupKey, { slots, secret }) {
      const present = e2ee.readBackupSlots(slots) ?? []
      if (present.some(({ kind }) => kind === secret.kind)) return fail('NOT_ALLOWED')
      return ok(e2ee.joinBackupSlots([...present.map(({ bytes }) => bytes), await sealed(random, backupKey, secret)]))
    },

    async open(slots, given) {
      const present = e2ee.readBackupSlots(slots)
      if (!present) return fail('E2EE_OPEN_FAILED')
      const slot = present.find(({ kind }) => kind === given.kind)
      const secret = slot && (await secretFor(slot, given))
      if (!slot || !secret) return fail('VAULT_LOCKED')
      const key = await e2ee.openBackupKey({ accountId, secret, slot: slot.bytes })
      secret.fill(0)
      return key.ok ? key : fail('VAULT_LOCKED')
    },

    async waysOf(slots) {
      const present = e2ee.readBackupSlots(slots)
      if (!present) return undefined
      const passkey = present.find((slot) => slot.kind === 'passkey')
      const hasPassphrase = present.some(({ kind }) => kind === 'passphrase')
      if (!passkey) return { hasPassphrase }
      const { credentialId, salt } = passkey.place
      return { hasPassphrase, passkey: { credentialId, salt, input: await e2ee.passkeyInput({ accountId, salt }) } }
    },

    async ask() {
      const salt = e2ee.createPasskeySalt()
      return { salt, input: await e2ee.passkeyInput({ accountId, salt }) }
    },
  }
}

/** However the work ends, what passkeys answered is overwritten after it (SPEC EB15). */
export async function takingSecrets<T>(secrets: readonly BackupSecret[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    for (const secret of secrets) if (secret.kind === 'passkey') secret.answer.fill(0)
  }
}
