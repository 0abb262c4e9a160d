-- Who met whom, when and under which names: for reconnecting, for cool-downs, blocks and reports. Nothing of content.
create table calls (
  call_id uuid primary key,
  mode text not null check (mode in ('video', 'audio', 'text')),
  account_a text not null,
  account_b text not null,
  device_a text not null,
  device_b text not null,
  leg_a uuid,
  leg_b uuid,
  -- How each was shown to the other.
  pseudonym_a text not null,
  pseudonym_b text not null,
  started_at_ms bigint not null,
  ended_at_ms bigint,
  end_reason text check (end_reason in ('end', 'next', 'lost', 'block')),
  check ((ended_at_ms is null) = (end_reason is null))
);
create index calls_live on calls (started_at_ms) where ended_at_ms is null;
create index calls_started on calls (started_at_ms);
