import type { Code, Result } from '@visavis/wire'
import { createObservable, type Readable } from '../app/observable.ts'
import type { Messenger } from '../messenger/types.ts'

/** Linking on the device that is new [K9]: names itself, shows a code and digits, and waits for the other one. */
export type NewDeviceState =
  | { readonly kind: 'naming'; readonly isBusy: boolean; readonly code?: Code }
  | { readonly kind: 'waiting'; readonly qr: string; readonly check: string }
  | { readonly kind: 'linked' }

export type NewDeviceModel = Readable<NewDeviceState> & { show(deviceName: string): Promise<void> }

export function createNewDeviceModel(deps: { readonly messenger: Pick<Messenger, 'openLink'> }): NewDeviceModel {
  const state = createObservable<NewDeviceState>({ kind: 'naming', isBusy: false })
  let attempts = 0

  function ended(own: number, outcome: Result<true>): void {
    // A code that was replaced by a newer one says nothing any more.
    if (own !== attempts) return
    state.set(outcome.ok ? { kind: 'linked' } : { kind: 'naming', isBusy: false, code: outcome.code })
  }
  return {
    get: state.get,
    subscribe: state.subscribe,
    async show(deviceName) {
      attempts += 1
      const own = attempts
      state.set({ kind: 'naming', isBusy: true })
      const opened = await deps.messenger.openLink(deviceName.trim(), (outcome) => ended(own, outcome))
      // The answer may have come already.
      const now = state.get()
      if (own !== attempts || now.kind !== 'naming' || !now.isBusy) return
      if (opened.ok) state.set({ kind: 'waiting', qr: opened.value.qr, check: opened.value.check })
      else state.set({ kind: 'naming', isBusy: false, code: opened.code })
    },
  }
}

/** Linking on the device that has the keys: reads the code, compares the digits, and only then hands the keys over. */
export type KnownDeviceState =
  | { readonly kind: 'reading'; readonly isUnreadable: boolean; readonly code?: Code }
  | { readonly kind: 'comparing'; readonly check: string; readonly isBusy: boolean; readonly code?: Code }
  | { readonly kind: 'linked' | 'denied' }

export type KnownDeviceModel = Readable<KnownDeviceState> & {
  read(text: string): Promise<void>
  confirm(): Promise<void>
  deny(): void
  again(): void
}

export function createKnownDeviceModel(deps: {
  readonly messenger: Pick<Messenger, 'readLinkCode' | 'confirmLink'>
}): KnownDeviceModel {
  const { messenger } = deps
  const state = createObservable<KnownDeviceState>({ kind: 'reading', isUnreadable: false })
  let qr = ''
  return {
    get: state.get,
    subscribe: state.subscribe,
    async read(text) {
      const read = text.trim()
      const answer = await messenger.readLinkCode(read)
      // A camera sees the same code many times.
      if (state.get().kind !== 'reading') return
      if (answer.ok) {
        qr = read
        state.set({ kind: 'comparing', check: answer.value.check, isBusy: false })
      } else if (answer.code === 'WIRE_INVALID') state.set({ kind: 'reading', isUnreadable: true })
      else state.set({ kind: 'reading', isUnreadable: false, code: answer.code })
    },
    async confirm() {
      const now = state.get()
      if (now.kind !== 'comparing' || now.isBusy) return
      const { check } = now
      state.set({ kind: 'comparing', check, isBusy: true })
      const answer = await messenger.confirmLink(qr)
      state.set(answer.ok ? { kind: 'linked' } : { kind: 'comparing', check, isBusy: false, code: answer.code })
    },
    deny() {
      qr = ''
      state.set({ kind: 'denied' })
    },
    again: () => state.set({ kind: 'reading', isUnreadable: false }),
  }
}
