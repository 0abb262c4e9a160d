import { createReportKeys, openReport, type ReportEntry } from '@visavis/e2ee'
import { loadSecrets } from '../../apps/server/src/secrets.ts'
import { createStampKeys } from '../../apps/server/src/stamps/index.ts'
import { queryTables } from './database-dump.ts'

/** A report as the stopped server's database has it. */
type StoredReport = {
  readonly id: string
  readonly reporter: string
  readonly conversation: string
  readonly sealed: Uint8Array
}

export function storedReports(dataDir: string): Promise<readonly StoredReport[]> {
  return queryTables<StoredReport>(
    dataDir,
    `select report_id as id, reporter_id as reporter, conversation_id as conversation, sealed
     from reports join report_evidence using (report_id)`,
  )
}

/** The entries of a report, if the key pair of this seed opens it. */
export async function openStored(
  seed: Uint8Array,
  { reporter, conversation, sealed }: StoredReport,
): Promise<readonly ReportEntry[] | undefined> {
  const { privateKey } = await createReportKeys(seed)
  return openReport(privateKey, new Uint8Array(sealed), { reporter, conversationId: conversation })
}

/** Every key that a server has: the moderators', and all others with the stamp keys of the database among them. */
export async function allKeys(
  dataDir: string,
): Promise<{ readonly moderators: Uint8Array; readonly others: readonly Uint8Array[] }> {
  const { reportSeed, authKey, ...others } = loadSecrets({ configured: undefined, dataDir, random: NO_CHANCE })
  const stampKeys = await openStampKeys(dataDir, others.stampKeysKey)
  if (stampKeys.length === 0) throw new Error('there are no stamp keys')
  const signing = new Uint8Array(Buffer.from(authKey, 'base64url'))
  return { moderators: reportSeed, others: [...Object.values(others), signing, ...stampKeys] }
}

async function openStampKeys(dataDir: string, sealKey: Uint8Array): Promise<readonly Uint8Array[]> {
  const rows = await queryTables<{ id: number; sealed: Uint8Array }>(
    dataDir,
    'select key_id as id, sealed from stamp_keys',
  )
  const find = async (id: number) => {
    const row = rows.find((each) => each.id === id)
    return row && new Uint8Array(row.sealed)
  }
  const stampKeys = createStampKeys({
    clock: { nowMs: () => Date.now(), every: refuse, after: refuse, sleep: refuse, monotonicMs: refuse },
    random: NO_CHANCE,
    log: { debug: refuse, info: refuse, warn: refuse, error: refuse },
    store: { find, add: refuse, destroyBefore: refuse },
    sealKey,
  })
  const opened = await Promise.all(rows.map(({ id }) => stampKeys.byId(id)))
  return opened.filter((key) => key !== undefined)
}

/** Nothing is to be made up, written or waited for. */
function refuse(): never {
  throw new Error('the operator only reads')
}
const NO_CHANCE = { bytes: refuse, uuid: refuse, float: refuse }
