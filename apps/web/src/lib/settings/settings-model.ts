import type { BlockId, Code, Result, RouteResponse } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Api } from '../account/api.ts'
import type { Passkeys } from '../account/passkeys.ts'
import type { Session } from '../account/session.ts'

export type Loadable<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly code: Code }
  | { readonly kind: 'loaded'; readonly items: readonly T[] }

export type Blocked = RouteResponse<'listBlocks'>['blocks'][number]
export type OwnReport = RouteResponse<'listOwnReports'>['reports'][number]

export type SettingsState = {
  readonly blocks: Loadable<Blocked>
  readonly reports: Loadable<OwnReport>
  readonly passkey: 'none' | 'working' | 'added'
  readonly code?: Code
}

export type SettingsModel = Readable<SettingsState> & {
  load(): Promise<void>
  unblock(blockId: BlockId): Promise<void>
  addPasskey(): Promise<void>
  signOut(): Promise<void>
}

const isSignedOut = (code: Code) => code === 'AUTH_REQUIRED' || code === 'AUTH_EXPIRED'

export function createSettingsModel(deps: {
  api: Api
  passkeys: Passkeys
  session: Session
  passkeyName: string
}): SettingsModel {
  const state = createObservable<SettingsState>({
    blocks: { kind: 'loading' },
    reports: { kind: 'loading' },
    passkey: 'none',
  })
  const patch = (change: Partial<SettingsState>) => state.update((now) => ({ ...now, ...change }))
  const calm = () =>
    state.update((now) => {
      const { code: _, ...rest } = now
      return rest
    })

  function failed(answer: Extract<Result<unknown>, { ok: false }>): void {
    if (isSignedOut(answer.code)) deps.session.expired()
    patch({ code: answer.code })
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    load: async () => {
      const [blocks, reports] = await Promise.all([deps.api.call('listBlocks'), deps.api.call('listOwnReports')])
      if (!blocks.ok && isSignedOut(blocks.code)) return deps.session.expired()
      patch({
        blocks: blocks.ok ? { kind: 'loaded', items: blocks.value.blocks } : { kind: 'failed', code: blocks.code },
        reports: reports.ok ? { kind: 'loaded', items: reports.value.reports } : { kind: 'failed', code: reports.code },
      })
    },
    unblock: async (blockId) => {
      calm()
      const answer = await deps.api.call('deleteBlock', { params: { blockId } })
      if (!answer.ok && answer.code !== 'NOT_FOUND') return failed(answer)
      const { blocks } = state.get()
      if (blocks.kind !== 'loaded') return
      patch({ blocks: { kind: 'loaded', items: blocks.items.filter((item) => item.blockId !== blockId) } })
    },
    addPasskey: async () => {
      if (state.get().passkey === 'working') return
      calm()
      patch({ passkey: 'working' })
      const answer = await deps.passkeys.register({ name: deps.passkeyName })
      patch({ passkey: answer.ok ? 'added' : 'none' })
      if (answer.ok) await deps.session.load()
      else failed(answer)
    },
    signOut: async () => {
      calm()
      const answer = await deps.session.signOut()
      if (!answer.ok) failed(answer)
    },
  }
}
