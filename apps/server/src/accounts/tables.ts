import type { ColumnType } from 'kysely'

/** The tables of accounts; see migrations/0001-accounts.sql for what each is for. */
export type AccountsTables = {
  accounts: {
    id: string
    name: string
    email: string
    email_verified: boolean
    image: ColumnType<string | null, string | null | undefined, string | null>
    username: string
    display_username: ColumnType<string | null, string | null | undefined, string | null>
    role: ColumnType<'person' | 'moderator', 'person' | 'moderator' | undefined, 'person' | 'moderator'>
    sanctioned: ColumnType<boolean, boolean | undefined, boolean>
    adult_declared_at: ColumnType<Date | null, Date | null | undefined, Date | null>
    guidelines_version: ColumnType<number | null, number | null | undefined, number | null>
    guidelines_accepted_at: ColumnType<Date | null, Date | null | undefined, Date | null>
    created_at: Date
    updated_at: Date
  }
  sessions: {
    id: string
    account_id: string
    token: string
    expires_at: Date
    ip_address: null
    user_agent: null
    /** The registered device this session speaks for (subject `devices`). */
    device_id: ColumnType<string | null, string | null | undefined, string | null>
    created_at: Date
    updated_at: Date
  }
  credentials: {
    id: string
    account_id: string
    provider_id: string
    user_id: string
    password: string | null
    created_at: Date
    updated_at: Date
  }
  verifications: { id: string; identifier: string; value: string; expires_at: Date; created_at: Date; updated_at: Date }
  passkeys: { id: string; account_id: string; credential_id: string; created_at: Date | null }
  handle_reservations: { handle: string; account_id: string; expires_at: Date }
  spent_proofs: { proof_hash: Uint8Array; expires_at: Date }
}
