import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Who holds a data folder. A process id alone is not enough: numbers are used again after a crash or a reboot. */
type Owner = { readonly pid: number; readonly started: string }

export type FolderLock = { release: () => void }

/** Thrown when another living process holds the folder. The message is for the operator and names the process. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
}

/**
 * Takes `folder/lock` for this process, or throws `FolderInUseError`. A lock left by a process that no longer lives (its
 * start time tells it from a newcomer with the same number) is taken over.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, 'lock')
  const mine: Owner = { pid: process.pid, started: startOf(process.pid) ?? 'unknown' }
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify(mine))
  try {
    // Each turn either takes the lock, finds it held, or removes one stale lock; others may race for the same.
    for (let turn = 0; turn < 8; turn += 1) {
      if (takeByLink(own, file)) return { release: () => releaseIfMine(file, mine) }
      const owner = readOwner(file)
      if (owner && isAlive(owner)) {
        throw new FolderInUseError(
          `The data folder is in use by process ${owner.pid}. Two servers on one folder would destroy it: stop that one, or set VISAVIS_DATA to another folder.`,
        )
      }
      removeStale(file, own)
    }
    throw new FolderInUseError('The data folder is being locked by several processes at once.')
  } finally {
    rmSync(own, { force: true })
  }
}

// A hard link appears with its content in one step, and fails when the name is taken.
function takeByLink(own: string, file: string): boolean {
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

// Renaming is won by one process only, so a lock taken in the meantime by another is never deleted unseen.
function removeStale(file: string, own: string): void {
  const aside = `${own}.stale`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const owner = readOwner(aside)
  if (owner && isAlive(owner)) takeByLink(aside, file)
  rmSync(aside, { force: true })
}

function releaseIfMine(file: string, mine: Owner): void {
  const owner = readOwner(file)
  if (owner?.pid === mine.pid && owner.started === mine.started) rmSync(file, { force: true })
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>
    return typeof owner.pid === 'number' && typeof owner.started === 'string'
      ? { pid: owner.pid, started: owner.started }
      : undefined
  } catch {
    return undefined
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const started = startOf(owner.pid)
  return started === undefined || owner.started === 'unknown' || started === owner.started
}

// Linux: boot id and start in clock ticks since boot (proc(5), field 22). Elsewhere the process id has to do.
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return undefined
  }
}
