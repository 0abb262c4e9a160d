import type { ConversationId } from '@visavis/wire'
import type { MessageRecord } from '../core-types.ts'
import { isShown, NO_EFFECTS } from './effects.ts'
import type { Row, RowStore } from './rows.ts'

/** Lines that are loaded at a time. */
export const WINDOW_STEP = 60
/** Above this many lines the far end is let go, so that a day of scrolling back does not fill the memory. */
export const WINDOW_MAX = 3_000

/**
 * The part of one conversation that is loaded. What arrives at the end is added without reading anything; the caller
 * runs loads one after the other.
 */
export type MessageWindow = {
  readonly rows: () => readonly Row[]
  readonly hasEarlier: () => boolean
  readonly isAtEnd: () => boolean
  readonly openAtEnd: () => Promise<void>
  readonly openAround: (position: number) => Promise<void>
  readonly loadEarlier: () => Promise<void>
  /** A new record, at its place. Does nothing when that lies outside the window. */
  readonly add: (record: MessageRecord) => void
  /** Reads one position again, after its effects or notices changed. */
  readonly reread: (position: number) => Promise<void>
}

export function createWindow(store: RowStore, conversationId: ConversationId): MessageWindow {
  let rows: Row[] = []
  let hasEarlier = false
  let isAtEnd = true
  /** The bounds of what was looked at, lines or not. */
  let lowest = 1
  let highest = 0

  async function below(position: number, wanted: number): Promise<void> {
    let found: Row[] = []
    let next = position
    let isLast = next < 0
    while (!isLast && found.length < wanted) {
      const page = await store.page(conversationId, next, 'down')
      found = [...page.rows.filter(isLine), ...found]
      isLast = page.isLast
      next = (page.rows[0]?.position ?? 0) - 1
      isLast ||= next < 0
    }
    if (found.length > wanted) {
      found = found.slice(-wanted)
      next = (found[0]?.position ?? 1) - 1
      isLast = false
    }
    rows = [...found, ...rows]
    hasEarlier = !isLast
    lowest = next + 1
  }

  async function above(position: number, wanted: number): Promise<void> {
    let found: Row[] = []
    let next = position
    isAtEnd = false
    while (!isAtEnd && found.length < wanted) {
      const page = await store.page(conversationId, next, 'up')
      found = [...found, ...page.rows.filter(isLine)]
      isAtEnd = page.isLast
      next = (page.rows.at(-1)?.position ?? next - 1) + 1
    }
    if (found.length > wanted) {
      found = found.slice(0, wanted)
      next = (found.at(-1)?.position ?? 0) + 1
      isAtEnd = false
    }
    rows = [...rows, ...found]
    highest = Math.max(highest, next - 1)
  }

  async function openAtEnd(): Promise<void> {
    rows = []
    isAtEnd = true
    highest = 0
    await below(Number.MAX_SAFE_INTEGER, WINDOW_STEP)
    highest = Math.max(highest, rows.at(-1)?.position ?? 0)
  }

  async function openAround(position: number): Promise<void> {
    rows = []
    highest = position
    await below(position, WINDOW_STEP / 2)
    await above(position + 1, WINDOW_STEP / 2)
  }

  async function loadEarlier(): Promise<void> {
    if (!hasEarlier) return
    await below(lowest - 1, WINDOW_STEP)
    if (rows.length <= WINDOW_MAX) return
    rows = rows.slice(0, WINDOW_MAX)
    highest = rows.at(-1)?.position ?? highest
    isAtEnd = false
  }

  function add(record: MessageRecord): void {
    const { position } = record
    if (position < lowest || (!isAtEnd && position > highest)) return
    highest = Math.max(highest, position)
    if (!isShown(record)) return
    // Nearly always the end; an own message may be stored before an earlier one has come.
    const at = rows.findLastIndex((row) => row.position <= position)
    const known = rows[at]
    if (known?.position === position) rows = rows.with(at, { ...known, record })
    else rows = rows.toSpliced(at + 1, 0, { ...blank(position), record })
  }

  async function reread(position: number): Promise<void> {
    if (position < lowest || (!isAtEnd && position > highest)) return
    const [row] = await store.between(conversationId, position, position)
    const at = rows.findLastIndex((other) => other.position <= position)
    const isKnown = rows[at]?.position === position
    const put = row && isLine(row) ? [row] : []
    rows = isKnown ? rows.with(at, row ?? blank(position)).filter(isLine) : rows.toSpliced(at + 1, 0, ...put)
    highest = Math.max(highest, position)
  }

  return {
    rows: () => rows,
    hasEarlier: () => hasEarlier,
    isAtEnd: () => isAtEnd,
    openAtEnd,
    openAround,
    loadEarlier,
    add,
    reread,
  }
}

function blank(position: number): Row {
  return { position, record: undefined, effects: NO_EFFECTS, notices: [] }
}

/** Whether anything of it is shown. */
function isLine(row: Row): boolean {
  const isMessage = row.record !== undefined && isShown(row.record) && row.effects.isGone !== true
  return isMessage || row.notices.length > 0
}
