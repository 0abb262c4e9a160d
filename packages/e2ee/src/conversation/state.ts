import { createByteReader, createByteWriter } from '../byte-codec.ts'
import { PERSON_ID_BYTES_MAX } from '../limits.ts'
import type { GroupName, SuiteKind } from './types.ts'

/**
 * A stored group: version u8 = 1 | suite u8 | conversation id | generation u64 | the library's encoding of the state,
 * without the signature key. Another version of the library may not read it; then a new generation is started.
 */
const VERSION = 1
const SUITES = ['pair', 'group'] as const satisfies readonly SuiteKind[]
const STATE_BYTES_MAX = 64 * 1024 * 1024

export type StoredGroup = { readonly name: GroupName; readonly suite: SuiteKind; readonly mls: Uint8Array }

export function encodeStored({ name, suite, mls }: StoredGroup): Uint8Array {
  return createByteWriter()
    .u8(VERSION)
    .u8(SUITES.indexOf(suite))
    .text(name.conversationId, PERSON_ID_BYTES_MAX)
    .u64(name.generation)
    .v32(mls, STATE_BYTES_MAX)
    .bytes()
}

/** With a copy of the library's part. Undefined for anything `encodeStored` would not have made. */
export function decodeStored(bytes: Uint8Array): StoredGroup | undefined {
  const reader = createByteReader(bytes)
  const version = reader.u8()
  const suite = SUITES[reader.u8()]
  const name = { conversationId: reader.text(PERSON_ID_BYTES_MAX), generation: reader.u64() }
  const mls = reader.v32(STATE_BYTES_MAX)
  return reader.end() && version === VERSION && suite !== undefined ? { name, suite, mls } : undefined
}
