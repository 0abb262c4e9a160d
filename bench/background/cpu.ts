import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of the kernel's clock: 100 a second on every Linux that Node runs on. */
const TICK_MS = 10

/** Milliseconds of processor that a program and all it started have used so far (Linux). */
export function cpuOfTree(rootPid: number): number {
  const processes = new Map<number, { readonly parent: number; readonly ms: number }>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      // The name in brackets may hold anything; what counts comes after the last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      processes.set(Number(name), {
        parent: Number(fields[1]),
        ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      })
    } catch {
      // Ended while we looked.
    }
  }
  const isOfTree = (pid: number): boolean => {
    for (let at: number | undefined = pid; at; at = processes.get(at)?.parent) if (at === rootPid) return true
    return false
  }
  let sum = 0
  for (const [pid, { ms }] of processes) if (isOfTree(pid)) sum += ms
  return sum
}
