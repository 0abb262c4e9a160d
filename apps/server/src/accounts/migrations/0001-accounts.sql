-- Accounts are pseudonymous: a handle, and a password or passkeys. The library behind them insists on an e-mail column;
-- it holds an address that cannot exist (<uuid>@none.invalid). No column for an internet address is ever filled:
-- sessions.ip_address and sessions.user_agent are refused by a constraint, because the library would like to fill them.
create table accounts (
  id uuid primary key,
  name text not null,
  email text not null unique,
  email_verified boolean not null,
  image text,
  username text not null unique,
  display_username text,
  role text not null default 'person' check (role in ('person', 'moderator')),
  sanctioned boolean not null default false,
  adult_declared_at timestamptz,
  guidelines_version integer,
  guidelines_accepted_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (email like '%@none.invalid')
);

create table sessions (
  id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text check (ip_address is null),
  user_agent text check (user_agent is null),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);

-- Ways to sign in with something known: `password` is an argon2id PHC string. The token columns belong to social
-- sign-in, which is not offered.
create table credentials (
  id uuid primary key,
  account_id text not null,
  provider_id text not null,
  user_id uuid not null references accounts (id) on delete cascade,
  access_token text check (access_token is null),
  refresh_token text check (refresh_token is null),
  id_token text check (id_token is null),
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index credentials_account on credentials (user_id);

-- Challenges of running passkey ceremonies; identifiers are stored hashed.
create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_identifier on verifications (identifier);
create index verifications_expiry on verifications (expires_at);

create table passkeys (
  id uuid primary key,
  name text,
  public_key text not null,
  account_id uuid not null references accounts (id) on delete cascade,
  credential_id text not null unique,
  counter bigint not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  aaguid text,
  created_at timestamptz
);
create index passkeys_account on passkeys (account_id);

-- A handle held for a passkey sign-up in progress.
create table handle_reservations (
  handle text primary key,
  account_id uuid not null,
  expires_at timestamptz not null
);

-- Proofs of work that were spent, by the hash of their signature, until they would have expired anyway.
create table spent_proofs (
  proof_hash bytea primary key,
  expires_at timestamptz not null
);
create index spent_proofs_expiry on spent_proofs (expires_at);
