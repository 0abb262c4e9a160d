-- A report that was found to be right. Nobody can decide on a report yet, so no row is `upheld`; whoever builds decisions
-- finds the place for their outcome here, and the private trust level reads it already.
alter table reports drop constraint reports_state_check;
alter table reports add constraint reports_state_check check (state in ('open', 'upheld'));
alter table reports add column decided_at_ms bigint;
alter table reports add constraint reports_decided_check check ((state = 'open') = (decided_at_ms is null));
create index reports_reported on reports (reported_id, call_id);
