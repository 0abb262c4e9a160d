-- The first epoch that a device can read of the present generation; 0 for those that have been in it from the start. What was
-- sealed in an earlier one is not sent to it.
alter table conversation_roster add column since_epoch bigint not null default 0;
