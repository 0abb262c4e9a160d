import type { AccountsTables } from '../accounts/index.ts'
import type { BackupTables } from '../backups/index.ts'
import type { BlockTables } from '../blocks/index.ts'
import type { CallTables } from '../calls/index.ts'
import type { ConversationTables } from '../conversations/index.ts'
import type { ContactTables } from '../contacts/index.ts'
import type { DeviceTables } from '../devices/index.ts'
import type { FileTables } from '../files/index.ts'
import type { KeyLogTables } from '../key-log/index.ts'
import type { MailboxTables } from '../mailbox/index.ts'
import type { PushTables } from '../push/index.ts'
import type { ReportTables } from '../reports/index.ts'
import type { StampKeyTables } from '../stamps/index.ts'

/**
 * Every table of the server. A subject owns its tables: it exports their type, writes their migrations, and nobody else
 * queries them. Here they are only put together, so that one connection can serve all.
 */
export type Database = AccountsTables &
  BlockTables &
  CallTables &
  MailboxTables &
  ReportTables &
  DeviceTables &
  ContactTables &
  ConversationTables &
  StampKeyTables &
  FileTables &
  BackupTables &
  KeyLogTables &
  PushTables
