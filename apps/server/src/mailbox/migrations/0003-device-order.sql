-- Ids of devices are compared as bytes. The order of a language, which a database has by default, costs several times as much
-- per comparison, and every message is put into two indexes by them.
alter table mailbox
  alter column recipient_device type text collate "C",
  alter column sender_device type text collate "C";
