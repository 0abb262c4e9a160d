import type { Problem, Rule, Tree } from './tree.ts'

const STOP = /\bFIXME\b/
const LATER = /\bTODO\b(?!\(#\d+\):)/

/** Promises to oneself: the first blocks a merge, the second carries the number of an issue, `(#123):`, or is not written. */
export const markers: Rule = {
  name: 'markers',
  check(tree) {
    return tree.paths.flatMap((path) => problemsOf(tree, path))
  },
}

function problemsOf(tree: Tree, path: string): readonly Problem[] {
  const pieces = path.endsWith('.ts') ? tree.facts(path).comments : linesAsPieces(tree, path)
  return pieces.flatMap(({ text, line }) => {
    if (STOP.test(text)) return [{ path, line, message: 'a marker that blocks a merge' }]
    return LATER.test(text) ? [{ path, line, message: 'a promise without an issue: write the number, or do it' }] : []
  })
}

function linesAsPieces(tree: Tree, path: string): readonly { text: string; line: number }[] {
  if (!/\.(?:svelte|css|sh|sql|html)$/.test(path)) return []
  return (tree.text(path) ?? '').split('\n').map((text, index) => ({ text, line: index + 1 }))
}
