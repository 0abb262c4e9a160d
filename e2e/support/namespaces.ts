import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * Browsers on networks of their own: network namespaces of Linux, joined to this machine by one virtual cable each.
 * Needs root; without it all share the machine's addresses.
 */
export type Places = {
  /** Each browser's own address, as it sees itself. */
  readonly own: readonly string[]
  /** Where this machine is reached from each place; the first is reached from all. */
  readonly machine: readonly string[]
  /** A program that starts the browser in its place. */
  readonly programs: readonly string[]
  /** Their names, for `ip netns exec`. */
  readonly names: readonly string[]
  close(): void
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'ignore' })

/** One place for each of the browsers. Undefined when this machine does not let us. */
export function createPlaces(browsers: readonly string[]): Places | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-places-'))
  const made: string[] = []
  const close = () => {
    for (const name of made) ip('netns', 'del', name)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const programs = browsers.map((browser, index) => {
      const number = index + 1
      const name = `vv${process.pid}x${number}`
      ip('netns', 'add', name)
      made.push(name)
      cable(name, number)
      const program = path.join(folder, name)
      writeFileSync(program, `#!/bin/sh\nexec ip netns exec ${name} ${browser} "$@"\n`)
      chmodSync(program, 0o755)
      return program
    })
    const addresses = (last: number) => browsers.map((_, index) => `10.77.${index + 1}.${last}`)
    return { own: addresses(2), machine: addresses(1), programs, names: made, close }
  } catch {
    close()
    return undefined
  }
}

function cable(name: string, number: number): void {
  const here = `${name}h`
  const there = `${name}n`
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name)
  ip('addr', 'add', `10.77.${number}.1/24`, 'dev', here)
  ip('link', 'set', here, 'up')
  ip('-n', name, 'link', 'set', 'lo', 'up')
  ip('-n', name, 'addr', 'add', `10.77.${number}.2/24`, 'dev', there)
  ip('-n', name, 'link', 'set', there, 'up')
  ip('-n', name, 'route', 'add', 'default', 'via', `10.77.${number}.1`)
}
