-- A report is about a call or about messages. Of messages it has what was proven: `reported_id` is empty when nothing was
-- proven against anybody.
alter table reports add column kind text not null default 'call' check (kind in ('call', 'messages'));
alter table reports alter column kind drop default;
alter table reports alter column reported_id drop not null;
alter table reports alter column call_id drop not null;
alter table reports alter column call_mode drop not null;
alter table reports alter column call_started_at_ms drop not null;
alter table reports add column conversation_id uuid;
alter table reports add column is_verified boolean;
alter table reports add constraint reports_call_check check (
  (kind = 'call') = (call_id is not null and call_mode is not null and call_started_at_ms is not null and reported_id is not null
    and conversation_id is null and is_verified is null));
alter table reports add constraint reports_messages_check check (
  (kind = 'messages') = (call_id is null and call_mode is null and call_started_at_ms is null
    and conversation_id is not null and is_verified is not null));

-- The messages of a report as the reporter sealed them, and what was found wrong with them. Opens under a key that is not in
-- the database.
create table report_evidence (
  report_id uuid primary key references reports (report_id) on delete cascade,
  sealed bytea not null check (octet_length(sealed) <= 1048576),
  faults jsonb not null
);
