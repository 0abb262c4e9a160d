import * as z from 'zod/mini'

declare const brand: unique symbol
/** Ids are strings at run time and cannot be mixed up at compile time. */
export type Branded<Name extends string> = string & { readonly [brand]: Name }

export type AccountId = Branded<'AccountId'>
/**
 * A device of an account. A signed-in session is a device of its own (its id is the session's) until it is bound to a
 * registered one, which has a key, gets private messages and outlives the session.
 */
export type DeviceId = Branded<'DeviceId'>
export type CallId = Branded<'CallId'>
export type TicketId = Branded<'TicketId'>
export type LegId = Branded<'LegId'>
export type MessageId = Branded<'MessageId'>
export type ReportId = Branded<'ReportId'>
export type BlockId = Branded<'BlockId'>
export type ConversationId = Branded<'ConversationId'>
export type FileId = Branded<'FileId'>
export type LinkId = Branded<'LinkId'>

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** A UUID (RFC 9562) in lower case, as every id that clients see. */
export const uuid = z.string().check(z.regex(UUID))

export const callId = z.pipe(
  uuid,
  z.transform((id) => id as CallId),
)
export const ticketId = z.pipe(
  uuid,
  z.transform((id) => id as TicketId),
)
export const legId = z.pipe(
  uuid,
  z.transform((id) => id as LegId),
)
export const messageId = z.pipe(
  uuid,
  z.transform((id) => id as MessageId),
)
export const blockId = z.pipe(
  uuid,
  z.transform((id) => id as BlockId),
)
export const reportId = z.pipe(
  uuid,
  z.transform((id) => id as ReportId),
)
export const conversationId = z.pipe(
  uuid,
  z.transform((id) => id as ConversationId),
)
export const accountId = z.pipe(
  uuid,
  z.transform((id) => id as AccountId),
)
export const deviceId = z.pipe(
  uuid,
  z.transform((id) => id as DeviceId),
)
export const fileId = z.pipe(
  uuid,
  z.transform((id) => id as FileId),
)
export const linkId = z.pipe(
  uuid,
  z.transform((id) => id as LinkId),
)
