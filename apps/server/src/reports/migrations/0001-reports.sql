-- What somebody told us about somebody they met. `words` are sealed under a key of the server's, so a stolen copy of the
-- database tells nothing of them. The reported person is never told before a decision.
create table reports (
  report_id uuid primary key,
  reporter_id uuid not null references accounts (id) on delete cascade,
  reported_id uuid not null,
  call_id uuid not null,
  call_mode text not null check (call_mode in ('video', 'audio', 'text')),
  call_started_at_ms bigint not null,
  category text not null,
  severity text not null check (severity in ('critical', 'high', 'normal')),
  words bytea,
  created_at_ms bigint not null,
  answer_by_ms bigint not null,
  state text not null check (state in ('open')),
  unique (reporter_id, call_id, category)
);
create index reports_open on reports (severity, answer_by_ms) where state = 'open';
create index reports_reporter on reports (reporter_id, created_at_ms);
