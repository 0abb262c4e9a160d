/** What a key does in a call. Every control names its key in its tooltip and in the list that `?` opens. */
export const CALL_KEYS = {
  next: 'N',
  microphone: 'M',
  camera: 'V',
  hide: 'H',
  silence: 'S',
  chat: 'T',
  block: 'B',
  report: 'R',
  code: 'C',
  keep: 'K',
  reveal: 'U',
  background: 'G',
  smallWindow: 'P',
  fullscreen: 'F',
  help: '?',
} as const
export type CallAction = keyof typeof CALL_KEYS | 'end' | 'capsule'

/** Two presses of Escape within this time end the call [M3]; one alone closes what is open and does no harm. */
export const ESCAPE_TWICE_MS = 900

export type KeyPress = {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly repeat: boolean
  /** The press goes into a text field or an open dialog. */
  readonly isTyping: boolean
}

export type CallKeys = {
  /** The action of a press, or `escape-once` as a hint that another one ends the call. */
  press(press: KeyPress): CallAction | 'escape-once' | undefined
  /**
   * The browser left the full screen by itself. It does so on Escape and keeps that press from the page, so that this
   * counts as one: two presses end a call in the full screen, too.
   */
  leftFullscreen(): 'end' | 'escape-once'
}

/**
 * Escape counts everywhere, also while typing: the way out must never depend on where the cursor stands. With Shift it
 * ends the call, blocks, and keeps the evidence [S16].
 */
export function createCallKeys(deps: { monotonicMs(): number }): CallKeys {
  let escapeAtMs = Number.NEGATIVE_INFINITY
  const actions = new Map(Object.entries(CALL_KEYS).map(([action, key]) => [key.toLowerCase(), action as CallAction]))

  function escape(): 'end' | 'escape-once' {
    const nowMs = deps.monotonicMs()
    const isSecond = nowMs - escapeAtMs <= ESCAPE_TWICE_MS
    escapeAtMs = isSecond ? Number.NEGATIVE_INFINITY : nowMs
    return isSecond ? 'end' : 'escape-once'
  }

  return {
    leftFullscreen: escape,
    press: ({ key, ctrlKey, metaKey, altKey, shiftKey, repeat, isTyping }) => {
      if (repeat) return undefined
      if (key === 'Escape' && !shiftKey) return escape()
      escapeAtMs = Number.NEGATIVE_INFINITY
      if (key === 'Escape') return 'capsule'
      if (isTyping || ctrlKey || metaKey || altKey) return undefined
      return actions.get(key.toLowerCase())
    },
  }
}
