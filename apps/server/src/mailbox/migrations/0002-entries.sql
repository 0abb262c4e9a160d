-- The mailbox carries everything durable of a device in one order: messages of calls (kind 0) and entries of conversations
-- (1 welcome, 2 commit, 3 message). What was `call_id` names the call or the conversation.
alter table mailbox rename column call_id to channel_id;
alter table mailbox add column kind smallint not null default 0;
-- One message has a row per recipient device; `part` counts them, and part 0 is there for every message.
alter table mailbox add column part smallint not null default 0;
alter table mailbox add column position bigint not null default 0;
-- The rest of what an entry says beside its bytes, in the layout of entry-head.ts; null for messages of calls.
alter table mailbox add column head bytea;
alter table mailbox alter column head set storage plain;
drop index mailbox_message;
create unique index mailbox_message on mailbox (sender_device, message_id, part);

-- The order of a conversation. `version` counts what else changes about it, so that messages that were made ready under
-- older rules are not stored under newer ones.
create table mailbox_channels (
  channel_id uuid primary key,
  position bigint not null default 0,
  version bigint not null default 0
) with (fillfactor = 50);
