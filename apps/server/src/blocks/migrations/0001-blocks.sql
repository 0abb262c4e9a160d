-- Who does not want to meet whom again. One row works in both directions; only its maker sees it. `pseudonym` is how the
-- other was called in the call it came from, so that a person recognises an entry without learning who it is.
create table blocks (
  block_id uuid primary key,
  blocker_id uuid not null references accounts (id) on delete cascade,
  blocked_id uuid not null references accounts (id) on delete cascade,
  pseudonym text not null,
  created_at_ms bigint not null,
  unique (blocker_id, blocked_id),
  check (blocker_id <> blocked_id)
);
create index blocks_blocked on blocks (blocked_id);
