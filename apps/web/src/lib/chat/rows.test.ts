import type { AccountId } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import type { Message } from '../messenger/types.ts'
import { dayName, dayOf, shortTimeText, spanText } from './days.ts'
import { messageOf, NOON } from './rows-sample.ts'
import { countAfter, GROUP_GAP_MS, hasMovedAtStart, latestIncoming, rowIndexAt, rowsOf } from './rows.ts'

const DAY = 24 * 60 * 60_000

const mine = (position: number, change: Partial<Message> = {}) =>
  messageOf(position, { fromMe: true, senderAccount: 'me' as AccountId, canReport: false, ...change })
const kinds = (messages: readonly Message[], unreadFrom?: number) =>
  rowsOf({ messages, ...(unreadFrom === undefined ? {} : { unreadFrom }) }).map(({ kind }) => kind)

describe('the list of messages as lines', () => {
  it('[K8] each day begins with its name, once', () => {
    expect(kinds([messageOf(1), messageOf(2), messageOf(3, { atMs: NOON + DAY })])).toEqual([
      'day',
      'message',
      'message',
      'day',
      'message',
    ])
  })
  it('[K8] what one person wrote in one go is one group; a pause, another person or a mark ends it', () => {
    const rows = rowsOf({
      messages: [
        messageOf(1),
        messageOf(2),
        messageOf(3, { atMs: NOON + 2_000 + GROUP_GAP_MS + 1 }),
        mine(4, { atMs: NOON + GROUP_GAP_MS + 4_000 }),
        mine(5, { atMs: NOON + GROUP_GAP_MS + 5_000, isAfterGap: true }),
      ],
    })
    expect(rows.flatMap((row) => (row.kind === 'message' ? [[row.isFirst, row.isLast]] : []))).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
      [true, true],
    ])
  })
  it('[K8] the unread mark stands before the first unread message, and not before one of my own', () => {
    expect(kinds([messageOf(1), messageOf(2)], 2)).toEqual(['day', 'message', 'unread', 'message'])
    expect(kinds([messageOf(1), mine(2), messageOf(3)], 2)).toEqual(['day', 'message', 'message', 'message'])
  })
  it('[K4] a lost message leaves a mark where it is missing', () => {
    expect(kinds([messageOf(1), messageOf(3, { isAfterGap: true })])).toEqual(['day', 'message', 'gap', 'message'])
  })
  it('[K8] a message of mine without a position stands at the end and does not hide the unread mark', () => {
    const waiting = mine(0)
    const { position: _, ...unplaced } = waiting
    expect(kinds([messageOf(1), unplaced], 1)).toEqual(['day', 'unread', 'message', 'message'])
  })
  it('[K8] earlier messages are told from later ones, so that the list stays in place', () => {
    const before = rowsOf({ messages: [messageOf(5), messageOf(6)] })
    expect(
      hasMovedAtStart(before, rowsOf({ messages: [messageOf(3), messageOf(4), messageOf(5), messageOf(6)] })),
    ).toBe(true)
    expect(hasMovedAtStart(before, rowsOf({ messages: [messageOf(5), messageOf(6), messageOf(7)] }))).toBe(false)
    expect(hasMovedAtStart(before, rowsOf({ messages: [messageOf(1), messageOf(2)] }))).toBe(false)
    expect(hasMovedAtStart([], before)).toBe(false)
  })
  it('[K8] a list that lost lines at its start is kept in place from its end', () => {
    const before = rowsOf({ messages: [1, 2, 3, 4].map((n) => messageOf(n)) })
    expect(hasMovedAtStart(before, rowsOf({ messages: [3, 4].map((n) => messageOf(n)) }))).toBe(true)
    expect(hasMovedAtStart(before, rowsOf({ messages: [1, 2].map((n) => messageOf(n)) }))).toBe(false)
    expect(hasMovedAtStart(before, rowsOf({ messages: [1, 3, 4].map((n) => messageOf(n)) }))).toBe(false)
  })
  it('[K3] only what others wrote is counted as new and marked as read', () => {
    const messages = [messageOf(1), mine(2), messageOf(3), messageOf(4, { kind: 'notice' })]
    expect(countAfter(messages, 1)).toBe(1)
    expect(latestIncoming(messages)).toBe(4)
    expect(latestIncoming([mine(1)])).toBeUndefined()
  })
  it('[K8] a quoted message is found by its position', () => {
    const rows = rowsOf({ messages: [messageOf(1), messageOf(2)] })
    expect(rowIndexAt(rows, 2)).toBe(2)
    expect(rowIndexAt(rows, 9)).toBe(-1)
  })
})

describe('days and times', () => {
  it('[O5] a day is called by the nearest name', () => {
    expect(dayName(NOON, NOON)).toBe('today')
    expect(dayName(NOON - DAY, NOON)).toBe('yesterday')
    expect(dayName(NOON - 6 * DAY, NOON)).toBe('weekday')
    expect(dayName(NOON - 7 * DAY, NOON)).toBe('date')
    expect(dayName(NOON + DAY, NOON)).toBe('date')
    expect(dayOf(NOON)).toBe(new Date(2026, 10, 20).getTime())
  })
  it('[O5] the list shows the shortest time that still tells when', () => {
    expect(shortTimeText(NOON, NOON, 'en-GB')).toBe('12:00')
    expect(shortTimeText(NOON - 2 * DAY, NOON, 'en-GB')).toBe('Wed')
    expect(shortTimeText(NOON - 30 * DAY, NOON, 'en-GB')).toBe('21/10/2026')
  })
  it('[K5] a timer is said in the largest unit that measures it', () => {
    expect(spanText(3_600, 'en')).toBe('1 hour')
    expect(spanText(90, 'en')).toBe('90 seconds')
    expect(spanText(7 * 86_400, 'en')).toBe('7 days')
  })
})
