import type { MessageContent } from '@visavis/e2ee'
import { createFakeClock, createFakeLog, settle } from '@visavis/testkit'
import type { Vault } from '../../../vault/types.ts'
import type { MessageRecord } from '../../core-types.ts'
import { NO_FILES } from '../../files-port.ts'
import { createFeed } from '../../view/feed.ts'
import { createRowStore } from '../../view/rows.ts'
import { ALICE, ALICES_DEVICE, CONVERSATION, createFakeCore, type FakeCore } from '../../view/sim/fake-core.ts'
import { safetyRecord } from '../memory.ts'
import { openSafetyWatch, type SafetyWatch } from '../safety-watch.ts'
import { createLocalSafety, type LocalSafety } from './local-safety.ts'

/**
 * The shipped engine and rules over a vault in memory and a core whose deliveries a test writes. What is found is read where
 * a screen reads it: in the view, in the log, and in what lies in the vault.
 */
export const MONEY = 'can you send me 200 dollars in gift cards right now please'
export const SNAP = 'do you have snapchat? add me there'
export const FRIENDLY = 'i had such a nice walk today'
export const text = (words: string): MessageContent => ({ kind: 'text', text: words })

/** One life of a messenger's safety. */
export type Life = {
  readonly watch: SafetyWatch
  readonly core: FakeCore
  readonly safety: LocalSafety
  readonly log: ReturnType<typeof createFakeLog>
  readonly clock: ReturnType<typeof createFakeClock>
  readonly shown: () => Promise<readonly (readonly [string, readonly string[], boolean])[]>
  readonly logged: () => Promise<readonly (readonly [string, string, string])[]>
  readonly deleteHistory: () => Promise<void>
  readonly open: (record: MessageRecord) => Promise<void>
}
const lives: { stop(): void }[] = []

/** Ends all lives. */
export function endLives(): void {
  for (const life of lives.splice(0)) life.stop()
}

/** Alice's messenger over what a vault holds. */
export async function openLife(
  vault: Vault,
  options: {
    readonly safety?: LocalSafety
    readonly clock?: ReturnType<typeof createFakeClock>
    readonly lastPosition?: number
    readonly kind?: 'group'
  } = {},
): Promise<Life> {
  const clock = options.clock ?? createFakeClock()
  const log = createFakeLog()
  const core = createFakeCore(vault, () => clock.nowMs())
  const [{ server }] = core.conversations() as [ReturnType<FakeCore['conversations']>[number]]
  if (options.lastPosition !== undefined) core.change({ lastPosition: options.lastPosition })
  if (options.kind) core.change({ server: { ...server, kind: options.kind } })
  const safety = options.safety ?? createLocalSafety()
  const handleOf = (accountId: string) => (accountId === ALICE ? 'alice' : 'bob')
  const serverNowMs = () => clock.nowMs()
  const watch = await openSafetyWatch({
    clock,
    log,
    vault,
    safety,
    me: ALICE,
    store: createRowStore(vault),
    serverNowMs,
    conversations: () => core.conversations(),
    handleOf,
    changed: (conversationId) => feed.stale(conversationId),
  })
  const feed = createFeed({
    clock,
    log,
    core,
    vault,
    transfers: NO_FILES,
    me: ALICE,
    deviceId: ALICES_DEVICE,
    serverNowMs,
    handleOf,
    sendsRead: () => false,
    isHeld: () => false,
    safety: watch,
    changed: () => {},
  })
  core.on((event) => {
    feed.handle(event)
    watch.handle(event)
  })
  await feed.start()
  void watch.start()
  let lines: readonly (readonly [string, readonly string[], boolean])[] = []
  feed.watch(CONVERSATION, ({ messages }) => {
    lines = messages.map(({ findings = [], isUnchecked = false, text: said }) => [
      said,
      findings.map(({ flag }) => flag),
      isUnchecked,
    ])
  })
  lives.push({
    stop() {
      watch.stop()
      feed.stop()
    },
  })
  return {
    watch,
    core,
    safety,
    log,
    clock,
    async shown() {
      await settle(400)
      return lines
    },
    async logged() {
      await settle(400)
      const entries = await watch.safetyLog()
      return entries.ok ? entries.value.map(({ finding, quote, state }) => [finding.flag, quote, state]) : []
    },
    deleteHistory: () => feed.deleteHistory(CONVERSATION),
    open: (record) => feed.opened(CONVERSATION, record),
  }
}

/** The record as it lies in the vault. */
export async function kept(vault: Vault) {
  return safetyRecord.read(await vault.get('safety', ['conversation', CONVERSATION]))
}
