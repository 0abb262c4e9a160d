-- Two people who are, were or might be in touch: one row per pair, the smaller id first. `requested_by` asked by a
-- contact code; with state `over` its request was declined, which it is not told.
create table contacts (
  account_a uuid not null references accounts (id) on delete cascade,
  account_b uuid not null references accounts (id) on delete cascade,
  conversation_id uuid not null unique,
  state text not null check (state in ('request', 'open', 'over')),
  requested_by uuid check (requested_by is null or requested_by in (account_a, account_b)),
  since_ms bigint not null,
  primary key (account_a, account_b),
  check (account_a < account_b),
  check (state <> 'request' or requested_by is not null)
);
create index contacts_b on contacts (account_b);

-- The code by which somebody may ask: a keyed hash to find it, and sealed to show it to its owner again.
create table contact_codes (
  account_id uuid primary key references accounts (id) on delete cascade,
  code_hash bytea not null unique,
  code_sealed bytea not null
);

-- Who of a call would like to stay in contact, until both have said so or the time is over. Told to nobody.
create table contact_keeps (
  call_id uuid not null,
  account_id uuid not null references accounts (id) on delete cascade,
  said_at_ms bigint not null,
  primary key (call_id, account_id)
);
create index contact_keeps_time on contact_keeps (said_at_ms);
