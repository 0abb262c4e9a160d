import { readdirSync, readFileSync } from 'node:fs'

/** A process that descends from this one and was started with a word in its command line; not one of its own helpers. */
export function findOwnProcess(word: string): number {
  const found = own().find(({ command }) => command.includes(word) && !command.includes('--type='))
  if (!found) throw new Error(`no process of ours was started with ${word}`)
  return found.pid
}

/** Processes that descend from this one, or from the one named. */
function own(from = process.pid): { readonly pid: number; readonly command: string }[] {
  const all = readdirSync('/proc').flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [{ pid: Number(name), parent: Number(parent), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }]
    } catch {
      // No process, or one that ended between the two reads.
      return []
    }
  })
  const children = new Map(all.map(({ pid }) => [pid, all.filter(({ parent }) => parent === pid)]))
  const descend = (pid: number): typeof all =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...descend(child.pid)])
  return descend(from)
}

/** Stops a process and all that descend from it for a while, as a closed lid does; their sockets stay open meanwhile. */
export async function sleepFor(pid: number, ms: number): Promise<void> {
  const all = [pid, ...own(pid).map((child) => child.pid)]
  for (const each of all) process.kill(each, 'SIGSTOP')
  try {
    await new Promise((resolve) => void setTimeout(resolve, ms))
  } finally {
    for (const each of all) process.kill(each, 'SIGCONT')
  }
}
