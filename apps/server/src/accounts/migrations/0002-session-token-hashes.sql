-- Session tokens were stored bare; from here on it is their keyed hash (HMAC-SHA-256, base64url), so that a copy of the
-- database signs nobody in. The key is outside the database, so what is here cannot be rehashed: everybody is signed out
-- once. The constraint refuses a bare token, which has 32 characters.
delete from sessions;
alter table sessions add constraint sessions_token_hashed check (token ~ '^[A-Za-z0-9_-]{43}$');
