import { fail, ok, type Result } from '@visavis/wire'
import { expect, it } from 'vitest'
import type { BackupSecret, BackupState } from '../messenger/backup-types.ts'
import { createBackupModel, type BackupChange } from './backup-model.ts'
import type { PasskeyOutcome } from './backup-passkeys.ts'

const ask = { salt: new Uint8Array(32).fill(1), input: new Uint8Array(32).fill(2) }
const credentialId = new Uint8Array(16).fill(3)
const words: BackupSecret = { kind: 'passphrase', passphrase: 'four words that hold' }
const kept = { madeAtMs: 1, expiresAtMs: 2 }
const BOTH: BackupState = {
  isOn: true,
  kept: { ...kept, ways: { hasPassphrase: true, passkey: { ...ask, credentialId } } },
}
const WORDS: BackupState = { isOn: true, kept: { ...kept, ways: { hasPassphrase: true } } }
const PASSKEY: BackupState = {
  isOn: true,
  kept: { ...kept, ways: { hasPassphrase: false, passkey: { ...ask, credentialId } } },
}

async function setUp(state: BackupState, outcome: 'answered' | 'cancelled' | 'unable' = 'answered') {
  const answers: Uint8Array[] = []
  const told: { readonly wish: string; readonly kinds: readonly string[]; readonly asked?: 'own' | 'same' }[] = []
  let made: Result<true> = ok(true)
  let lastAsked: 'own' | 'same' | undefined
  const tell = (wish: string, secrets: readonly BackupSecret[]) => {
    // What the messenger takes is whole: it is overwritten after.
    for (const secret of secrets)
      if (secret.kind === 'passkey') expect(secret.answer).toEqual(new Uint8Array(32).fill(5))
    told.push({ wish, kinds: secrets.map(({ kind }) => kind), ...(lastAsked && { asked: lastAsked }) })
    return Promise.resolve(made)
  }
  const model = createBackupModel({
    messenger: {
      backupState: async () => ok(state),
      askForPasskey: async () => ok(ask),
      makeBackup: (secrets) => tell('make', secrets),
      addBackupSecret: (secret) => tell('add', [secret]),
      renewBackup: () => tell('renew', []),
      removeBackup: () => tell('remove', []),
      readBackupAlarm: async () => ok(true),
    },
    passkeys: {
      isAble: async () => true,
      async answer({ credentialId: id, salt }): Promise<PasskeyOutcome> {
        lastAsked = id ? 'same' : 'own'
        if (outcome !== 'answered') return { kind: outcome }
        const answer = new Uint8Array(32).fill(5)
        answers.push(answer)
        return { kind: 'answered', secret: { kind: 'passkey', credentialId, salt, answer } }
      },
    },
  })
  await model.load()
  return { model, told, answers, refuse: (result: Result<true>) => void (made = result) }
}

const cases: readonly (readonly [BackupState, BackupChange, object])[] = [
  [{ isOn: false }, 'make-words', { wish: 'make', kinds: ['passphrase'] }],
  [{ isOn: false }, 'make-passkey', { wish: 'make', kinds: ['passkey'], asked: 'own' }],
  [PASSKEY, 'add-words', { wish: 'add', kinds: ['passphrase'] }],
  [WORDS, 'add-passkey', { wish: 'add', kinds: ['passkey'], asked: 'own' }],
  [WORDS, 'change-words', { wish: 'make', kinds: ['passphrase'] }],
  [BOTH, 'change-words', { wish: 'make', kinds: ['passphrase', 'passkey'], asked: 'same' }],
  [BOTH, 'change-passkey', { wish: 'make', kinds: ['passphrase', 'passkey'], asked: 'own' }],
  [PASSKEY, 'change-passkey', { wish: 'make', kinds: ['passkey'], asked: 'own' }],
  [BOTH, 'drop-words', { wish: 'make', kinds: ['passkey'], asked: 'same' }],
  [BOTH, 'drop-passkey', { wish: 'make', kinds: ['passphrase'] }],
]
for (const [state, change, wish] of cases) {
  const before = state.kept?.ways
  const has =
    [before?.hasPassphrase && 'words', before?.passkey && 'passkey'].filter(Boolean).join(' and ') || 'nothing'
  it(`[EB14] [K9] ${change}, with ${has} before, asks for just what opens the backup afterwards`, async () => {
    const { model, told, answers } = await setUp(state)
    await model.begin(change)
    if (told.length === 0) {
      expect(model.get().step).toEqual({ writing: change })
      await model.write(words.kind === 'passphrase' ? words.passphrase : '')
    }
    expect(told).toEqual([wish])
    expect(model.get()).toMatchObject({ step: 'look', done: 'made', isBusy: false })
    for (const answer of answers) expect(answer).toEqual(new Uint8Array(32))
  })
}

it('[K9] a ceremony that was ended or a passkey that computes nothing changes nothing, and says why', async () => {
  for (const outcome of ['cancelled', 'unable'] as const) {
    const { model, told } = await setUp(BOTH, outcome)
    await model.begin('change-words')
    await model.write('four words that hold')
    expect(told).toEqual([])
    expect(model.get()).toMatchObject({ problem: { passkey: outcome }, isBusy: false })
    model.cancel()
    expect(model.get().problem).toBe(undefined)
  }
})

it('[EB15] what the passkey answered is overwritten also when the backup is refused', async () => {
  const { model, answers, refuse } = await setUp(WORDS)
  refuse(fail('BACKUP_CHANGED'))
  await model.begin('add-passkey')
  expect(model.get().problem).toEqual({ code: 'BACKUP_CHANGED' })
  expect(answers).toEqual([new Uint8Array(32)])
})
