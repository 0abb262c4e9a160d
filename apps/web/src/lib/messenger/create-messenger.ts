import { fail, ok, type AccountId, type Code, type ConversationId, type Result } from '@visavis/wire'
import { stretchWithArgon2id } from '../vault/argon2.ts'
import { createCore } from './core/create-core.ts'
import type { MessengerDeps } from './deps.ts'
import { NO_FILES } from './files-port.ts'
import { findBackup } from './people/backup-restore.ts'
import { confirmLink, listDevices, readLinkCode, renameDevice, revokeDevice } from './people/devices.ts'
import { createLifecycle, type Lifecycle } from './people/lifecycle.ts'
import { openFile, showMember } from './people/opening.ts'
import { reportMessages } from './people/reporting.ts'
import { SETTINGS_DEFAULT } from './people/settings.ts'
import type { Parts, Session } from './people/session.ts'
import type { Messenger, MessengerState } from './types.ts'

/** The messenger of whoever is signed in; begins by itself. See `CreateMessenger` in deps.ts. */
export function createMessenger(deps: MessengerDeps, parts: Partial<Parts> = {}): Messenger {
  return assemble(deps, { createCore, createTransfers: () => NO_FILES, stretch: stretchWithArgon2id, ...parts })
}

/** What a screen asks for; each wish goes to the part that can grant it, once there is a session. */
function assemble(deps: MessengerDeps, parts: Parts): Messenger {
  const { api, e2ee, log } = deps
  const board = createBoard(() => stateOf(life))
  const life = createLifecycle(deps, parts, board.changed)
  const watches = createWatches(life, board.subscribe)
  const background = (reason: string, work: Promise<unknown> | undefined) =>
    void work?.catch((err: unknown) => log.error('messages.wish-failed', { reason, err }))

  /** Refused while nothing is open; a storage that fails is an outcome and not a bug. */
  async function within<T>(work: (session: Session) => Promise<Result<T>> | Result<T>): Promise<Result<T>> {
    const session = life.session()
    if (!session) return fail(closedCode(life))
    return work(session)
  }
  const quietly = async (work: (session: Session) => Promise<void>) => {
    const session = life.session()
    if (session) await work(session)
  }

  return {
    snapshot: board.snapshot,
    subscribe: board.subscribe,
    watch: watches.watch,
    unlock: life.unlock,
    startAfresh: life.startAfresh,
    ...viewWishes(quietly),
    ...sendWishes(within, quietly),
    ...peopleWishes(deps, within),
    ...backupWishes(deps, parts, life, within),
    ...capsuleWishes(within),
    ...safetyWishes(within),
    markRead: (conversationId, position) => background('read', life.session()?.feed.markRead(conversationId, position)),
    typing: (conversationId) => background('typing', tellTyping(deps, life.session(), conversationId)),
    saveDraft: (conversationId, text) => background('draft', life.session()?.drafts.save(conversationId, text)),
    search: async (words) => searched(life.session(), words),
    fileOf: (conversationId, position) => within((session) => openFile(session, conversationId, position)),
    report: (conversationId, positions, category, words) =>
      within(({ feed: { store }, identity }) => {
        const me = identity.device.accountId as AccountId
        return reportMessages({ api, e2ee, store, me }, { conversationId, positions, category, words })
      }),
    devices: () => listDevices(api, life.session()?.identity.device.deviceId),
    renameDevice: (deviceId, name) => renameDevice(api, deviceId, name),
    revokeDevice: (deviceId) => revokeDevice(api, deviceId),
    openLink: life.openLink,
    readLinkCode: (qr) => within(() => readLinkCode(e2ee, qr)),
    confirmLink: (qr) => within(({ identity, directory }) => confirmLink({ api, e2ee, identity, directory }, qr)),
    metInCall: (accountId, accountKey) => quietly((session) => session.met(accountId, accountKey)),
    accountKey: () => Promise.resolve(life.session()?.identity.device.accountKey),
    settings: () => Promise.resolve(life.session()?.settings.get() ?? SETTINGS_DEFAULT),
    setSettings: (settings) => quietly((session) => session.settings.set(settings)),
    setLock: life.setLock,
    lock: life.lock,
    wipe: life.wipe,
  }
}

type Within = <T>(work: (session: Session) => Promise<Result<T>> | Result<T>) => Promise<Result<T>>
type Quietly = (work: (session: Session) => Promise<void>) => Promise<void>

function viewWishes(quietly: Quietly) {
  return {
    loadEarlier: (id) => quietly(async ({ feed }) => feed.view(id)?.loadEarlier()),
    loadLater: (id) => quietly(async ({ feed }) => feed.view(id)?.loadLater()),
    jumpTo: (id, position) => quietly(async ({ feed }) => feed.view(id)?.jumpTo(position)),
    jumpToEnd: (id) => quietly(async ({ feed }) => feed.view(id)?.jumpToEnd()),
    setMuted: (id, isMuted) => quietly(({ core }) => core.update(id, { isMuted })),
    putSharingAside: (id) => quietly(({ core }) => core.update(id, { isSharingAside: true })),
    showMember: (id, accountId) => quietly((session) => showMember(session, id, accountId)),
    deleteHistory: (id) => quietly(({ feed }) => feed.deleteHistory(id)),
  } satisfies Partial<Messenger>
}

function sendWishes(within: Within, quietly: Quietly) {
  return {
    sendText: (id, text, replyTo) => within(({ outgoing }) => outgoing.sendText(id, text, replyTo)),
    sendFile: (id, file, caption, replyTo) => within(({ outgoing }) => outgoing.sendFile(id, file, caption, replyTo)),
    react: (id, position, emoji) => within(({ outgoing }) => outgoing.react(id, position, emoji)),
    edit: (id, position, text) => within(({ outgoing }) => outgoing.edit(id, position, text)),
    unsend: (id, position) => within(({ outgoing }) => outgoing.unsend(id, position)),
    setTimer: (id, seconds) => within(({ outgoing }) => outgoing.setTimer(id, seconds)),
    setSharing: (id, on) => within(({ outgoing }) => outgoing.setSharing(id, on)),
    retry: (messageId) => quietly(({ outgoing }) => outgoing.retry(messageId)),
    discard: (messageId) => quietly(({ outgoing }) => outgoing.discard(messageId)),
    cancelTransfer: (id, messageId) => quietly(({ outgoing }) => outgoing.cancelTransfer(id, messageId)),
  } satisfies Partial<Messenger>
}

function peopleWishes({ uplink }: MessengerDeps, within: Within) {
  /** What the server changed about who is where shows in the core's list, too. */
  const then = async <T>(answer: Promise<Result<T>>, { core }: Session): Promise<Result<T>> => {
    const result = await answer
    if (result.ok) await core.refresh()
    return result
  }
  return {
    keepInTouch: (callId, keep, partnerAccountKey) =>
      within(async ({ directory }) => {
        // Before the wish goes out: the answer may come with the partner's contact.
        if (keep && partnerAccountKey) await directory.heardInCall(callId, partnerAccountKey)
        const answer = await uplink.request('contact.keep', { callId, keep })
        return answer.ok ? ok(true) : answer
      }),
    answerRequest: (id, accept) => within((session) => then(session.contacts.answer(id, accept), session)),
    requestContact: (code) => within((session) => then(session.contacts.request(code), session)),
    contactCode: () => within(({ contacts }) => contacts.code()),
    setContactCode: (on) => within(({ contacts }) => contacts.setCode(on)),
    removeContact: (accountId) => within((session) => then(session.contacts.remove(accountId), session)),
    blockAccount: (accountId) => within((session) => then(session.contacts.block(accountId), session)),
    createGroup: (title, members) => within(({ groups }) => groups.create(title, members)),
    rename: (id, title) => within(({ groups }) => groups.rename(id, title)),
    addMembers: (id, members) => within(({ groups }) => groups.change(id, { add: members })),
    removeMember: (id, accountId) => within(({ groups }) => groups.change(id, { remove: [accountId] })),
    leave: (id) =>
      within(({ groups, identity }) => groups.change(id, { remove: [identity.device.accountId as AccountId] })),
    safetyCode: (accountId) => within(({ safety }) => safety.of(accountId)),
    markVerified: (accountId, qr) =>
      within(async (session) => {
        const marked = await session.safety.markVerified(accountId, qr)
        if (marked.ok) await session.trusted(accountId)
        return marked
      }),
    acceptNewKey: (accountId) =>
      within(async ({ acceptNewKey }) => {
        await acceptNewKey(accountId)
        return ok(true as const)
      }),
  } satisfies Partial<Messenger>
}

function backupWishes(deps: MessengerDeps, { stretch }: Parts, life: Lifecycle, within: Within) {
  const found = () => findBackup({ ...deps, stretch, accountId: deps.session().accountId })
  return {
    backupState: () => (life.phase().kind === 'unlinked' ? found() : within(({ backups }) => backups.state())),
    askForPasskey: () => within(async ({ backups }) => ok(await backups.ask())),
    makeBackup: (secrets) => within(({ backups }) => backups.make(secrets)),
    addBackupSecret: (secret) => within(({ backups }) => backups.add(secret)),
    renewBackup: () => within(({ backups }) => backups.renew()),
    removeBackup: () => within(({ backups }) => backups.remove()),
    readBackupAlarm: () => within(({ backups }) => backups.readAlarm()),
    restoreBackup: life.restoreBackup,
  } satisfies Partial<Messenger>
}

function capsuleWishes(within: Within) {
  return {
    keepCapsule: (capsule) => within(({ capsules }) => capsules.keepCapsule(capsule)),
    capsules: () => within(({ capsules }) => capsules.capsules()),
    openCapsule: (callId) => within(({ capsules }) => capsules.openCapsule(callId)),
    markSubmitted: (callId, submission) => within(({ capsules }) => capsules.markSubmitted(callId, submission)),
    shredCapsule: (callId) => within(({ capsules }) => capsules.shredCapsule(callId)),
  } satisfies Partial<Messenger>
}

function safetyWishes(within: Within) {
  return {
    safetyLog: () => within(({ redFlags }) => redFlags.safetyLog()),
    ignoreFinding: (...wish) => within(({ redFlags }) => redFlags.ignoreFinding(...wish)),
    muteFlag: (...wish) => within(({ redFlags }) => redFlags.muteFlag(...wish)),
    noteCallFindings: (...wish) => within(({ redFlags }) => redFlags.noteCallFindings(...wish)),
    clearSafetyLog: () => within(({ redFlags }) => redFlags.clearSafetyLog()),
  } satisfies Partial<Messenger>
}

function closedCode(life: Lifecycle): Code {
  const phase = life.phase()
  if (phase.kind === 'locked') return 'VAULT_LOCKED'
  return phase.kind === 'failed' ? phase.code : 'DEVICE_REQUIRED'
}

function stateOf(life: Lifecycle): MessengerState {
  const session = life.session()
  const phase = life.phase()
  const lock = life.hasLock() ? { hasLock: true } : {}
  if (session) return { phase, ...session.state(), ...lock }
  return { phase, ...lock, contacts: [], requests: [], conversations: [], unread: 0 }
}

async function tellTyping({ uplink }: MessengerDeps, session: Session | undefined, conversationId: ConversationId) {
  const conversation = session?.core.conversations().find(({ server }) => server.conversationId === conversationId)
  if (!session?.settings.get().sendsTyping || conversation?.server.state !== 'open') return
  await uplink.request('conversation.typing', { conversationId })
}

async function searched(session: Session | undefined, words: string): ReturnType<Messenger['search']> {
  if (!session) return []
  const titles = new Map(session.state().conversations.map(({ conversationId, title }) => [conversationId, title]))
  const hits = await session.search(words)
  return hits.map(({ conversationId, position, text, atMs }) => ({
    conversationId,
    position,
    text,
    atMs,
    title: titles.get(conversationId) ?? '',
  }))
}

type Board = Pick<Messenger, 'snapshot' | 'subscribe'> & { readonly changed: () => void }

/** The present state, made when somebody asks or listens; several changes of one turn are told once. */
function createBoard(make: () => MessengerState): Board {
  const listeners = new Set<(state: MessengerState) => void>()
  let present: MessengerState | undefined
  let isAsked = false
  const snapshot = () => (present ??= make())
  return {
    snapshot,
    changed: () => {
      present = undefined
      if (isAsked) return
      isAsked = true
      queueMicrotask(() => {
        isAsked = false
        for (const listener of listeners) listener(snapshot())
      })
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** A screen may watch before there is a session, and through a lock: it is joined to the conversation when there is one. */
function createWatches(life: Lifecycle, subscribe: Messenger['subscribe']) {
  function watch(...[conversationId, listener]: Parameters<Messenger['watch']>): () => void {
    let joined: Session | undefined
    let leave = () => {}
    function join(): void {
      const session = life.session()
      if (session === joined) return
      leave()
      joined = session
      leave = session ? session.feed.watch(conversationId, listener) : () => {}
    }
    const unsubscribe = subscribe(join)
    join()
    return () => {
      unsubscribe()
      leave()
    }
  }
  return { watch }
}
