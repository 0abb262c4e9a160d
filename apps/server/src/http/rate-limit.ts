import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { DAY, HOUR, MINUTE, SECOND, type Clock, type Random } from '@visavis/ports'
import { fail, ok, type Result, type RouteName } from '@visavis/wire'

/** What is limited together: some routes have a budget of their own, the rest share one. */
export const BUDGETS = {
  shared: { points: 300, windowMs: MINUTE },
  files: { points: 1_200, windowMs: MINUTE },
  passkey: { points: 40, windowMs: MINUTE },
  suggestHandles: { points: 60, windowMs: MINUTE },
  checkHandle: { points: 120, windowMs: MINUTE },
  getChallenge: { points: 60, windowMs: MINUTE },
  createAccount: { points: 60, windowMs: HOUR },
  preparePasskeyAccount: { points: 60, windowMs: HOUR },
  signIn: { points: 30, windowMs: 5 * MINUTE },
  /** Per handle, whatever the address: slows down guessing from many places. */
  signInHandle: { points: 10, windowMs: 5 * MINUTE },
  upgrade: { points: 120, windowMs: MINUTE },
  registerDevice: { points: 30, windowMs: HOUR },
  bindDevice: { points: 60, windowMs: 5 * MINUTE },
  addKeyPackages: { points: 60, windowMs: MINUTE },
  claimKeyPackages: { points: 120, windowMs: MINUTE },
  /** Per account: who claims without adding would use up the packages of others. */
  claimAccount: { points: 60, windowMs: MINUTE },
  openLink: { points: 30, windowMs: 10 * MINUTE },
  readLink: { points: 180, windowMs: MINUTE },
  setContactCode: { points: 30, windowMs: HOUR },
  requestContact: { points: 60, windowMs: HOUR },
  /** Per account, whatever the address: requests to strangers, and guesses of codes. */
  requestAccount: { points: 20, windowMs: HOUR },
  createFile: { points: 240, windowMs: HOUR },
  /** Per account, whatever the address. */
  fileAccount: { points: 240, windowMs: HOUR },
  /** One file has up to a hundred parts. */
  putFilePart: { points: 900, windowMs: MINUTE },
  getFilePart: { points: 1_200, windowMs: MINUTE },
  putBackupSegment: { points: 900, windowMs: MINUTE },
  getBackupSegment: { points: 900, windowMs: MINUTE },
  commitBackup: { points: 120, windowMs: HOUR },
  /** Per account, whatever the address: a few of the largest backups. */
  backupAccount: { points: 1_000, windowMs: HOUR },
  setPush: { points: 30, windowMs: HOUR },
  /** A messenger that is new on its device asks about every contact. */
  proveDevices: { points: 900, windowMs: MINUTE },
  getLogCheckpoint: { points: 60, windowMs: MINUTE },
  /** A device fetches each language once for every version of it. */
  getSafetyPack: { points: 600, windowMs: HOUR },
  reportMessages: { points: 60, windowMs: HOUR },
  /** Per account, whatever the address: opening a report costs work. */
  reportAccount: { points: 20, windowMs: HOUR },
} as const
export type Budget = keyof typeof BUDGETS

export type RateLimits = {
  /** Takes one point for `who` (an address, a handle or an account). Error: RATE_LIMITED with the wait. */
  take: (budget: Budget, who: string) => Promise<Result<true>>
}

/** The budget of a route. */
export function budgetOf(route: RouteName): Budget {
  return Object.hasOwn(BUDGETS, route) ? (route as Budget) : 'shared'
}

/**
 * Counters in memory, keyed by HMAC(key, day | who): an address is never kept, and who holds the memory of one day
 * cannot recognise anybody the next [A11].
 */
export function createRateLimits(deps: { key: Uint8Array; clock: Clock; random: Random; factor: number }): RateLimits {
  const limiters = new Map<Budget, RateLimiterMemory>()
  for (const [name, { points, windowMs }] of Object.entries(BUDGETS)) {
    limiters.set(
      name as Budget,
      new RateLimiterMemory({ keyPrefix: name, points: points * deps.factor, duration: windowMs / SECOND }),
    )
  }
  let day = -1
  let daily = Buffer.alloc(0)
  const keyOf = (who: string) => {
    const today = Math.floor(deps.clock.nowMs() / DAY)
    if (today !== day) {
      day = today
      // Chance is mixed in so that even the server's own secret cannot recompute a past day's keys.
      daily = createHmac('sha256', deps.key).update(deps.random.bytes(32)).digest()
    }
    return createHmac('sha256', daily).update(who).digest('base64url')
  }
  return {
    async take(budget, who) {
      try {
        await limiters.get(budget)?.consume(keyOf(who))
        return ok(true)
      } catch (error) {
        if (error instanceof RateLimiterRes) return fail('RATE_LIMITED', Math.ceil(error.msBeforeNext))
        throw error
      }
    },
  }
}

/** Groups what one customer commonly has: the /64 of an IPv6 address, the whole of an IPv4 address. */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const left = head.split(':').filter((part) => part !== '')
  const right = (tail ?? '').split(':').filter((part) => part !== '')
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')
}
