-- What each had chosen before they met, one letter a subject: shown to both in the call, and part of a report about it.
-- Empty for calls from before this was kept.
alter table calls add column boundaries_a text;
alter table calls add column boundaries_b text;
