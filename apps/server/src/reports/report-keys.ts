import { createReportKeys as keysFromSeed, type BoxKeys } from '@visavis/e2ee'

/** The key pair that reports of messages and of calls are sealed to; made when it is first asked for. */
export type ReportKeys = () => Promise<BoxKeys>

/** @param seed 32 bytes that only the server has */
export function createReportKeys(seed: Uint8Array): ReportKeys {
  let keys: Promise<BoxKeys> | undefined
  return () => (keys ??= keysFromSeed(seed))
}
