import * as z from 'zod/mini'

declare const brand: unique symbol
/** Ids are strings at run time and cannot be mixed up at compile time. */
export type Branded<Name extends string> = string & { readonly [brand]: Name }

export type AccountId = Branded<'AccountId'>
/** One signed-in session of an account on one device; survives reconnects, ends at sign-out. */
export type DeviceId = Branded<'DeviceId'>
export type CallId = Branded<'CallId'>
export type TicketId = Branded<'TicketId'>
export type LegId = Branded<'LegId'>
export type MessageId = Branded<'MessageId'>
export type ReportId = Branded<'ReportId'>
export type BlockId = Branded<'BlockId'>

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
