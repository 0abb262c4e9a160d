import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createSeededRandom } from '@visavis/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSecrets, SecretError } from './secrets.ts'

describe('[A8] the server secret', () => {
  let dataDir = ''
  beforeEach(() => void (dataDir = mkdtempSync(path.join(tmpdir(), 'visavis-secret-'))))
  afterEach(() => rmSync(dataDir, { recursive: true }))
  const load = (seed: number, configured?: string) =>
    loadSecrets({ configured, dataDir, random: createSeededRandom(seed) })

  it('is made once, for its owner only, and kept', () => {
    const first = load(1)
    expect(load(2)).toEqual(first)
    expect(statSync(path.join(dataDir, 'secret')).mode & 0o777).toBe(0o600)
  })

  it('gives a key of its own to every purpose', () => {
    const { authKey, ...keys } = load(1)
    const all = [authKey, ...Object.values(keys).map((key) => Buffer.from(key).toString('base64url'))]
    expect(new Set(all).size).toBe(all.length)
  })

  it('is the same on every node when it is configured, and leaves no file', () => {
    const configured = 'a configured secret of more than 32 characters'
    expect(load(1, configured)).toEqual(load(2, configured))
    expect(() => statSync(path.join(dataDir, 'secret'))).toThrow()
  })

  it('is refused when its file is damaged, rather than replaced', () => {
    writeFileSync(path.join(dataDir, 'secret'), 'cut')
    expect(() => load(1)).toThrow(SecretError)
  })
})
