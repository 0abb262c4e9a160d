import type { KeyPackage } from '@visavis/e2ee'
import { DAY, SECOND } from '@visavis/ports'
import { KEY_PACKAGES_PER_UPLOAD_MAX, SUITE_KINDS, toB64, type SuiteKind } from '@visavis/wire'
import { openAll } from '../../vault/record-kind.ts'
import type { Change, Vault, VaultKey } from '../../vault/types.ts'
import { keyPackageRecord } from '../stored-records.ts'
import type { CoreContext } from './context.ts'

/** One-time key packages that wait at the server, per suite. */
export const KEY_PACKAGES_WANTED = 20
/** The one that is used when no other is left is renewed so often; what it replaces is kept for those who took it before. */
export const LAST_RENEWED_MS = 30 * DAY
export const LAST_GRACE_MS = 14 * DAY
/** A private half whose public one was never used, or never arrived, is destroyed after so long. */
export const UNUSED_KEPT_MS = 60 * DAY
/** Post-quantum key packages are 2.7 KiB each; so many fit one request. */
const UPLOAD_MAX = Math.min(10, KEY_PACKAGES_PER_UPLOAD_MAX)
const RETRY_MS = 30 * SECOND
/** After a joining, so that several at once lead to one refill. */
const REFILL_SOON_MS = 5 * SECOND

type Stored = KeyPackage & { readonly madeAtMs: number }

export async function findKeyPackage(vault: Vault, suite: SuiteKind, id: string): Promise<KeyPackage | undefined> {
  return keyPackageRecord.read(await vault.get('key-packages', [suite, id]))
}

export type KeyPackages = {
  /** Counts what is left at the server and makes up for what was used. */
  refill(): void
  refillSoon(): void
}

export function createKeyPackages(context: CoreContext): KeyPackages {
  const { api, e2ee, self, vault, log, serverNowMs } = context.deps
  const wanted = context.deps.keyPackageCount ?? KEY_PACKAGES_WANTED
  let isRunning = false
  let cancelSoon: () => void = () => undefined

  async function make(suite: SuiteKind, isLast: boolean): Promise<Stored> {
    const made = await e2ee.createKeyPackage(self.device, { suite, isLast, nowMs: serverNowMs() })
    return { ...made, madeAtMs: serverNowMs() }
  }

  /** The private halves are durable before anybody can use the public ones. */
  async function offer(suite: SuiteKind, packages: readonly Stored[]): Promise<boolean> {
    await context.write(
      packages.map((each): Change => ({
        shelf: 'key-packages',
        key: [suite, each.id],
        value: keyPackageRecord.write(each),
      })),
    )
    const last = packages.find(({ isLast }) => isLast)
    const answer = await api.call('addKeyPackages', {
      body: {
        suite,
        packages: packages.filter(({ isLast }) => !isLast).map(({ bytes }) => toB64(bytes)),
        ...(last && { last: toB64(last.bytes) }),
      },
    })
    if (!answer.ok) log.warn('messages.key-packages-failed', { code: answer.code })
    return answer.ok
  }

  async function refillSuite(suite: SuiteKind, left: number, hasLast: boolean): Promise<boolean> {
    const { records, damaged } = openAll(
      keyPackageRecord,
      await vault.list({ shelf: 'key-packages', prefix: [suite] }),
      log,
    )
    const stored = records.map(({ record }) => record)
    const newestLast = Math.max(0, ...stored.filter(({ isLast }) => isLast).map(({ madeAtMs }) => madeAtMs))
    if ((!hasLast || newestLast + LAST_RENEWED_MS <= serverNowMs()) && !(await offer(suite, [await make(suite, true)])))
      return false
    for (let missing = wanted - left; missing > 0; missing -= UPLOAD_MAX) {
      const packages: Stored[] = []
      while (packages.length < Math.min(missing, UPLOAD_MAX)) packages.push(await make(suite, false))
      if (!(await offer(suite, packages))) return false
    }
    await purge(stored, newestLast, damaged)
    return true
  }

  /** Damaged ones too: a welcome that asks for one is refused either way, and a new generation heals that. */
  async function purge(stored: readonly Stored[], newestLast: number, damaged: readonly VaultKey[]): Promise<void> {
    const nowMs = serverNowMs()
    const old = stored.filter(({ isLast, madeAtMs }) =>
      isLast ? madeAtMs < newestLast && newestLast + LAST_GRACE_MS <= nowMs : madeAtMs + UNUSED_KEPT_MS <= nowMs,
    )
    const keys = [...old.map(({ suite, id }) => [suite, id]), ...damaged]
    if (keys.length === 0) return
    await context.write(keys.map((key): Change => ({ shelf: 'key-packages', key, value: undefined })))
  }

  async function run(): Promise<void> {
    const counted = await api.call('countKeyPackages')
    let isDone = counted.ok
    if (counted.ok) {
      for (const suite of SUITE_KINDS)
        isDone = (await refillSuite(suite, counted.value[suite], counted.value.hasLast[suite])) && isDone
    }
    if (!isDone && context.isOnline()) later(RETRY_MS)
  }

  function refill(): void {
    cancelSoon()
    if (isRunning || !context.isOnline()) return
    isRunning = true
    context.background('key packages', () => run().finally(() => void (isRunning = false)))
  }

  function later(ms: number): void {
    cancelSoon()
    cancelSoon = context.after(ms, refill)
  }

  return { refill, refillSoon: () => later(REFILL_SOON_MS) }
}
