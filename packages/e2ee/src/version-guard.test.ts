import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { EXPECTED_VERSION, refusalOf } from '../fuzz/ts-mls-versions.ts'

const door = createRequire(import.meta.url).resolve('ts-mls')
const read = (url: URL | string) => readFileSync(url, 'utf8')

describe('the library under the match', () => {
  it('[ER20] is exactly the version that was examined, and pinned to it', () => {
    const installed = JSON.parse(read(door.replace(/dist\/src\/index\.js$/, 'package.json'))) as { version: string }
    expect(installed.version).toBe(EXPECTED_VERSION)
    expect(refusalOf(installed.version)).toBeUndefined()
    const own = JSON.parse(read(new URL('../package.json', import.meta.url))) as {
      dependencies: Record<string, string>
    }
    expect(own.dependencies['ts-mls']).toBe(EXPECTED_VERSION)
  })

  it('[ER20] carries our patch, line by line', () => {
    const patch = read(fileURLToPath(new URL('../../../patches/ts-mls+1.6.4.patch', import.meta.url)))
    const lines = patch.split('\n')
    const added = lines.filter((line) => /^\+(?!\+\+)/.test(line)).map((line) => line.slice(1))
    const removed = lines.filter((line) => /^-(?!--)/.test(line)).map((line) => line.slice(1))
    const installed = read(door.replace(/index\.js$/, 'clientState.js')).split('\n')
    expect(added).toHaveLength(3)
    for (const line of added) expect(installed).toContain(line)
    for (const line of removed) expect(installed).not.toContain(line)
  })

  it.each(['1.0.0', '1.5.9', '1.6.0', '1.6.1', '1.6.2', ...[...Array(11).keys()].map((n) => `2.0.0-rc.${n}`)])(
    '[ER20] would refuse %s, where a removed member keeps reading',
    (version) => {
      expect(refusalOf(version)).toContain('removed member')
    },
  )

  it.each(['1.6.3', '1.6.5', '2.0.0', '2.0.0-rc.11', '2.0.0-rc.16', '1.6.4-beta', ''])(
    '[ER20] would refuse %s, which was never examined',
    (version) => {
      expect(refusalOf(version)).toBeDefined()
    },
  )
})
