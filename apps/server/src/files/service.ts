import { DAY, HOUR, type Clock, type Log, type Random } from '@visavis/ports'
import {
  fail,
  FILE_PART_BYTES,
  FILES_BYTES_PER_ACCOUNT_MAX,
  MAILBOX_DAYS,
  ok,
  type AccountId,
  type ConversationId,
  type FileId,
  type Result,
  type RouteResponse,
} from '@visavis/wire'
import type { PartStore } from './part-store.ts'
import type { FileStore, StoredFile } from './store.ts'

/** Nobody goes on with an upload after this. */
const INCOMPLETE_MS_MAX = DAY
const SWEPT_AT_ONCE = 500

export type FilesDeps = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly store: FileStore
  readonly parts: PartStore
  readonly isMember: (conversationId: ConversationId, account: AccountId) => Promise<boolean>
  /** Whether a message of this account would be taken there now; the refusal is the answer to an upload too. */
  readonly mayWrite: (conversationId: ConversationId, account: AccountId) => Promise<Result<true>>
  /** Whoever has blocked this account, or was blocked by it. */
  readonly apartFrom: (account: AccountId) => Promise<ReadonlySet<AccountId>>
}

/** Who asks. */
export type FilePerson = { readonly accountId: AccountId; readonly isRegistered: boolean }

/**
 * Encrypted files [K2]: kept for `MAILBOX_DAYS`, for the people of one conversation. A file that somebody may not have
 * and a file that is gone are the same to them: FILE_GONE. All reject when storage is away.
 */
export type Files = {
  /** Errors: DEVICE_REQUIRED, FILE_QUOTA, and where no message would be taken CONVERSATION_UNKNOWN, CONVERSATION_WAITS. */
  create(
    person: FilePerson,
    wish: { readonly conversationId: ConversationId; readonly sizeBytes: number },
  ): Promise<Result<RouteResponse<'createFile'>>>
  /**
   * Keeps one part; the same again changes nothing, whatever the bytes. Errors: FILE_GONE, WIRE_INVALID for any other
   * length than the part has, and those of `create` when the conversation has ended meanwhile.
   */
  put(person: FilePerson, fileId: FileId, part: number, bytes: Uint8Array): Promise<Result<{ complete: boolean }>>
  describe(person: FilePerson, fileId: FileId): Promise<Result<RouteResponse<'getFile'>>>
  read(person: FilePerson, fileId: FileId, part: number): Promise<Result<RouteResponse<'getFilePart'>>>
  /** By its uploader. */
  remove(person: FilePerson, fileId: FileId): Promise<Result<Record<string, never>>>
  /** Removes what nobody can ask for any more, now and hourly, and once what a crash has left; returns what ends that. */
  start(): () => void
}

export function createFiles(deps: FilesDeps): Files {
  const { clock, random, store, parts } = deps
  const leftovers = createLeftovers(parts)

  async function present(fileId: FileId): Promise<StoredFile | undefined> {
    const file = await store.find(fileId)
    return file && file.expiresAtMs > clock.nowMs() ? file : undefined
  }

  async function own({ accountId }: FilePerson, fileId: FileId): Promise<StoredFile | undefined> {
    const file = await present(fileId)
    return file?.uploader === accountId ? file : undefined
  }

  async function readable({ accountId }: FilePerson, fileId: FileId): Promise<StoredFile | undefined> {
    const file = await present(fileId)
    if (!file || file.uploader === accountId) return file
    if (!(await deps.isMember(file.conversationId, accountId))) return undefined
    return (await deps.apartFrom(accountId)).has(file.uploader) ? undefined : file
  }

  return {
    async create(person, { conversationId, sizeBytes }) {
      if (!person.isRegistered) return fail('DEVICE_REQUIRED')
      const allowed = await deps.mayWrite(conversationId, person.accountId)
      if (!allowed.ok) return allowed
      const fileId = random.uuid() as FileId
      const createdAtMs = clock.nowMs()
      const count = Math.ceil(sizeBytes / FILE_PART_BYTES)
      const times = { createdAtMs, expiresAtMs: createdAtMs + MAILBOX_DAYS * DAY }
      const file = { fileId, conversationId, uploader: person.accountId, sizeBytes, parts: count, isComplete: false }
      const isKept = await store.add({ ...file, ...times }, FILES_BYTES_PER_ACCOUNT_MAX)
      return isKept ? ok({ fileId, parts: count }) : fail('FILE_QUOTA')
    },

    async put(person, fileId, part, bytes) {
      const file = await own(person, fileId)
      if (!file || part >= file.parts) return fail('FILE_GONE')
      if (bytes.byteLength !== partBytes(file, part)) return fail('WIRE_INVALID')
      if (file.isComplete) return ok({ complete: true })
      const allowed = await deps.mayWrite(file.conversationId, person.accountId)
      if (!allowed.ok) return allowed
      if ((await store.partsOf(fileId)).has(part)) return ok({ complete: false })
      // First the bytes, then the record: a part that is told to be there is there.
      await parts.put(fileId, part, bytes)
      const recorded = await store.record(fileId, part)
      if (recorded) return ok({ complete: recorded.isComplete })
      // Deleted meanwhile.
      await leftovers.erase([fileId])
      return fail('FILE_GONE')
    },

    async describe(person, fileId) {
      const file = await readable(person, fileId)
      if (!file) return fail('FILE_GONE')
      const there = file.isComplete ? undefined : await store.partsOf(fileId)
      const numbers = Array.from({ length: file.parts }, (_, part) => part)
      return ok({
        sizeBytes: file.sizeBytes,
        complete: file.isComplete,
        missing: there ? numbers.filter((part) => !there.has(part)) : [],
        expiresAtMs: file.expiresAtMs,
      })
    },

    async read(person, fileId, part) {
      const file = await readable(person, fileId)
      if (!file || part >= file.parts) return fail('FILE_GONE')
      // Bytes without a record may be of an upload that is still going on.
      if (!file.isComplete && !(await store.partsOf(fileId)).has(part)) return fail('FILE_GONE')
      const bytes = await parts.get(fileId, part)
      return bytes ? ok({ bytes }) : fail('FILE_GONE')
    },

    async remove(person, fileId) {
      if (!(await own(person, fileId))) return fail('FILE_GONE')
      await store.remove(fileId)
      await leftovers.erase([fileId])
      return ok({})
    },

    start: () => startSweeping(deps, leftovers),
  }
}

function partBytes({ parts, sizeBytes }: StoredFile, part: number): number {
  return part < parts - 1 ? FILE_PART_BYTES : sizeBytes - (parts - 1) * FILE_PART_BYTES
}

type Leftovers = ReturnType<typeof createLeftovers>

/** Bytes whose record is gone. What a store that is away does not remove is remembered, and removed with the next sweep. */
function createLeftovers(parts: PartStore) {
  const left = new Set<FileId>()
  return {
    async erase(files: Iterable<FileId>): Promise<void> {
      for (const fileId of files) left.add(fileId)
      for (const fileId of left) {
        await parts.remove(fileId)
        left.delete(fileId)
      }
    },
  }
}

/** Records go first: until then nobody may be without the bytes; what a crash leaves behind is found at the next start. */
function startSweeping({ clock, log, parts, store }: FilesDeps, leftovers: Leftovers): () => void {
  let isStopped = false

  async function sweep(): Promise<void> {
    // While the store is away no more records are removed, so that little has to be remembered.
    await leftovers.erase([])
    for (;;) {
      const nowMs = clock.nowMs()
      const wish = { nowMs, incompleteBeforeMs: nowMs - INCOMPLETE_MS_MAX, limit: SWEPT_AT_ONCE }
      const gone = await store.sweep(wish)
      await leftovers.erase(gone)
      if (isStopped || gone.length < SWEPT_AT_ONCE) return
    }
  }

  async function removeOrphans(): Promise<void> {
    let count = 0
    for await (const fileId of parts.list()) {
      if (isStopped) return
      if (await store.find(fileId)) continue
      await parts.remove(fileId)
      count += 1
    }
    if (count > 0) log.info('files.orphans-removed', { count })
  }

  const quietly = (work: Promise<void>) =>
    void work.catch((error: unknown) => log.warn('files.sweep-failed', { err: error }))
  quietly(sweep().then(removeOrphans))
  const stop = clock.every(HOUR, () => quietly(sweep()))
  return () => {
    isStopped = true
    stop()
  }
}
