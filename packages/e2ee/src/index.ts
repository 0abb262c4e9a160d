export type {
  ConfirmContent,
  IdentityContent,
  MatchContent,
  MediaStateContent,
  TextContent,
  TurnCredentialsContent,
} from './content.ts'
export { checkIdentity } from './identity-check.ts'
export { CLOCK_SKEW_MS_MAX, KEY_PACKAGE_LIFETIME_MS, TEXT_BYTES_MAX } from './limits.ts'
export {
  createMatch,
  createMatchIdentity,
  joinMatch,
  type MatchIdentity,
  type MatchSession,
  type OpenedContent,
} from './match.ts'
export type { E2eeCode, E2eeResult } from './result.ts'
