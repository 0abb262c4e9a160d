import type { AccountId, ConversationId, DeviceId, ServerFrame } from '@visavis/wire'
import { openCapsuleShelf, type CapsuleShelf } from '../../capsule/capsule-shelf.ts'
import type { Stretch } from '../../vault/argon2.ts'
import type { Vault } from '../../vault/types.ts'
import type { CoreDeps } from '../core/ports.ts'
import type { ConversationRecord, Core, CoreEvent } from '../core-types.ts'
import type { MessengerDeps } from '../deps.ts'
import type { FileTransfers } from '../files-port.ts'
import type { MessengerState } from '../types.ts'
import { createKnownSince } from '../../trust-steps/known-since.ts'
import { openSafetyWatch, type SafetyWatch } from '../safety/safety-watch.ts'
import { createFeed } from '../view/feed.ts'
import type { Feed, FeedDeps } from '../view/feed-types.ts'
import { createRowStore } from '../view/rows.ts'
import { searchMessages } from '../view/search.ts'
import { summarize, totalUnread } from '../view/summaries.ts'
import { openBackups, type Backups } from './backup.ts'
import { createContactList, type ContactList } from './contact-list.ts'
import { openDirectory, type Directory } from './directory.ts'
import { openDrafts, type Drafts } from './drafts.ts'
import { createGroups, type Groups } from './groups.ts'
import { openKeyLog } from './key-log.ts'
import type { Identity } from './identity.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import { openSettings, type SettingsStore } from './settings.ts'
import { createSafetyCodes, type SafetyCodes } from './safety-code.ts'

/** The halves that are made anew with each open vault. */
export type Parts = {
  readonly createCore: (deps: CoreDeps) => Core
  readonly createTransfers: (deps: MessengerDeps & { readonly vault: Vault }) => FileTransfers
  /** Of the passphrase of a backup. */
  readonly stretch: Stretch
}

/** Everything that lives while a vault is open and the device is one of the account's. */
export type Session = {
  readonly identity: Identity
  readonly backups: Backups
  readonly capsules: CapsuleShelf
  readonly core: Core
  readonly directory: Directory
  readonly contacts: ContactList
  readonly drafts: Drafts
  readonly feed: Feed
  readonly groups: Groups
  readonly outgoing: Outgoing
  readonly safety: SafetyCodes
  readonly redFlags: SafetyWatch
  readonly transfers: FileTransfers
  readonly state: () => Omit<MessengerState, 'phase'>
  readonly settings: SettingsStore
  readonly acceptNewKey: (accountId: AccountId) => Promise<void>
  /** The present key of this account was accepted or verified: what was held back goes. */
  readonly trusted: (accountId: AccountId) => Promise<void>
  /** The partner of a call, a contact now, named its account key inside the call. */
  readonly met: (accountId: AccountId, accountKey: Uint8Array) => Promise<void>
  readonly search: (words: string) => ReturnType<typeof searchMessages>
  readonly online: (resumed: boolean) => void
  readonly offline: () => void
  readonly frame: (frame: ServerFrame) => void
  readonly stop: () => void
}

/** Reads what is kept and begins; nothing here talks to the server before `online`. */
export async function openSession(
  deps: MessengerDeps,
  parts: Parts,
  given: { readonly vault: Vault; readonly identity: Identity; readonly changed: () => void },
): Promise<Session> {
  const { api, e2ee, log } = deps
  const { changed, identity, vault } = given
  const { accountId: me, handle } = deps.session()
  const { accountKey } = identity.device
  const directory = await openDirectory({ vault, log, self: { accountId: me, accountKey, handle } })
  const drafts = await openDrafts({ ...deps, vault, changed })
  const settings = await openSettings(vault, log)
  const backups = await openBackups({ ...deps, vault, identity, changed, stretch: parts.stretch })
  const capsules = await openCapsuleShelf({ ...deps, vault })
  const keyLog = await openKeyLog({ ...deps, vault, changed, self: { accountId: me, accountKey } })

  const core = parts.createCore({
    ...deps,
    vault,
    self: { accountId: me, device: identity.device },
    admit: (conversationId) => directory.admit(() => serverOf(core, conversationId)),
  })
  const transfers = parts.createTransfers({ ...deps, vault })
  const isHeld = (conversation: ConversationRecord['server']) => directory.isHeld(conversation)
  const { feed, redFlags } = await openFeed({
    ...deps,
    vault,
    core,
    transfers,
    me,
    changed,
    deviceId: identity.device.deviceId as DeviceId,
    handleOf: directory.handleOf,
    sendsRead: () => settings.get().sendsRead,
    isHeld: ({ server }) => isHeld(server),
  })
  const outgoing = createOutgoing({ ...deps, core, transfers, me, isHeld, store: feed.store, clearDraft: drafts.clear })
  const contacts = createContactList({ api, directory, changed: () => knownSince.refresh() })
  const knownSince = createKnownSince({ ...deps, core, contacts: contacts.contacts, changed: reachChanged })
  let isStopped = false
  function background(reason: string, work: Promise<unknown>): void {
    work.catch((err: unknown) => {
      if (!isStopped) log.error('messages.people-failed', { reason, err })
    })
  }

  async function observe(): Promise<void> {
    const observed = directory.observe(core.conversations().map(({ server }) => server))
    // At once: what waits must not be encrypted to the new key first.
    for (const { server } of core.conversations()) await holdBack(server.conversationId)
    const found = await observed
    for (const { conversationId, accountId } of found) await feed.keyChanged(conversationId, accountId)
    knownSince.refresh()
    feed.stale()
    changed()
    background('key-log', keyLog.checkPeople(core.conversations().map(({ server }) => server)))
  }

  async function holdBack(conversationId: ConversationId): Promise<void> {
    const server = serverOf(core, conversationId)
    if (server && isHeld(server)) await outgoing.holdBack(conversationId)
  }

  async function tidyOutbox(conversationId: ConversationId): Promise<void> {
    await outgoing.dropRefused(conversationId)
    await holdBack(conversationId)
  }

  function heard(event: CoreEvent): void {
    if (event.kind === 'conversations') background('observe', observe())
    if (event.kind === 'outbox') background('outbox', tidyOutbox(event.conversationId))
    feed.handle(event)
    if (event.kind !== 'message' || event.record.content?.kind !== 'sharing') return
    reachChanged()
    // Files may have waited for it.
    outgoing.resume()
  }

  /** What two people agree on holds in their groups, too. */
  function reachChanged(): void {
    feed.stale()
    changed()
  }

  function frame(given_: ServerFrame): void {
    core.frame(given_)
    if (given_.name === 'changed' && given_.body.what === 'contacts') background('contacts', contacts.refresh())
    if (given_.name === 'changed' && given_.body.what === 'devices') background('key-log', keyLog.checkSelf())
    if (given_.name !== 'contact.made') return
    background('contacts', directory.contactMade(given_.body.callId, given_.body.accountId).then(contacts.refresh))
  }

  async function trusted(accountId: AccountId): Promise<void> {
    for (const { server } of core.conversations()) {
      const isTheirs = server.members.some((member) => member.accountId === accountId)
      if (isTheirs && !isHeld(server)) await outgoing.releaseHeld(server.conversationId)
    }
    changed()
  }

  const stops = [core.on(heard), transfers.on((conversationId) => feed.stale(conversationId))]
  await core.start()
  await observe()
  await feed.start()

  return {
    identity,
    backups,
    capsules,
    core,
    directory,
    contacts,
    drafts,
    feed,
    outgoing,
    redFlags,
    transfers,
    trusted,
    frame,
    acceptNewKey: (accountId) => directory.accept(accountId).then(() => trusted(accountId)),
    met: (accountId, key) => directory.metInCall(accountId, key).then(observe),
    groups: createGroups({ api, core }),
    safety: createSafetyCodes({ e2ee, identity, directory }),
    state: () => ({
      ...stateOf({ core, contacts, directory, drafts, feed, identity, redFlags, me, handle }),
      ...keyLog.state(),
      ...backupAlarmOf(backups),
    }),
    settings,
    search: createSearch(core, feed),
    online(resumed) {
      core.online({ resumed })
      outgoing.resume()
      backups.online()
      if (!resumed) background('contacts', contacts.refresh())
      background('key-log', keyLog.online(resumed))
    },
    offline() {
      core.offline()
      keyLog.offline()
    },
    stop() {
      isStopped = true
      backups.stop()
      capsules.stop()
      for (const stop of stops) stop()
      knownSince.stop()
      core.stop()
      keyLog.stop()
      feed.stop()
      transfers.stop()
    },
  }
}

/** Messages as they are shown, and what is found in them, which stands beside them. */
async function openFeed(
  deps: Omit<FeedDeps, 'safety'> & Pick<MessengerDeps, 'safety'>,
): Promise<{ readonly feed: Feed; readonly redFlags: SafetyWatch }> {
  const redFlags = await openSafetyWatch({
    ...deps,
    store: createRowStore(deps.vault),
    conversations: () => deps.core.conversations(),
    changed(conversationId) {
      feed.stale(conversationId)
      deps.changed()
    },
  })
  const feed = createFeed({ ...deps, safety: redFlags })
  const both: Feed = {
    ...feed,
    async start() {
      await feed.start()
      // Not waited for: it ends when all that came meanwhile was looked at.
      void redFlags.start()
    },
    handle(event) {
      feed.handle(event)
      redFlags.handle(event)
    },
    stop() {
      redFlags.stop()
      feed.stop()
    },
  }
  return { feed: both, redFlags }
}

function backupAlarmOf(backups: Backups): Pick<MessengerState, 'backupAlarm'> {
  const backupAlarm = backups.alarm()
  return backupAlarm ? { backupAlarm } : {}
}

/** A search that is asked for later ends the one before. */
function createSearch(core: Core, feed: Feed): Session['search'] {
  let searches = 0
  return (words) => {
    searches += 1
    const own = searches
    const places = core.conversations().map(({ server: { conversationId, createdAtMs } }) => ({
      conversationId,
      lastMs: feed.brief(conversationId).last?.record.sentAtMs ?? createdAtMs,
    }))
    return searchMessages(feed.store, places, words, () => own === searches)
  }
}

function serverOf(core: Core, conversationId: ConversationId): ConversationRecord['server'] | undefined {
  return core.conversations().find(({ server }) => server.conversationId === conversationId)?.server
}

function stateOf(
  session: Pick<Session, 'core' | 'contacts' | 'directory' | 'drafts' | 'feed' | 'identity' | 'redFlags'> & {
    readonly me: AccountId
    readonly handle: string
  },
): Omit<MessengerState, 'phase'> {
  const { contacts, core, directory, drafts, feed, handle, identity, me, redFlags } = session
  const conversations = summarize({
    me,
    core,
    brief: ({ server }) => feed.brief(server.conversationId),
    draft: ({ server }) => drafts.of(server.conversationId),
    handleOf: directory.handleOf,
    trustOf: directory.trustOf,
    mutedOf: redFlags.mutedOf,
  })
  return {
    me: { accountId: me, deviceId: identity.device.deviceId as DeviceId, handle },
    contacts: contacts.contacts(),
    requests: contacts.requests(),
    conversations,
    unread: totalUnread(conversations),
  }
}
