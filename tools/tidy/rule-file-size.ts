import type { Problem, Rule, Tree } from './tree.ts'

const LINES_AIM = 300
const LINES_MAX = 500
const LIST = 'tools/tidy/large-files.json'
const COUNTED = /\.(?:ts|svelte|css|sh|js)$/

/**
 * Files aim at 300 lines and end at 500 (tests have only the end). Those between stand in a committed list with their size, and the list may only
 * shrink: neither a new name nor a bigger number is accepted once the list is in the history.
 */
export const fileSize: Rule = {
  name: 'file-size',
  check(tree) {
    const listed = readList(tree.text(LIST))
    return [...sizeProblems(tree, listed), ...listProblems(tree, listed)]
  },
}

function readList(text: string | undefined): ReadonlyMap<string, number> {
  return new Map(Object.entries(JSON.parse(text ?? '{}') as Record<string, number>))
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

function sizeProblems(tree: Tree, listed: ReadonlyMap<string, number>): readonly Problem[] {
  const problems: Problem[] = []
  for (const path of tree.paths.filter((each) => COUNTED.test(each))) {
    const lines = linesOf(tree.text(path) ?? '')
    const allowed = listed.get(path)
    if (lines > LINES_MAX) problems.push({ path, message: `${lines} lines; ${LINES_MAX} is the end` })
    else if (lines > LINES_AIM && allowed === undefined && !path.endsWith('.test.ts')) {
      problems.push({ path, message: `${lines} lines; split it (aim: ${LINES_AIM})` })
    } else if (allowed !== undefined && lines > allowed) {
      problems.push({ path, message: `grew from ${allowed} to ${lines} lines; a listed file may only shrink` })
    }
  }
  return problems
}

function listProblems(tree: Tree, listed: ReadonlyMap<string, number>): readonly Problem[] {
  const problems: Problem[] = []
  const before = tree.committed(LIST)
  const old = before === undefined ? undefined : readList(before)
  for (const [path, allowed] of listed) {
    const text = tree.text(path)
    if (text === undefined || linesOf(text) <= LINES_AIM) {
      problems.push({ path: LIST, message: `${path} needs its place no more: remove it` })
    } else if (linesOf(text) < allowed) {
      problems.push({ path: LIST, message: `${path} has ${linesOf(text)} lines now: write that instead of ${allowed}` })
    }
    if (old && allowed > (old.get(path) ?? 0)) {
      problems.push({ path: LIST, message: `${path}: the list may only shrink` })
    }
  }
  return problems
}
