-- Encrypted files on their way to the people of a conversation: who sent how much to where, never what. The bytes are
-- outside the database; key, name and type travel inside messages.
create table files (
  file_id uuid primary key,
  conversation_id uuid not null,
  uploader_id uuid not null references accounts (id) on delete cascade,
  size_bytes bigint not null check (size_bytes > 0),
  parts integer not null check (parts > 0),
  is_complete boolean not null default false,
  created_at_ms bigint not null,
  expires_at_ms bigint not null
);
create index files_uploader on files (uploader_id, expires_at_ms);
create index files_expiry on files (expires_at_ms);
create index files_incomplete on files (created_at_ms) where not is_complete;

-- The parts whose bytes are durable.
create table file_parts (
  file_id uuid not null references files (file_id) on delete cascade,
  part integer not null,
  primary key (file_id, part)
);
