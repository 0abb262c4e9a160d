import pg from 'pg'

const INT8_OID = 20

/** Parsers for both kinds of storage: int8 as number (times in ms and sequences stay far below 2^53), dates as Date. */
export const TYPES = new pg.TypeOverrides()
TYPES.setTypeParser(INT8_OID, Number)
