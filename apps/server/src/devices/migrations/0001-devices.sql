-- The key of an account, which vouches for its devices. Public keys only; private ones never leave the devices.
create table account_keys (
  account_id uuid primary key references accounts (id) on delete cascade,
  account_key bytea not null check (octet_length(account_key) = 32)
);

-- A device that can have private messages. `signature`: by the account's key, over account, device and its key.
-- `last_seen_ms` is a midnight: no more than the day is kept. `name` is sealed by the server.
create table devices (
  device_id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  device_key bytea not null check (octet_length(device_key) = 32),
  signature bytea not null check (octet_length(signature) = 64),
  name bytea not null,
  created_at_ms bigint not null,
  last_seen_ms bigint not null
);
create index devices_account on devices (account_id);

-- Ids that were a device's and must not become another's as long as anything addressed to them may be about.
create table revoked_devices (
  device_id uuid primary key,
  revoked_at_ms bigint not null
);
create index revoked_devices_time on revoked_devices (revoked_at_ms);

-- MLS key packages (RFC 9420 section 10). Each is given out once; `is_last` marks the one used when no other is left.
create table key_packages (
  device_id uuid not null references devices (device_id) on delete cascade,
  suite text not null check (suite in ('pair', 'group')),
  is_last boolean not null,
  -- Order of arrival: the oldest is given out first.
  place bigint not null generated always as identity,
  added_at_ms bigint not null,
  package bytea not null,
  primary key (device_id, suite, is_last, place)
);
create index key_packages_time on key_packages (added_at_ms);
create unique index key_packages_last on key_packages (device_id, suite) where is_last;

-- Where a new device waits for what an old one of the same account seals to it. Kept for minutes.
create table device_links (
  link_id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  session_id uuid not null,
  expires_at_ms bigint not null,
  sealed bytea
);
create index device_links_account on device_links (account_id);
create index device_links_expiry on device_links (expires_at_ms);
