import { describe, expect, it } from 'vitest'
import { createPool, LIVELY } from './index.ts'
import type { PoolOptions, Ticket } from './index.ts'
import { createCrowd } from './oracle.ts'

const NOW = 1_000_000

function ticket(name: string, change: Partial<Ticket> = {}): Ticket {
  return {
    ticketId: `ticket-${name}`,
    accountId: `account-${name}`,
    mode: 'video',
    languages: ['en'],
    interests: [],
    company: 'unsaid',
    wish: ['woman', 'man', 'nonbinary', 'unsaid'],
    boundaries: { flirting: 'fine' },
    trust: 0,
    pool: 'general',
    relayRegion: 'eu-west',
    blocked: new Set(),
    recent: new Map(),
    adult: true,
    sanctioned: false,
    seekingSinceMs: NOW,
    ...change,
  }
}

/** How many pairs these tickets make in the first tick. */
function pairsOf(tickets: readonly Ticket[], options: PoolOptions = {}): number {
  const pool = createPool(options)
  for (const each of tickets) expect(pool.seek(each, NOW).kind).toBe('added')
  return pool.tick(NOW).length
}

describe('who may meet', () => {
  const rows: [string, Partial<Ticket>, Partial<Ticket>, number][] = [
    ['[M1][MT14] two compatible strangers meet in the first tick of a quiet pool', {}, {}, 1],
    ['[M1][MT5] text and video do not meet', { mode: 'text' }, {}, 0],
    ['[M1][MT5] text meets text', { mode: 'text' }, { mode: 'text' }, 1],
    ['[M1][MT5] audio meets audio', { mode: 'audio' }, { mode: 'audio' }, 1],
    ['[M6][MT5] behaviour pools do not mix', { pool: 'restricted' }, {}, 0],
    ['[M6][MT5] people of the restricted pool meet each other', { pool: 'restricted' }, { pool: 'restricted' }, 1],
    ['[M4][MT6] no shared language, no meeting', { languages: ['de'] }, {}, 0],
    [
      '[M4][MT6] one shared language among several is enough',
      { languages: ['de', 'en'] },
      { languages: ['en', 'fr'] },
      1,
    ],
    ['[M4][MT7] a wish for other company keeps apart', { company: 'man' }, { wish: ['woman'] }, 0],
    ['[M4][MT7] wishes must be mutual', { company: 'man', wish: ['woman'] }, { company: 'woman', wish: ['woman'] }, 0],
    ['[M4][MT7] mutual wishes meet', { company: 'man', wish: ['woman'] }, { company: 'woman', wish: ['man'] }, 1],
    ['[M4][MT8] no against want', { boundaries: { flirting: 'no' } }, { boundaries: { flirting: 'want' } }, 0],
    ['[M4][MT8] want against no', { boundaries: { flirting: 'want' } }, { boundaries: { flirting: 'no' } }, 0],
    ['[M4][MT8] no against fine', { boundaries: { flirting: 'no' } }, { boundaries: { flirting: 'fine' } }, 1],
    ['[M4][MT8] different subjects', { boundaries: { nudity: 'no' } }, { boundaries: { flirting: 'want' } }, 1],
    ['[M7][MT9] a block by the first', { blocked: new Set(['account-b']) }, {}, 0],
    ['[M7][MT9] a block by the second', {}, { blocked: new Set(['account-a']) }, 0],
    ['[M4][MT10] inside a cool-down', { recent: new Map([['account-b', NOW + 1]]) }, {}, 0],
    ['[M4][MT10] inside a cool-down the other one knows of', {}, { recent: new Map([['account-a', NOW + 1]]) }, 0],
    ['[M4][MT10] a cool-down that has ended', { recent: new Map([['account-b', NOW]]) }, {}, 1],
    ['[M4][MT10] one account on two devices', { accountId: 'x' }, { accountId: 'x' }, 0],
  ]
  it.each(rows)('%s', (_title, first, second, pairs) => {
    expect(pairsOf([ticket('a', first), ticket('b', second)])).toBe(pairs)
  })

  it('[M4][MT10] one account on two devices is paired once in a tick, and the other device stays', () => {
    const pool = createPool()
    const mine = { accountId: 'x' }
    for (const each of [ticket('a', mine), ticket('b', mine), ticket('c'), ticket('d')]) pool.seek(each, NOW)
    const pairs = pool.tick(NOW)
    const names = pairs.flatMap((pair) => [pair.a, pair.b])
    expect(names.filter((name) => name === 'ticket-a' || name === 'ticket-b').length).toBeLessThan(2)
    expect(pool.size()).toBe(4 - names.length)
  })

  it('[M4][MT10] a device held back in one tick is looked at in the next', () => {
    const pool = createPool()
    const mine = { accountId: 'x' }
    // The other two may not meet each other, so both devices have somebody.
    const c = ticket('c', { blocked: new Set(['account-d']) })
    for (const each of [ticket('a', mine), ticket('b', mine), c, ticket('d')]) pool.seek(each, NOW)
    expect(pool.tick(NOW)).toHaveLength(1)
    expect(pool.tick(NOW)).toHaveLength(1)
    expect(pool.size()).toBe(0)
  })

  it('[M4][MT10] people in a cool-down meet in the first tick after it, with nothing else happening', () => {
    const pool = createPool()
    pool.seek(ticket('a', { recent: new Map([['account-b', NOW + 60_000]]) }), NOW)
    pool.seek(ticket('b'), NOW)
    for (const atMs of [NOW, NOW + 30_000, NOW + 59_999]) expect(pool.tick(atMs)).toEqual([])
    expect(pool.idle(NOW + 59_999)).toBe(true)
    expect(pool.idle(NOW + 60_000)).toBe(false)
    expect(pool.tick(NOW + 60_000)).toHaveLength(1)
  })
})

describe('joining and leaving', () => {
  it('[M7][MT9] a block counts at once for people already waiting', () => {
    const pool = createPool()
    pool.seek(ticket('a'), NOW)
    pool.seek(ticket('b'), NOW)
    pool.block('account-b', 'account-a')
    expect(pool.tick(NOW)).toEqual([])
    // Also after one of them renews the ticket, made before the block was stored.
    expect(pool.seek(ticket('a'), NOW)).toEqual({ kind: 'replaced' })
    expect(pool.tick(NOW + 60_000)).toEqual([])
    pool.seek(ticket('c'), NOW + 60_000)
    expect(pool.tick(NOW + 60_000)).toHaveLength(1)
  })

  it('[M7][MT9] a block holds when the blocked person joins with a ticket made before it', () => {
    const pool = createPool()
    pool.seek(ticket('a'), NOW)
    pool.block('account-a', 'account-b')
    pool.seek(ticket('b'), NOW)
    expect(pool.tick(NOW)).toEqual([])
  })

  it('[M4][MT1] a renewed ticket counts with its new content', () => {
    const pool = createPool()
    pool.seek(ticket('a', { languages: ['de'] }), NOW)
    pool.seek(ticket('b'), NOW)
    expect(pool.tick(NOW)).toEqual([])
    expect(pool.seek(ticket('a'), NOW)).toEqual({ kind: 'replaced' })
    expect(pool.size()).toBe(2)
    expect(pool.tick(NOW)).toHaveLength(1)
  })

  it('[M4][MT2] a ticket id of somebody else neither replaces nor removes their ticket', () => {
    const pool = createPool()
    pool.seek(ticket('a'), NOW)
    expect(pool.seek(ticket('a', { accountId: 'thief' }), NOW)).toEqual({ kind: 'refused', reason: 'malformed' })
    expect(pool.waiting('ticket-a', NOW)).toBeDefined()
    expect(pool.holdings().accounts).toBe(1)
  })

  const refusals: [string, Partial<Ticket>, string][] = [
    ['no adult', { adult: false }, 'not-adult'],
    ['sanctioned', { sanctioned: true }, 'sanctioned'],
    ['no language', { languages: [] }, 'malformed'],
    ['nine languages', { languages: 'abcdefghi'.split('') }, 'malformed'],
    ['thirteen interests', { interests: 'abcdefghijklm'.split('') }, 'malformed'],
    ['an empty interest', { interests: [''] }, 'malformed'],
    ['no wish', { wish: [] }, 'malformed'],
    ['an unknown wish', { wish: ['robot' as never] }, 'malformed'],
    ['an unknown company', { company: 'robot' as never }, 'malformed'],
    ['an unknown mode', { mode: 'hologram' as never }, 'malformed'],
    ['an unknown stance', { boundaries: { flirting: 'maybe' as never } }, 'malformed'],
    [
      '17 subjects',
      { boundaries: Object.fromEntries('abcdefghijklmnopq'.split('').map((s) => [s, 'no'])) },
      'malformed',
    ],
    ['half a trust level', { trust: 0.5 }, 'malformed'],
    ['too much trust', { trust: 4 }, 'malformed'],
    ['no time', { seekingSinceMs: Number.NaN }, 'malformed'],
    ['an endless account id', { accountId: 'x'.repeat(129) }, 'malformed'],
    ['age unknown', { adult: 'yes' as never }, 'malformed'],
  ]
  it.each(refusals)('[M4][MT2][MT3] refused and out of the pool: %s', (_name, change, reason) => {
    const pool = createPool()
    expect(pool.seek(ticket('a', change), NOW)).toEqual({ kind: 'refused', reason })
    pool.seek(ticket('a', { accountId: change.accountId ?? 'account-a', adult: true, sanctioned: false }), NOW)
    const renewal = { ...ticket('a', change) }
    expect(pool.seek(renewal, NOW)).toEqual({ kind: 'refused', reason })
    expect(pool.holdings()).toMatchObject({ tickets: 0, accounts: 0, words: 0, alarms: 0 })
  })

  it('[M4][MT2] full: the pool, and one account', () => {
    const pool = createPool({ ticketsMax: 2 })
    pool.seek(ticket('a'), NOW)
    pool.seek(ticket('b'), NOW)
    expect(pool.seek(ticket('c'), NOW)).toEqual({ kind: 'refused', reason: 'full' })
    expect(pool.seek(ticket('b'), NOW)).toEqual({ kind: 'replaced' })
    const other = createPool()
    const outcomes = '1234567'.split('').map((device) => other.seek(ticket(device, { accountId: 'x' }), NOW).kind)
    expect(outcomes).toEqual([...Array.from({ length: 6 }, () => 'added'), 'refused'])
  })

  it('[M4][MT3] more boundary subjects than the pool has room for: refused, and nothing is held', () => {
    const pool = createPool()
    const subjects = (prefix: string) =>
      Object.fromEntries('abcdefghij'.split('').map((s) => [prefix + s, 'no' as const]))
    pool.seek(ticket('a', { boundaries: subjects('x') }), NOW)
    const before = pool.holdings()
    expect(pool.seek(ticket('b', { boundaries: subjects('y') }), NOW)).toEqual({ kind: 'refused', reason: 'malformed' })
    expect(pool.holdings()).toEqual(before)
    pool.leave('ticket-a')
    expect(pool.seek(ticket('b', { boundaries: subjects('y') }), NOW)).toEqual({ kind: 'added' })
  })

  it('[M1][MT4] leaving is answered truly and leaves nothing behind', () => {
    const pool = createPool()
    expect(pool.leave('ticket-a')).toBe(false)
    pool.seek(ticket('a', { interests: ['chess'] }), NOW)
    pool.seek(ticket('b', { languages: ['de'], recent: new Map([['account-a', NOW + 9_000_000]]) }), NOW)
    pool.tick(NOW)
    expect(pool.leave('ticket-a')).toBe(true)
    expect(pool.leave('ticket-a')).toBe(false)
    expect(pool.leave('ticket-b')).toBe(true)
    expect(pool.holdings()).toMatchObject({ tickets: 0, accounts: 0, words: 0, alarms: 0 })
  })

  it('[M4] a time that is no number is a bug and throws', () => {
    expect(() => createPool().tick(Number.NaN)).toThrow('not a number')
  })
})

describe('waiting', () => {
  it('[M5][MT12][MT13] in a lively pool people hold out for a good partner, step by step, no longer than the bound', () => {
    const pool = createPool({ patience: LIVELY })
    // Score 9: one, the region, the trust level.
    pool.seek(ticket('a'), NOW)
    pool.seek(ticket('b'), NOW)
    expect(pool.tick(NOW + 1_499)).toEqual([])
    expect(pool.tick(NOW + 1_500)).toEqual([
      { a: 'ticket-a', b: 'ticket-b', score: 9, waitedMsA: 1_500, waitedMsB: 1_500 },
    ])
  })

  it('[M5][MT15] from the bound on anybody compatible is taken, and the bound is told', () => {
    const pool = createPool({ patience: LIVELY })
    pool.seek(ticket('a', { trust: 3 }), NOW)
    expect(pool.waiting('ticket-a', NOW + 5_000)).toEqual({ waitedMs: 5_000, boundMs: 8_000, company: 'alone' })
    pool.seek(ticket('b', { relayRegion: 'us-east', seekingSinceMs: NOW + 7_000 }), NOW + 7_000)
    expect(pool.tick(NOW + 7_999)).toEqual([])
    expect(pool.tick(NOW + 8_000)).toMatchObject([{ score: 1, waitedMsA: 8_000, waitedMsB: 1_000 }])
    expect(pool.waiting('ticket-a', NOW)).toBeUndefined()
  })

  it('[M5][MT13] patience follows how lively the pool is', () => {
    const pool = createPool()
    const boundOf = (i: number) => pool.waiting(`ticket-${i}`, NOW)?.boundMs
    for (let i = 1; i <= 100; i += 1) pool.seek(ticket(String(i)), NOW)
    expect([1, 19, 20, 99, 100].map(boundOf)).toEqual([0, 0, 3_000, 3_000, 8_000])
    // Ten seconds later it is quiet again.
    pool.seek(ticket('late'), NOW + 10_000)
    expect(pool.waiting('ticket-late', NOW + 10_000)?.boundMs).toBe(0)
  })

  it('[M5][MT22] company is told coarsely, of people one could talk to, without oneself', () => {
    const pool = createPool()
    const company = () => pool.waiting('ticket-me', NOW)?.company
    pool.seek(ticket('me', { languages: ['en', 'de'] }), NOW)
    pool.seek(ticket('me-too', { accountId: 'account-me' }), NOW)
    pool.seek(ticket('foreign', { languages: ['fr'] }), NOW)
    pool.seek(ticket('text', { mode: 'text' }), NOW)
    expect(company()).toBe('alone')
    const seen = [1, 9, 10, 99, 100].map((others) => {
      for (let i = 0; i < others; i += 1) pool.seek(ticket(`o${i}`), NOW)
      return company()
    })
    expect(seen).toEqual(['few', 'few', 'some', 'some', 'many'])
  })

  it('[M5][MT3] a start in the future counts as now, and time never runs backwards', () => {
    const pool = createPool({ patience: LIVELY })
    pool.seek(ticket('a', { seekingSinceMs: NOW + 50_000 }), NOW)
    expect(pool.waiting('ticket-a', NOW)?.waitedMs).toBe(0)
    pool.tick(NOW + 8_000)
    pool.seek(ticket('b', { trust: 3, relayRegion: 'us-east', seekingSinceMs: NOW }), NOW - 70_000)
    expect(pool.tick(NOW - 70_000)).toHaveLength(1)
  })

  it('[M5][MT11] the better partner is chosen: interests, then nearness, language and trust', () => {
    const scores = (change: Partial<Ticket>) => {
      const pool = createPool()
      const base = { interests: 'abcdef'.split(''), languages: ['en', 'de', 'fr', 'es'], trust: 3 }
      pool.seek(ticket('a', base), NOW)
      pool.seek(ticket('b', { ...base, ...change }), NOW)
      return pool.tick(NOW)[0]?.score
    }
    expect(scores({})).toBe(37)
    expect(scores({ interests: ['a', 'z'] })).toBe(19)
    expect(scores({ relayRegion: 'eu-north' })).toBe(34)
    expect(scores({ relayRegion: 'us-east' })).toBe(32)
    expect(scores({ languages: ['en', 'de'] })).toBe(35)
    expect(scores({ trust: 0 })).toBe(34)
  })

  it('[M5][MT19][MT20] an idle pool does nothing; work beyond the budget is carried over and done', () => {
    const pool = createPool({ evaluationsPerTickMax: 10, patience: LIVELY })
    const crowd = createCrowd(11)
    for (let i = 0; i < 60; i += 1) pool.seek(crowd(NOW, { seekingSinceMs: NOW - 9_000 }), NOW)
    expect(pool.tick(NOW).length).toBeLessThan(25)
    let ticks = 0
    while (!pool.idle(NOW)) {
      pool.tick(NOW)
      ticks += 1
      expect(ticks).toBeLessThan(500)
    }
    expect(ticks).toBeGreaterThan(1)
    expect(pool.size()).toBeLessThan(20)
    expect(pool.tick(NOW)).toEqual([])
  })

  it('[M6][MT23] trust levels and boundaries never appear in an outcome', () => {
    const pool = createPool()
    const outcome = pool.seek(ticket('a', { trust: 2 }), NOW)
    const told = pool.waiting('ticket-a', NOW)
    pool.seek(ticket('b'), NOW)
    expect(Object.keys(outcome)).toEqual(['kind'])
    expect(Object.keys(told ?? {})).toEqual(['waitedMs', 'boundMs', 'company'])
    expect(Object.keys(pool.tick(NOW)[0] ?? {})).toEqual(['a', 'b', 'score', 'waitedMsA', 'waitedMsB'])
  })
})
