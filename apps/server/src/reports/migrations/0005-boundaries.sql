-- The boundaries that both had chosen before a call, as both saw them in it. Empty: a report of messages, or a call from
-- before they were kept.
alter table reports add column reporter_boundaries jsonb;
alter table reports add column reported_boundaries jsonb;
alter table reports add constraint reports_boundaries_check check (
  (reporter_boundaries is null) = (reported_boundaries is null) and (reporter_boundaries is null or kind = 'call'));
