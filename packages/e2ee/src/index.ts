export { CALL_CODE_ALPHABET, CALL_CODE_SYMBOLS, callCode, commitToNonce, isCommittedNonce } from './call-code.ts'
export type {
  AccountContent,
  CodeNonceContent,
  ConfirmContent,
  IdentityContent,
  MatchContent,
  MediaStateContent,
  RevealContent,
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
export type { E2eeCode, E2eeResult, GroupCode } from './result.ts'
export {
  createLinkKeys,
  linkCheck,
  linkQr,
  openLink,
  readLinkQr,
  sealLink,
  type LinkCode,
  type LinkedContact,
  type LinkPayload,
} from './device-link.ts'
export { sealedFileBytes } from './files/file-keys.ts'
export { createFileOpener, type FileOpener } from './files/file-opener.ts'
export { createFileSealer, type FileSealer } from './files/file-sealer.ts'
export { CHAIN_START } from './franking/body.ts'
export { isMime, safeFileName } from './franking/file-codec.ts'
export {
  CAPTION_BYTES_MAX,
  EMOJI_BYTES_MAX,
  FILE_PLAIN_BYTES_MAX,
  PREVIEW_BYTES_MAX,
  REPORT_ENTRIES_MAX,
  REPORT_WINDOW_MS,
  TIMER_SECONDS_MAX,
  TITLE_CHARS_MAX,
} from './franking/limits.ts'
export {
  openMessage,
  sealMessage,
  type MessageToOpen,
  type MessageToSeal,
  type OpenMessageResult,
} from './franking/messages.ts'
export { createReportKeys, openReport, sealReport } from './franking/report.ts'
export { stampInput, stampInputShared } from './franking/stamp.ts'
export type * from './franking/types.ts'
export { openAndVerifyReport, type ReportToVerify } from './franking/verdict.ts'
export { commitToFrame, frameKeyOf } from './frames/commitments.ts'
export { stillMime, stillOf } from './frames/key-frame.ts'
export {
  KEY_FRAME_BYTES_MAX,
  REPORT_FRAMES_MAX,
  REPORT_NOTES_BYTES_MAX,
  REPORT_PICTURES_BYTES_MAX,
  REPORT_STILL_BYTES_MAX,
  REPORT_STILLS_MAX,
} from './frames/limits.ts'
export { isFrameReport, openFrameReport, sealFrameReport } from './frames/report.ts'
export { frameStampInput } from './frames/stamp.ts'
export type * from './frames/types.ts'
export { verifyFrameReport, type FrameReportToVerify } from './frames/verdict.ts'
export { readSafetyQr, safetyCode, type SafetyCode, type SafetyIdentity } from './safety-code.ts'
export type { BoxKeys } from './sealed-box.ts'
export { createKeyPackage, checkKeyPackage } from './conversation/key-package.ts'
export { joinConversation, restoreConversation, startConversation } from './conversation/start.ts'
export type {
  AccountKeys,
  AdmitDevice,
  DeviceCredential,
  DeviceKeys,
  Group,
  GroupName,
  KeyPackage,
  OpenedMessage,
  PreparedCommit,
  ProcessedCommit,
  Step,
  SuiteKind,
} from './conversation/types.ts'
export { createAccountKeys, createDeviceKeys, verifyDeviceCredential } from './devices/credential.ts'
export { signSessionBinding, verifySessionBinding } from './devices/session-binding.ts'
export { signCheckpoint, type Checkpoint, type SignedCheckpoint } from './key-log/checkpoint.ts'
export {
  deviceSetHash,
  entryLeaf,
  isDeviceSet,
  LOG_ID_BYTES,
  type DeviceSet,
  type LogEntry,
  type PlacedEntry,
} from './key-log/leaf.ts'
export { verifyLogProof, type LogKnowledge, type LogProof } from './key-log/proof.ts'
export {
  appendLeaf,
  consistencyPath,
  emptyRoot,
  inclusionPath,
  peaksOf,
  type HashedNode,
  type LogNode,
  type ReadNodes,
} from './key-log/tree.ts'
export type { LogTree } from './key-log/verify.ts'
export { openBackup, readBackupManifest, sealBackup, type BackupManifest } from './backup/content.ts'
export { BACKUP_CONTENT_BYTES_MAX } from './backup/limits.ts'
export {
  createBackupKey,
  createPasskeySalt,
  joinBackupSlots,
  openBackupKey,
  passkeyInput,
  readBackupSlots,
  sealBackupKey,
  type SlotWay,
  type StretchCost,
} from './backup/slot.ts'
