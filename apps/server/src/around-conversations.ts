import { createReportKeys, openAndVerifyReport } from '@visavis/e2ee'
import type { Base } from './app.ts'
import { backupRoutes, createBackups, createBackupStore } from './backups/index.ts'
import type { BlockStore } from './blocks/index.ts'
import type { Correspondence } from './correspondence.ts'
import { createFiles, createFileStore, fileRoutes, type PartStore } from './files/index.ts'
import type { RouteHandlers } from './http/index.ts'
import { createMessageReports, createWordsSeal, messageReportRoutes, type ReportStore } from './reports/index.ts'

export type AroundConversations = {
  readonly handlers: RouteHandlers
  /** Begins to remove files and backups whose time is over; returns what ends that. */
  start(): () => void
}

/** What people send, keep and report of conversations, over the real storage: encrypted files, backups, and reports. */
export function createAroundConversations(
  base: Base,
  parts: Correspondence & {
    readonly blocks: Pick<BlockStore, 'apartFrom'>
    readonly reports: ReportStore
    readonly fileParts: PartStore
  },
): AroundConversations {
  const { clock, limits, log, random, secrets, storage } = base
  const { conversations, stampKeys, blocks, reports } = parts
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
  const messageReports = createMessageReports({
    clock,
    random,
    log,
    store: reports,
    seal: createWordsSeal({ key: secrets.wordsKey, random }),
    keys: () => createReportKeys(secrets.reportSeed),
    verify: openAndVerifyReport,
    stampKey: stampKeys.byId,
    isMember: conversations.isMember,
  })
  return {
    handlers: {
      ...fileRoutes(files, limits),
      ...backupRoutes(backups, limits),
      ...messageReportRoutes(messageReports, limits),
    },
    start() {
      const stops = [files.start(), backups.start()]
      return () => stops.forEach((stop) => stop())
    },
  }
}
