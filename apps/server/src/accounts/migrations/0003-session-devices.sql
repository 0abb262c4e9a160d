-- A session may be bound to a registered device (subject `devices`); a device speaks through one session at a time. No
-- foreign key: the devices are another subject's, which ends the sessions of a device before it forgets it.
alter table sessions add column device_id uuid;
create unique index sessions_device on sessions (device_id) where device_id is not null;
