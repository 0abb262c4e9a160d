export { FRESH_STATE, readState, type Claim, type State } from './conversation.ts'
export { createEngine, TEXT_CHARS_MAX, type Checked, type Engine, type Message } from './engine.ts'
export {
  ADVICE,
  FLAGS,
  REASONS,
  type Advice,
  type Context,
  type Direction,
  type Finding,
  type Flag,
  type PhoneNumbers,
  type Reason,
  type Span,
} from './findings.ts'
export { mask } from './masking.ts'
export { compilePack, type Pack } from './pack/compile.ts'
export { PACK_BYTES_MAX, readPackData, type PackData } from './pack/format.ts'
export { openPack, signedBytes } from './pack/signature.ts'
export type { SafetyCode, SafetyResult } from './result.ts'
export { BIO_CHARS_MAX, checkBio, checkHandle, HANDLE_CHARS_MAX, type NamePack, type ProfileHint } from './profile.ts'
