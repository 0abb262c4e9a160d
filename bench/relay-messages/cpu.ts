import { readdirSync, readFileSync } from 'node:fs'

/** The kernel counts CPU time in these (USER_HZ, proc(5)); it has been 100 on every Linux of the last decades. */
const TICKS_PER_SECOND = 100

type Stat = { readonly parent: number; readonly ticks: number }

/** Processes by id, with the time of themselves and of their children that have ended. */
function processes(): Map<number, Stat> {
  const found = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The second field is a name in brackets and may hold anything; the others are numbers.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      const [utime, stime, childUtime, childStime] = fields.slice(11, 15).map(Number)
      const ticks = (utime ?? 0) + (stime ?? 0) + (childUtime ?? 0) + (childStime ?? 0)
      found.set(Number(name), { parent: Number(fields[1]), ticks })
    } catch {
      continue // It ended between the two reads; its parent has its time.
    }
  }
  return found
}

/** CPU time in microseconds of these processes and all that descend from them, ended ones included. */
export function cpuMicroseconds(roots: readonly number[]): number {
  const all = processes()
  let ticks = 0
  let level = roots.filter((pid) => all.has(pid))
  while (level.length > 0) {
    for (const pid of level) ticks += all.get(pid)?.ticks ?? 0
    const parents = new Set(level)
    level = [...all].filter(([, stat]) => parents.has(stat.parent)).map(([pid]) => pid)
  }
  return (ticks * 1_000_000) / TICKS_PER_SECOND
}

/** Runs `start` and tells which child processes of this one it left running. */
export async function childrenOf<T>(start: () => Promise<T>): Promise<{ value: T; pids: readonly number[] }> {
  const children = () => [...processes()].filter(([, stat]) => stat.parent === process.pid).map(([pid]) => pid)
  const before = new Set(children())
  const value = await start()
  return { value, pids: children().filter((pid) => !before.has(pid)) }
}
