// SQLSTATE classes of a server that is gone, starting, stopping or full (PostgreSQL manual, appendix A):
// 08 connection exception, 53 insufficient resources, 57P operator intervention, 58 system error.
const STATE = /^(?:08...|53...|57P..|57014|58...)$/
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
// node-postgres has no codes for these.
const DRIVER =
  /^(?:Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end)/

/**
 * Whether `error` says that the storage is not available now (to be answered with SERVER_STORAGE, and worth a retry),
 * as against a wrong query, which is a bug.
 */
export function isStorageFailure(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string' && (STATE.test(code) || SOCKET.has(code))) return true
    if (DRIVER.test(cause.message)) return true
    if (cause instanceof AggregateError && cause.errors.some(isStorageFailure)) return true
  }
  return false
}

/** Whether `error` is a broken unique constraint (SQLSTATE 23505), of the given name when one is given. */
export function isDuplicate(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error)) return false
  const { code, constraint: name } = error as { code?: unknown; constraint?: unknown }
  return (code === '23505' && (constraint === undefined || name === constraint)) || isDuplicate(error.cause, constraint)
}

/** Whether `error` is a broken reference (SQLSTATE 23503): what a row belongs to is not there, or not any more. */
export function isOrphan(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (error as { code?: unknown }).code === '23503' || isOrphan(error.cause)
}
