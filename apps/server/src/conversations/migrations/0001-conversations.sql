-- Who is in which conversation, and how far its encryption group has come: who, never what. The bytes are in the mailbox.
create table conversations (
  conversation_id uuid primary key,
  kind text not null check (kind in ('pair', 'group')),
  state text not null check (state in ('open', 'request', 'over')),
  -- Who asked, until it is accepted; kept when it is declined, because the asker is not told.
  requested_by uuid references accounts (id) on delete set null,
  -- The position after which messages of a request count.
  request_from bigint not null default 0,
  generation bigint not null default 0,
  epoch bigint not null default 0,
  created_at_ms bigint not null,
  -- The two of a pair in the order of their ids: two people have one conversation.
  pair_low uuid references accounts (id) on delete cascade,
  pair_high uuid references accounts (id) on delete cascade,
  unique (pair_low, pair_high),
  check ((kind = 'pair') = (pair_low is not null and pair_high is not null and pair_low < pair_high))
);

create table conversation_members (
  conversation_id uuid not null references conversations (conversation_id) on delete cascade,
  account_id uuid not null references accounts (id) on delete cascade,
  is_owner boolean not null default false,
  joined_at_ms bigint not null,
  delivered_position bigint not null default 0,
  primary key (conversation_id, account_id)
) with (fillfactor = 80);
create index conversation_members_account on conversation_members (account_id);

-- The devices of the present generation.
create table conversation_roster (
  conversation_id uuid not null references conversations (conversation_id) on delete cascade,
  device_id uuid not null,
  account_id uuid not null references accounts (id) on delete cascade,
  primary key (conversation_id, device_id)
);
create index conversation_roster_device on conversation_roster (device_id);

-- Keys of the stamps on messages, one per day, sealed under a key that is not in the database.
create table stamp_keys (
  key_id integer primary key,
  sealed bytea not null,
  made_at_ms bigint not null
);
