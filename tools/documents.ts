import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { configurationDocument, type ConfigVariable } from './documents/configuration.ts'
import { coverageDocument, coverageGaps, type Built } from './documents/coverage.ts'
import { dependenciesDocument } from './documents/dependencies.ts'
import { ROOT } from './jobs.ts'
import { readListing } from './tidy/listing.ts'
import { createTree } from './tidy/tree.ts'

/**
 * Documents made from the code, so that they cannot disagree with it. `npm run docs` writes them; without `--write`
 * fails when one is out of date or when a requirement claims to be built without a test.
 */
const tree = createTree(readListing(ROOT))
const built = JSON.parse(tree.text('docs/built.json') ?? '{}') as Built
const config = (await import(`${ROOT}apps/server/src/config.ts`)) as { CONFIG_VARIABLES: readonly ConfigVariable[] }

const documents: Readonly<Record<string, string>> = {
  'docs/configuration.md': configurationDocument(config.CONFIG_VARIABLES),
  'docs/coverage.md': coverageDocument(tree, built),
  'docs/dependencies.md': dependenciesDocument(tree),
}

const complaints = [...coverageGaps(tree, built)]
for (const [path, text] of Object.entries(documents)) {
  const old = existsSync(`${ROOT}${path}`) ? readFileSync(`${ROOT}${path}`, 'utf8') : ''
  if (old === text) continue
  if (process.argv.includes('--write')) {
    writeFileSync(`${ROOT}${path}`, text)
    console.log(`wrote ${path}`)
  } else complaints.push(`${path} is out of date: npm run docs`)
}
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length === 0 ? 0 : 1
