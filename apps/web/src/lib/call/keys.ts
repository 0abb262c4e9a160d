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
  help: '?',
} as const
export type CallAction = keyof typeof CALL_KEYS | 'end'

/** Two presses of Escape within this time end the call [M3]; one alone closes what is open and does no harm. */
export const ESCAPE_TWICE_MS = 900

export type KeyPress = {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly repeat: boolean
  /** The press goes into a text field or an open dialog. */
  readonly isTyping: boolean
}

export type CallKeys = {
  /** The action of a press, or `escape-once` as a hint that another one ends the call. */
  press(press: KeyPress): CallAction | 'escape-once' | undefined
}

/** Escape counts everywhere, also while typing: the way out must never depend on where the cursor stands. */
export function createCallKeys(deps: { monotonicMs(): number }): CallKeys {
  let escapeAtMs = Number.NEGATIVE_INFINITY
  const actions = new Map(Object.entries(CALL_KEYS).map(([action, key]) => [key.toLowerCase(), action as CallAction]))
  return {
    press: ({ key, ctrlKey, metaKey, altKey, repeat, isTyping }) => {
      if (repeat) return undefined
      if (key === 'Escape') {
        const nowMs = deps.monotonicMs()
        const isSecond = nowMs - escapeAtMs <= ESCAPE_TWICE_MS
        escapeAtMs = isSecond ? Number.NEGATIVE_INFINITY : nowMs
        return isSecond ? 'end' : 'escape-once'
      }
      escapeAtMs = Number.NEGATIVE_INFINITY
      if (isTyping || ctrlKey || metaKey || altKey) return undefined
      return actions.get(key.toLowerCase())
    },
  }
}
