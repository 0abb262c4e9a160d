-- Where a device can be woken: an address of its browser's push service, sealed by the server. One per device at most.
-- Nothing with which a push could carry content is kept.
create table push_subscriptions (
  device_id uuid primary key references devices (device_id) on delete cascade,
  account_id uuid not null references accounts (id) on delete cascade,
  endpoint bytea not null
);
