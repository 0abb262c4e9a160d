import { GUIDELINES_VERSION, handle as handleSchema, type Code, type Result, type RouteResponse } from '@visavis/wire'
import { createObservable, type Observable, type Readable } from '../app/observable.ts'
import type { Api } from './api.ts'
import type { Passkeys } from './passkeys.ts'
import type { MeasureStrength, Strength } from './password-strength.ts'
import type { Proof } from './proof.ts'

export type HandleAdvice = RouteResponse<'checkHandle'>['advice'][number]
export type JoinStep = 'age' | 'underage' | 'guidelines' | 'account'
export type JoinWay = 'passkey' | 'password'

export type JoinState = {
  readonly step: JoinStep
  readonly way: JoinWay
  readonly handle: string
  readonly suggestions: readonly string[]
  readonly advice: readonly HandleAdvice[]
  readonly handleCode?: Code
  readonly password: string
  readonly strength?: Strength
  readonly passwordCode?: Code
  /** `proving` waits for the proof of work, `creating` for the server or the passkey window. */
  readonly work: 'none' | 'proving' | 'creating' | 'done'
  /** What went wrong with the whole, beside the two fields. */
  readonly code?: Code
}

export type JoinModel = Readable<JoinState> & {
  /** The declaration of age comes before anything else [A10]; nothing is asked of the server before it. */
  declareAge(isAdult: boolean): void
  acceptGuidelines(): void
  back(): void
  chooseWay(way: JoinWay): void
  typeHandle(text: string): void
  /** Asks for advice on the typed handle. */
  checkHandle(): Promise<void>
  reroll(): Promise<void>
  typePassword(text: string): Promise<void>
  /** Makes the account and signs in; `work` is `done` when both succeeded. */
  submit(): Promise<void>
}

type Deps = { api: Api; passkeys: Passkeys; proof: Proof; measure: MeasureStrength; passkeyName: string }

const HANDLE_CODES: ReadonlySet<Code> = new Set(['ACCOUNT_HANDLE_INVALID', 'ACCOUNT_HANDLE_TAKEN'])

const INITIAL: JoinState = {
  step: 'age',
  way: 'password',
  handle: '',
  suggestions: [],
  advice: [],
  password: '',
  work: 'none',
}

function without(state: JoinState, ...keys: (keyof JoinState)[]): JoinState {
  const rest = { ...state }
  for (const key of keys) delete rest[key]
  return rest
}

function createSubmission(deps: Deps, state: Observable<JoinState>) {
  const patch = (change: Partial<JoinState>) => state.update((now) => ({ ...now, ...change }))

  function refuse(code: Code): void {
    if (HANDLE_CODES.has(code)) patch({ work: 'none', handleCode: code })
    else if (code === 'ACCOUNT_PASSWORD_WEAK') patch({ work: 'none', passwordCode: code })
    else patch({ work: 'none', code })
  }

  async function create(proof: string): Promise<Result<unknown>> {
    const { handle, password, way } = state.get()
    const declaration = { handle, adult: true as const, guidelines: GUIDELINES_VERSION as 1, proof }
    if (way === 'password') return deps.api.call('createAccount', { body: { ...declaration, password } })
    const reserved = await deps.api.call('preparePasskeyAccount', { body: declaration })
    if (!reserved.ok) return reserved
    return deps.passkeys.register({ context: reserved.value.context, name: deps.passkeyName })
  }

  async function submit(): Promise<void> {
    const now = state.get()
    if (now.work !== 'none' || now.step !== 'account') return
    state.update((before) => without(before, 'code', 'handleCode', 'passwordCode'))
    if (!handleSchema.safeParse(now.handle).success) return refuse('ACCOUNT_HANDLE_INVALID')
    if (now.way === 'password') {
      const strength = await deps.measure(now.password, [now.handle])
      patch({ strength })
      if (!strength.isEnough) return refuse('ACCOUNT_PASSWORD_WEAK')
    }
    patch({ work: 'proving' })
    const proof = await deps.proof.take()
    if (!proof.ok) return refuse(proof.code)
    patch({ work: 'creating' })
    const created = await create(proof.value)
    if (!created.ok) {
      // A proof is good for one attempt: begin the next at once, so that the person does not wait again.
      deps.proof.start()
      return refuse(created.code)
    }
    patch({ work: 'done', password: '' })
  }

  return { refuse, submit }
}

/** The way in: age, guidelines, then a handle with a passkey or a password. */
export function createJoinModel(deps: Deps): JoinModel {
  const state = createObservable<JoinState>({
    ...INITIAL,
    way: deps.passkeys.isSupported() ? 'passkey' : 'password',
  })
  const patch = (change: Partial<JoinState>) => state.update((now) => ({ ...now, ...change }))

  async function reroll(): Promise<void> {
    const answer = await deps.api.call('suggestHandles')
    if (!answer.ok) return patch({ code: answer.code })
    const [first, ...others] = answer.value.handles
    if (first === undefined) return
    state.update((now) => ({ ...without(now, 'handleCode', 'code'), handle: first, suggestions: others, advice: [] }))
  }

  const { refuse, submit } = createSubmission(deps, state)

  return {
    get: state.get,
    subscribe: state.subscribe,
    declareAge: (isAdult) => patch({ step: isAdult ? 'guidelines' : 'underage' }),
    acceptGuidelines: () => {
      patch({ step: 'account' })
      deps.proof.start()
      if (state.get().handle === '') void reroll()
    },
    back: () => patch({ step: state.get().step === 'account' ? 'guidelines' : 'age' }),
    chooseWay: (way) => state.update((now) => ({ ...without(now, 'code', 'passwordCode'), way })),
    typeHandle: (text) =>
      state.update((now) => ({
        ...without(now, 'handleCode', 'code'),
        handle: text.trim().toLowerCase().replaceAll(/\s+/g, '-'),
        advice: [],
      })),
    checkHandle: async () => {
      const { handle } = state.get()
      if (handle === '') return
      if (!handleSchema.safeParse(handle).success) return refuse('ACCOUNT_HANDLE_INVALID')
      const answer = await deps.api.call('checkHandle', { body: { handle } })
      // Advice is a courtesy: without an answer there is none. An answer to an older handle is dropped.
      if (answer.ok && state.get().handle === handle) patch({ advice: answer.value.advice })
      else if (!answer.ok && HANDLE_CODES.has(answer.code)) refuse(answer.code)
    },
    reroll,
    typePassword: async (text) => {
      state.update((now) => ({ ...without(now, 'passwordCode', 'code'), password: text }))
      if (text === '') return state.update((now) => without(now, 'strength'))
      const strength = await deps.measure(text, [state.get().handle])
      if (state.get().password === text) patch({ strength })
    },
    submit,
  }
}
