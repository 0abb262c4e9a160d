/**
 * Which releases of ts-mls may be used at all. Up to 1.6.2, and from 2.0.0-rc.0 to rc.10, a commit with exactly one
 * removal carries no update path, so the removed member keeps reading; every published test vector passes there all
 * the same. 1.6.3 was never examined. 1.6.4 refuses valid groups of more than four leaves unless patched.
 */
export const EXPECTED_VERSION = '1.6.4'

/** Why this version must not be used, or undefined. */
export function refusalOf(version: string): string | undefined {
  if (version === EXPECTED_VERSION) return undefined
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-rc\.(\d+))?$/.exec(version)
  if (match === null) return 'not a version that was examined'
  const [major, minor, patch] = match.slice(1, 4).map(Number) as [number, number, number]
  const candidate = match[4] === undefined ? undefined : Number(match[4])
  const leaks = 'a removed member keeps reading'
  if (major < 1 || (major === 1 && (minor < 6 || (minor === 6 && patch <= 2)))) return leaks
  if (major === 2 && minor === 0 && patch === 0 && candidate !== undefined && candidate <= 10) return leaks
  return `not ${EXPECTED_VERSION}: move only after the fuzz and the vectors have passed on it`
}
