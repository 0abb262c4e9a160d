import type { Base } from './app.ts'
import { backupRoutes, createBackups, createBackupStore } from './backups/index.ts'
import type { BlockStore } from './blocks/index.ts'
import type { Conversations } from './conversations/index.ts'
import { createFiles, createFileStore, fileRoutes, type PartStore } from './files/index.ts'
import type { RouteHandlers } from './http/index.ts'

export type AroundConversations = {
  readonly handlers: RouteHandlers
  /** Begins to remove files and backups whose time is over; returns what ends that. */
  start(): () => void
}

/** What people send and keep of conversations, over the real storage: encrypted files and backups. */
export function createAroundConversations(
  base: Base,
  parts: {
    readonly conversations: Conversations
    readonly blocks: Pick<BlockStore, 'apartFrom'>
    readonly fileParts: PartStore
  },
): AroundConversations {
  const { clock, limits, log, random, storage } = base
  const { conversations, blocks } = parts
  const files = createFiles({
    clock,
    random,
    log,
    store: createFileStore(storage.db),
    parts: parts.fileParts,
    isMember: conversations.isMember,
    mayWrite: conversations.mayWrite,
    apartFrom: blocks.apartFrom,
  })
  const backups = createBackups({ clock, log, store: createBackupStore(storage.db) })
  return {
    handlers: {
      ...fileRoutes(files, limits),
      ...backupRoutes(backups, limits),
    },
    start() {
      const stops = [files.start(), backups.start()]
      return () => stops.forEach((stop) => stop())
    },
  }
}
