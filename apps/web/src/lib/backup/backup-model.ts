import type { Code, Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { BackupSecret, BackupState } from '../messenger/backup-types.ts'
import type { Messenger } from '../messenger/types.ts'
import type { BackupPasskeys, PasskeyOutcome } from './backup-passkeys.ts'

/**
 * What a person may do to the ways into their backup. Whatever changes or takes away a way makes a new backup under a new
 * key, for which every way that stays has to be shown once more (SPEC EB14); adding one does not.
 */
const BACKUP_CHANGES = {
  'make-words': { words: true },
  'make-passkey': { passkey: 'own' },
  'add-words': { words: true, isAddition: true },
  'add-passkey': { passkey: 'own', isAddition: true },
  'change-words': { words: true, passkey: 'same' },
  'change-passkey': { words: true, passkey: 'own' },
  'drop-words': { passkey: 'same' },
  'drop-passkey': { words: true },
} as const satisfies Record<string, { words?: true; passkey?: 'own' | 'same'; isAddition?: true }>
export type BackupChange = keyof typeof BACKUP_CHANGES

export type PasskeyProblem = Exclude<PasskeyOutcome['kind'], 'answered' | 'failed'>
/** Why it did not come to be: of the passkey, or of the backup. */
export type BackupProblem = { readonly passkey: PasskeyProblem } | { readonly code: Code }

export type BackupView = {
  /** Absent until it is known. */
  readonly backup?: BackupState
  /** The browser computes secrets with passkeys. */
  readonly isPasskeyAble: boolean
  /** Words are being written for a change; or a question is to be answered first. */
  readonly step: 'look' | 'remove' | 'drop-words' | { readonly writing: BackupChange }
  readonly isBusy: boolean
  readonly done?: 'made' | 'removed'
  /** It could not be looked at. */
  readonly code?: Code
  readonly problem?: BackupProblem
}

export type BackupModel = Readable<BackupView> & {
  load(): Promise<void>
  /** Begins a change: asks for words first if it needs some. */
  begin(change: BackupChange): Promise<void>
  /** The words of the change under way. */
  write(passphrase: string): Promise<void>
  renew(): Promise<void>
  /** Shows the question before what cannot be taken back. */
  ask(step: 'remove' | 'drop-words'): void
  remove(): Promise<void>
  readAlarm(): Promise<void>
  cancel(): void
}

type Wishes = Pick<
  Messenger,
  | 'backupState'
  | 'askForPasskey'
  | 'makeBackup'
  | 'addBackupSecret'
  | 'renewBackup'
  | 'removeBackup'
  | 'readBackupAlarm'
>

export function createBackupModel(deps: { messenger: Wishes; passkeys: BackupPasskeys }): BackupModel {
  const { messenger, passkeys } = deps
  const view = createObservable<BackupView>({ isPasskeyAble: false, step: 'look', isBusy: false })
  const patch = (change: Partial<BackupView>) => view.update((now) => ({ ...now, ...change }))

  function calm(change: Partial<BackupView>): void {
    view.update((now) => {
      const { done: _, problem: __, ...rest } = now
      return { ...rest, ...change }
    })
  }

  async function look(): Promise<void> {
    const state = await messenger.backupState()
    view.update((now) => {
      const { code: _, ...rest } = now
      return state.ok ? { ...rest, backup: state.value } : { ...rest, code: state.code }
    })
  }

  async function act(work: () => Promise<Result<true> | PasskeyProblem>, done: 'made' | 'removed'): Promise<void> {
    if (view.get().isBusy) return
    calm({ isBusy: true })
    const answer = await work()
    if (typeof answer === 'string') patch({ isBusy: false, problem: { passkey: answer } })
    else if (answer.ok) patch({ isBusy: false, step: 'look', done })
    else patch({ isBusy: false, problem: { code: answer.code } })
    await look()
  }

  /** Whether this change needs the person's words: not to change the passkey of a backup that has no others. */
  function needsWords(change: BackupChange): boolean {
    const plan = BACKUP_CHANGES[change]
    if (!('words' in plan)) return false
    return change !== 'change-passkey' || view.get().backup?.kept?.ways?.hasPassphrase === true
  }

  async function passkeyFor(whose: 'own' | 'same'): Promise<PasskeyOutcome | undefined> {
    const present = view.get().backup?.kept?.ways?.passkey
    if (whose === 'same' && !present) return undefined
    const asked = await messenger.askForPasskey()
    if (!asked.ok) return { kind: 'failed', code: asked.code }
    return passkeys.answer({
      ...asked.value,
      ...(whose === 'same' && present && { credentialId: present.credentialId }),
    })
  }

  async function carryOut(change: BackupChange, passphrase?: string): Promise<Result<true> | PasskeyProblem> {
    const plan = BACKUP_CHANGES[change]
    const secrets: BackupSecret[] = passphrase === undefined ? [] : [{ kind: 'passphrase', passphrase }]
    const outcome = 'passkey' in plan ? await passkeyFor(plan.passkey) : undefined
    if (outcome?.kind === 'failed') return { ok: false, code: outcome.code }
    if (outcome && outcome.kind !== 'answered') return outcome.kind
    if (outcome) secrets.push(outcome.secret)
    const [first] = secrets
    try {
      if ('isAddition' in plan && first) return await messenger.addBackupSecret(first)
      return await messenger.makeBackup(secrets)
    } finally {
      // The messenger has a copy of its own, which it overwrites, too.
      outcome?.secret.answer.fill(0)
    }
  }

  return {
    get: view.get,
    subscribe: view.subscribe,
    async load() {
      const [isPasskeyAble] = await Promise.all([passkeys.isAble(), look()])
      patch({ isPasskeyAble })
    },
    async begin(change) {
      if (needsWords(change)) calm({ step: { writing: change } })
      else await act(() => carryOut(change), 'made')
    },
    async write(passphrase) {
      const { step } = view.get()
      if (typeof step === 'object') await act(() => carryOut(step.writing, passphrase), 'made')
    },
    renew: () => act(() => messenger.renewBackup(), 'made'),
    ask: (step) => calm({ step }),
    remove: () => act(() => messenger.removeBackup(), 'removed'),
    async readAlarm() {
      await messenger.readBackupAlarm()
      await look()
    },
    cancel: () => calm({ step: 'look' }),
  }
}
