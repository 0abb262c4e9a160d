import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../jobs.ts'
import { readListing } from './listing.ts'
import { dependencies, readRegister, REGISTER } from './rule-dependencies.ts'
import { createTree, treeOf } from './tree.ts'

const ws = { runtime: 'node', licence: 'MIT', why: 'Sockets.' }
const zod = { runtime: 'universal', licence: 'MIT', why: 'Schemas.' }

type Plan = {
  runtime?: string
  shipped?: Record<string, string>
  register?: object
  source?: string
  extra?: Record<string, string>
}

function problems({
  runtime = 'universal',
  shipped = { zod: '4.6.7' },
  register = { zod },
  source = '',
  extra = {},
}: Plan) {
  const manifest = { visavis: { runtime }, dependencies: shipped }
  const tree = treeOf({
    [REGISTER]: JSON.stringify(register),
    'packages/wire/package.json': JSON.stringify(manifest),
    'packages/wire/src/a.ts': source,
    ...extra,
  })
  return dependencies.check(tree).map(({ message }) => message)
}

describe('dependencies', () => {
  it('accepts a classified library where it can run', () => {
    expect(problems({ source: "import * as z from 'zod/mini'" })).toEqual([])
  })

  it('refuses a library that nobody classified', () => {
    expect(problems({ register: {} })).toEqual([expect.stringContaining('zod is not classified')])
  })

  it('refuses a library of Node in a universal package, in package.json and in code', () => {
    const found = problems({ shipped: { ws: '8.23.0' }, register: { ws }, source: "import 'ws'" })
    expect(found).toEqual([expect.stringContaining('runs in node only'), expect.stringContaining('runs in node only')])
  })

  it('refuses node: modules outside packages of Node', () => {
    expect(problems({ source: "import 'node:fs'" })).toEqual([expect.stringContaining('node:fs')])
    expect(problems({ source: "import 'node:fs'", runtime: 'node' })).toEqual([])
    expect(problems({ extra: { 'packages/wire/src/a.test.ts': "import 'node:fs'" } })).toEqual([])
  })

  it('refuses an import that package.json does not name', () => {
    expect(problems({ source: "import 'kysely'" })).toEqual([expect.stringContaining('kysely is not among')])
  })

  it('refuses an inexact version', () => {
    for (const version of ['^4.6.7', '~4.6.7', '*', '>=4', '4.x']) {
      expect(problems({ shipped: { zod: version } })).toEqual([expect.stringContaining('one exact version')])
    }
  })

  it('refuses a foreign licence, an entry without a sentence and one without a user', () => {
    expect(problems({ register: { zod: { ...zod, licence: 'AGPL-3.0' } } })).toEqual([
      expect.stringContaining('AGPL-3.0'),
    ])
    expect(problems({ register: { zod: { ...zod, why: '' } } })).toEqual([expect.stringContaining('says why')])
    expect(problems({ register: { zod, ws } })).toEqual([expect.stringContaining('ws is used nowhere')])
  })

  it('refuses a package that does not say where it runs', () => {
    expect(problems({ runtime: 'anywhere' })).toEqual([expect.stringContaining('visavis.runtime')])
  })

  it('refuses a lock file that says something else', () => {
    const lock = (version: string) =>
      JSON.stringify({ packages: { 'packages/wire': { dependencies: { zod: version } } } })
    expect(problems({ extra: { 'package-lock.json': lock('4.6.7') } })).toEqual([])
    expect(problems({ extra: { 'package-lock.json': lock('4.6.6') } })).toEqual([expect.stringContaining('disagrees')])
  })

  it('names the licences that the installed packages name', () => {
    const register = readRegister(createTree(readListing(ROOT)))
    expect(register.size).toBeGreaterThan(0)
    for (const [name, { licence }] of register) {
      const manifest = JSON.parse(readFileSync(`${ROOT}node_modules/${name}/package.json`, 'utf8')) as {
        license?: string
      }
      // One package names no licence; its repository has the MIT licence.
      if (name !== '@inlang/plugin-message-format') expect(`${name} ${manifest.license}`).toBe(`${name} ${licence}`)
    }
  })
})
