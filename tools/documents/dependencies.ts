import { readManifests, readRegister } from '../tidy/rule-dependencies.ts'
import type { Tree } from '../tidy/tree.ts'

/** docs/dependencies.md: every library with version, licence, place and the sentence why. */
export function dependenciesDocument(tree: Tree): string {
  const manifests = readManifests(tree)
  const rows = [...readRegister(tree)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { runtime, licence, why }]) => {
      const users = manifests.filter(
        ({ dependencies, devDependencies }) => dependencies.has(name) || devDependencies.has(name),
      )
      const shipped = users.some(
        ({ path, dependencies }) => dependencies.has(name) && !path.startsWith('packages/testkit/'),
      )
      const [first] = users
      const version = (first?.dependencies.get(name) ?? first?.devDependencies.get(name) ?? '').replace(/^npm:/, '')
      const where = users
        .map(({ path }) => (path === 'package.json' ? 'root' : path.replace(/\/package\.json$/, '')))
        .join(', ')
      return `| \`${name}\` | ${version} | ${licence} | ${runtime} | ${shipped ? 'shipped' : 'development'} | ${where} | ${why} |`
    })
  return [
    '# Dependencies',
    '',
    'Made by `npm run docs` from `tools/tidy/dependencies.json` and the package.json files. Tidy fails on a library that is',
    'not listed, on an inexact version, on a licence we do not accept and on a use where the library cannot run. Install',
    'scripts are off (`.npmrc`), patches stand in `patches/`.',
    '',
    '| library | version | licence | runs in | use | where | why |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'Besides these: Node.js and npm themselves, pinned in `tools/runtime/package.json`. For tests, from Debian when present:',
    'Chromium, Firefox, PostgreSQL, coturn.',
    '',
  ].join('\n')
}
