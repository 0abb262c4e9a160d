-- Messages on their way between two devices of a call: ciphertext, sizes and times only.
-- A row keeps its place without its ciphertext for a while after the recipient has it, so that a message sent again
-- after a crash is recognised and not delivered twice.
create table mailbox (
  recipient_device text not null,
  seq bigint not null,
  sender_device text not null,
  message_id uuid not null,
  call_id uuid not null,
  sent_at_ms bigint not null,
  ciphertext bytea,
  primary key (recipient_device, seq)
) with (fillfactor = 85);
-- Ciphertext does not compress; without this every insert tries to.
alter table mailbox alter column ciphertext set storage external;
create unique index mailbox_message on mailbox (sender_device, message_id);
create index mailbox_sent on mailbox (sent_at_ms);

-- One number per start of a process: the high part of every sequence number it gives out.
create sequence mailbox_epoch;
