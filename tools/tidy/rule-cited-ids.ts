import { isTestFile, sourcesOf, type Problem, type Rule, type Tree } from './tree.ts'

/** Ids cited in a title: `[M4]`, `[MT3]`, `[M4, MT3]`. One letter is a requirement, two or more a rule of a SPEC.md. */
export function idsOf(title: string): readonly string[] {
  return [...title.matchAll(/\[([A-Z]{1,3}\d+(?:\s*[,-]\s*[A-Z]{1,3}\d+)*)\]/g)].flatMap((match) =>
    (match[1] ?? '').split(/\s*[,-]\s*/),
  )
}

/** Requirement rows of docs/requirements.md: id and text, in order. */
export function requirementsOf(tree: Tree): ReadonlyMap<string, string> {
  const rows = new Map<string, string>()
  for (const match of (tree.text('docs/requirements.md') ?? '').matchAll(/^\| ([A-Z]\d+)!? \| (.+) \|$/gm)) {
    rows.set(match[1] ?? '', match[2] ?? '')
  }
  return rows
}

/** Numbered rules of every SPEC.md: where an id of two letters stands in bold or opens a list entry or a table row. */
export function specRulesOf(tree: Tree): ReadonlyMap<string, string> {
  const rules = new Map<string, string>()
  for (const path of tree.paths.filter((each) => each.endsWith('/SPEC.md'))) {
    for (const match of (tree.text(path) ?? '').matchAll(/^\s*(?:[-*] |\| |#+ )?(?:\*\*|`)?\[?([A-Z]{2,3}\d+)\b/gm)) {
      rules.set(match[1] ?? '', path)
    }
  }
  return rules
}

/** Each cited id with the files whose test titles cite it. */
export function citationsOf(tree: Tree): ReadonlyMap<string, readonly { path: string; line: number }[]> {
  const citations = new Map<string, { path: string; line: number }[]>()
  for (const path of sourcesOf(tree).filter(isTestFile)) {
    for (const { title, line } of tree.facts(path).tests) {
      for (const id of idsOf(title ?? '')) citations.set(id, [...(citations.get(id) ?? []), { path, line }])
    }
  }
  return citations
}

/** A cited id exists: a requirement in docs/requirements.md, a rule in a SPEC.md. Rules without a test are told. */
export const citedIds: Rule = {
  name: 'cited-ids',
  check(tree) {
    const requirements = requirementsOf(tree)
    const rules = specRulesOf(tree)
    const problems: Problem[] = []
    for (const [id, places] of citationsOf(tree)) {
      if (requirements.has(id) || rules.has(id)) continue
      const where = /^[A-Z]\d/.test(id) ? 'docs/requirements.md' : 'any SPEC.md'
      for (const { path, line } of places) problems.push({ path, line, message: `[${id}] does not exist in ${where}` })
    }
    return problems
  },
  notices(tree) {
    const cited = citationsOf(tree)
    const untested = [...specRulesOf(tree)].filter(([id]) => !cited.has(id))
    return untested.map(([id, path]) => `${path}: rule ${id} has no test that cites it`)
  },
}
