-- Calls that lasted at least a minute and did not end by somebody vanishing, found by who was in them: what a private trust
-- level is counted from. The condition is repeated word for word where it is asked for, or the index would not serve.
create index calls_minute_a on calls (account_a, ended_at_ms) where ended_at_ms - started_at_ms >= 60000 and end_reason <> 'lost';
create index calls_minute_b on calls (account_b, ended_at_ms) where ended_at_ms - started_at_ms >= 60000 and end_reason <> 'lost';
