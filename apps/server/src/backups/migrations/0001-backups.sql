-- The encrypted backup of an account, opened by a passphrase that the server does not know. One at most.
create table backups (
  account_id uuid primary key references accounts (id) on delete cascade,
  upload_id uuid not null,
  version bigint not null check (version > 0),
  segments integer not null check (segments > 0),
  slot bytea not null,
  manifest bytea not null,
  updated_at_ms bigint not null,
  expires_at_ms bigint not null
);
create index backups_expiry on backups (expires_at_ms);

-- Segments of the backup and of the upload that is to replace it.
create table backup_segments (
  account_id uuid not null references accounts (id) on delete cascade,
  upload_id uuid not null,
  segment integer not null check (segment >= 0),
  bytes bytea not null,
  stored_at_ms bigint not null,
  primary key (account_id, upload_id, segment)
);
create index backup_segments_age on backup_segments (stored_at_ms);
