import type { CallId, Code, Result } from '@visavis/wire'
import { createObservable, type Observable, type Readable } from '../app/observable.ts'
import type { CallDetails, Engine, EngineState } from '../engine/types.ts'
import { announcementOf, incomingCount, screenOf, type Announcement } from './call-view.ts'
import { createCallKeys, type CallAction, type KeyPress } from './keys.ts'

export type CallUi = {
  readonly hidden: boolean
  readonly silenced: boolean
  readonly isChatOpen: boolean
  /** Incoming messages that were there when the chat was last open. */
  readonly seen: number
  readonly sheet: 'none' | 'keys' | 'partner' | 'code' | 'background'
  /** The call a report is being written about; it outlives the call. */
  readonly reporting?: { readonly callId: CallId; readonly name: string }
  /** One Escape was pressed: another one ends the call. */
  readonly escapeHint: boolean
  readonly announcement?: { readonly kind: Announcement; readonly count: number }
  /**
   * What became of likely nudity in this call [M15]: nothing yet, covered here and asked about, kept covered, or shown after
   * all. It stays on this device, and ends with the call.
   */
  readonly nudity: 'unseen' | 'asked' | 'covered' | 'shown'
  readonly blockCode?: Code
  /** Our word on staying in contact is on its way. */
  readonly isKeeping: boolean
  readonly keepCode?: Code
}

export type CallModel = Readable<CallUi> & {
  act(action: CallAction): void
  /** True when the press meant something, so that the browser does nothing else with it. */
  press(press: KeyPress): boolean
  /** The browser left the full screen on an Escape that it kept for itself. */
  leftFullscreen(): void
  showPartner(): void
  /** The check on this device takes what the partner shows for nudity: it is covered here, and the person is asked. */
  sawNudity(): void
  answerNudity(answer: 'covered' | 'shown'): void
  closeSheet(): void
  /** The engine's state changed. */
  engineChanged(state: EngineState): void
}

const FRESH: CallUi = {
  hidden: false,
  silenced: false,
  isChatOpen: false,
  seen: 0,
  sheet: 'none',
  escapeHint: false,
  nudity: 'unseen',
  isKeeping: false,
}

function callIdOf(state: EngineState): CallId | undefined {
  return state.call.kind === 'none' ? undefined : state.call.callId
}

function isNewlyConfirmed(before: EngineState, { call }: EngineState): boolean {
  if (call.kind !== 'live' || call.identity !== 'confirmed') return false
  return callIdOf(before) !== call.callId || before.call.kind !== 'live'
}

/** What only the browser can do. */
export type CallScreenDeeds = {
  readonly toggleFullscreen: () => void
  readonly toggleSmallWindow: () => void
}

export type KeepInTouch = (callId: CallId, keep: boolean) => Promise<Result<true>>

/** Ends the call, blocks the person and keeps the evidence, in this order; it says itself what became of it. */
export type TakeCapsule = (call: CallDetails) => void

type ActionDeps = {
  readonly engine: Engine
  readonly keepInTouch: KeepInTouch
  readonly takeCapsule: TakeCapsule
  readonly screen: CallScreenDeeds
}

function createActions(
  { engine, keepInTouch, takeCapsule, screen }: ActionDeps,
  state: Observable<CallUi>,
): (action: CallAction) => void {
  const patch = (change: Partial<CallUi>) => state.update((now) => ({ ...now, ...change }))

  async function block(callId: CallId): Promise<void> {
    const answer = await engine.block(callId)
    if (!answer.ok) patch({ blockCode: answer.code })
  }

  async function keep({ callId, identity, contact }: CallDetails): Promise<void> {
    // Contact that was made stays; it ends in the list of people.
    if (identity !== 'confirmed' || typeof contact !== 'string' || state.get().isKeeping) return
    state.update((ui) => {
      const { keepCode: _, ...rest } = ui
      return { ...rest, isKeeping: true }
    })
    const answer = await keepInTouch(callId, contact === 'no')
    patch({ isKeeping: false, ...(answer.ok ? {} : { keepCode: answer.code }) })
  }

  return (action) => {
    const now = engine.snapshot()
    const ui = state.get()
    const inCall = screenOf(now) === 'call' && now.call.kind !== 'none' ? now.call : undefined
    patch({ escapeHint: false })
    switch (action) {
      case 'help':
        return patch({ sheet: ui.sheet === 'keys' ? 'none' : 'keys' })
      case 'background':
        return patch({ sheet: ui.sheet === 'background' ? 'none' : 'background' })
      case 'code':
        return inCall && patch({ sheet: ui.sheet === 'code' ? 'none' : 'code' })
      case 'next':
        return inCall || now.call.kind === 'ended' ? engine.next() : undefined
      case 'end':
        return screenOf(now) === 'waiting' ? engine.cancelSeek() : inCall && engine.end()
      case 'microphone':
        return engine.setMicrophone(!now.self.microphone)
      case 'camera':
        return engine.setCamera(!now.self.camera)
      case 'reveal':
        return inCall && engine.wantReveal(!inCall.reveal.own)
      case 'hide':
        return patch({ hidden: !ui.hidden })
      case 'silence':
        return patch({ silenced: !ui.silenced })
      case 'chat':
        return patch({ isChatOpen: !ui.isChatOpen, seen: incomingCount(now.call) })
      case 'block':
        if (inCall) void block(inCall.callId)
        return undefined
      case 'capsule':
        if (inCall) takeCapsule(inCall)
        return undefined
      case 'fullscreen':
        return screen.toggleFullscreen()
      case 'smallWindow':
        return screen.toggleSmallWindow()
      case 'keep':
        if (inCall) void keep(inCall)
        return undefined
      case 'report':
        if (now.call.kind !== 'none')
          patch({ reporting: { callId: now.call.callId, name: now.call.partner.pseudonym } })
        return undefined
    }
  }
}

/** What the person does in a call, by button or by key, and what belongs to the screen alone. */
export function createCallModel(
  deps: ActionDeps & {
    monotonicMs(): number
    /** The person wants every picture uncovered as soon as the other does, too. */
    uncoversAtOnce: boolean
    isWide: boolean
  },
): CallModel {
  const { engine } = deps
  const keys = createCallKeys(deps)
  const state = createObservable<CallUi>({ ...FRESH, isChatOpen: deps.isWide })
  let before = engine.snapshot()
  let announcements = 0
  const patch = (change: Partial<CallUi>) => state.update((now) => ({ ...now, ...change }))

  const act = createActions(deps, state)

  function engineChanged(now: EngineState): void {
    const announcement = announcementOf(before, now)
    // Hiding and muting are about one person: the next one starts afresh.
    if (callIdOf(now) !== callIdOf(before) && callIdOf(now) !== undefined) {
      const { isChatOpen, reporting } = state.get()
      state.set({ ...FRESH, isChatOpen, ...(reporting ? { reporting } : {}) })
    }
    if (state.get().isChatOpen) patch({ seen: incomingCount(now.call) })
    if (deps.uncoversAtOnce && isNewlyConfirmed(before, now)) engine.wantReveal(true)
    if (announcement) {
      announcements += 1
      patch({ announcement: { kind: announcement, count: announcements } })
    }
    before = now
  }

  /** Whether it meant something. */
  function pressed(action: CallAction | 'escape-once' | undefined): boolean {
    if (action === undefined) {
      if (state.get().escapeHint) patch({ escapeHint: false })
      return false
    }
    if (action === 'escape-once') patch({ escapeHint: screenOf(engine.snapshot()) !== 'idle' })
    else act(action)
    return action !== 'escape-once'
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    act,
    press: (press) => pressed(keys.press(press)),
    leftFullscreen: () => void pressed(keys.leftFullscreen()),
    showPartner: () => patch({ sheet: 'partner' }),
    sawNudity: () => {
      if (state.get().nudity === 'unseen') patch({ nudity: 'asked' })
    },
    answerNudity: (nudity) => {
      if (state.get().nudity !== 'unseen') patch({ nudity })
    },
    closeSheet: () =>
      state.update((now) => {
        const { reporting: _, ...rest } = now
        return { ...rest, sheet: 'none' }
      }),
    engineChanged,
  }
}
