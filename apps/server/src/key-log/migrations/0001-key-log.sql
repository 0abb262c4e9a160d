-- The append-only log of device keys: a Merkle tree (RFC 9162) whose full subtrees are kept, level 0 being the leaves. A
-- row of `key_log_nodes` is never changed and never deleted. Nothing in it leads to an account.
create table key_log_nodes (
  level smallint not null check (level >= 0),
  place bigint not null check (place >= 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, place)
);

-- One row: how many leaves there are, and the hash over all. It is locked while a leaf is appended.
create table key_log_head (
  only_row boolean primary key default true check (only_row),
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32)
);
insert into key_log_head (size, root) values (0, sha256(''));

-- The latest entry of each account. `log_id` is random: who is not told it cannot tell whose leaf is whose.
create table key_log_accounts (
  account_id uuid primary key references accounts (id) on delete cascade,
  log_id bytea not null unique check (octet_length(log_id) = 32),
  version bigint not null check (version > 0),
  device_set bytea not null check (octet_length(device_set) = 32),
  leaf_index bigint not null,
  previous_index bigint check (previous_index < leaf_index)
);
