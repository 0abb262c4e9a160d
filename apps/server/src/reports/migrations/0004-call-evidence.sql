-- A report of a call may have evidence too: key frames whose commitments were stamped. `is_verified` of a call is empty when no
-- evidence came with it.
alter table reports drop constraint reports_call_check;
alter table reports add constraint reports_call_check check (
  (kind = 'call') = (call_id is not null and call_mode is not null and call_started_at_ms is not null and reported_id is not null
    and conversation_id is null));

-- When it came: what it proves depends on that. Of messages it came with the report.
alter table report_evidence add column received_at_ms bigint;
update report_evidence set received_at_ms = (
  select created_at_ms from reports where reports.report_id = report_evidence.report_id);
alter table report_evidence alter column received_at_ms set not null;
