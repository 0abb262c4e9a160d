/**
 * Structured log lines without personal data. The sink shortens ids to their last three characters;
 * callers pass ids only under the field names listed here, and never text, addresses, handles or keys.
 */
export type LogFields = {
  readonly account?: string
  readonly device?: string
  readonly call?: string
  readonly leg?: string
  readonly code?: string
  readonly reason?: string
  readonly count?: number
  readonly ms?: number
  readonly port?: number
  readonly err?: unknown
}

export type Log = {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}
