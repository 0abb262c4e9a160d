import type { ConversationId } from '@visavis/wire'
import type { MessageRecord } from '../core-types.ts'
import { isShown, NO_EFFECTS } from './effects.ts'
import type { Row, RowStore } from './rows.ts'

/** Lines that are loaded at a time. */
export const WINDOW_STEP = 60
/** Above this many lines the far end is let go: every change of a view is copied to the page whole. */
export const WINDOW_MAX = 480

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
  readonly loadLater: () => Promise<void>
  readonly isTooLong: () => boolean
  /** Lets go of what is too much at this end. */
  readonly letGo: (end: 'earlier' | 'later') => void
  /** Reads all of it again. */
  readonly reload: () => Promise<void>
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
  }

  async function loadLater(): Promise<void> {
    if (!isAtEnd) await above(highest + 1, WINDOW_STEP)
  }

  function letGo(end: 'earlier' | 'later'): void {
    if (rows.length <= WINDOW_MAX) return
    if (end === 'later') {
      rows = rows.slice(0, WINDOW_MAX)
      highest = rows.at(-1)?.position ?? highest
      isAtEnd = false
    } else {
      rows = rows.slice(-WINDOW_MAX)
      lowest = rows[0]?.position ?? lowest
      hasEarlier = true
    }
  }

  async function reload(): Promise<void> {
    const read = await store.between(conversationId, lowest, isAtEnd ? Number.MAX_SAFE_INTEGER : highest)
    rows = read.filter(isLine)
  }

  function add(record: MessageRecord): void {
    const { position } = record
    if (position < lowest || (!isAtEnd && position > highest)) return
    highest = Math.max(highest, position)
    if (!isShown(record)) return
    // Nearly always the end; an own message may be stored before an earlier one has come.
    const at = rows.findLastIndex((row) => row.position <= position)
    const known = rows[at]
    if (known?.position === position) rows = rows.with(at, { ...readable(known), record })
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
    loadLater,
    isTooLong: () => rows.length > WINDOW_MAX,
    letGo,
    reload,
    add,
    reread,
  }
}

function readable({ position, effects, notices }: Row): Row {
  return { position, effects, notices, record: undefined }
}

function blank(position: number): Row {
  return { position, record: undefined, effects: NO_EFFECTS, notices: [] }
}

/** Whether anything of it is shown. */
function isLine(row: Row): boolean {
  const isMessage = row.record !== undefined && isShown(row.record) && row.effects.isGone !== true
  return isMessage || row.notices.length > 0 || row.lost !== undefined
}
