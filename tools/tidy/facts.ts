import ts from 'typescript'
import { functionSizes, type FunctionSize } from './function-size.ts'

/** What the rules want to know of a source file, read from its syntax tree, so that comments and strings do not count. */
export type Facts = {
  readonly imports: readonly Import[]
  /** Uses of clock, chance and environment: `Date.now`, `Math.random`, `process.env` and the like. */
  readonly ambient: readonly { readonly name: string; readonly line: number }[]
  readonly tests: readonly TestCall[]
  readonly comments: readonly { readonly text: string; readonly line: number; readonly endLine: number }[]
  readonly functions: readonly FunctionSize[]
}

export type Import = { readonly specifier: string; readonly typeOnly: boolean; readonly line: number }

/** A call of `it`, `test` or `describe`, with its modifiers (`it.skip` has `skip`) and its title where it is written out. */
export type TestCall = {
  readonly root: string
  readonly modifiers: readonly string[]
  readonly title: string | undefined
  /** Whether any argument after the first is a string: the reason of Playwright's `test.skip(condition, reason)`. */
  readonly reasoned: boolean
  readonly line: number
}

const NOTHING: Facts = { imports: [], ambient: [], tests: [], comments: [], functions: [] }
const TEST_ROOTS = new Set(['it', 'test', 'describe'])
const AMBIENT_CALLS = new Set(['setTimeout', 'setInterval', 'setImmediate'])
const AMBIENT_MEMBERS = new Set(['Date.now', 'Math.random', 'process.env', 'performance.now'])

export function readFacts(path: string, text: string): Facts {
  if (path.endsWith('.svelte')) return readSource(path, scriptsOf(text))
  return path.endsWith('.ts') ? readSource(path, text) : NOTHING
}

// Everything outside <script> becomes blank, so that line numbers stay.
function scriptsOf(text: string): string {
  let scripts = ''
  let end = 0
  for (const match of text.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + (match[1]?.length ?? 0)
    const body = match[2] ?? ''
    scripts += text.slice(end, start).replaceAll(/[^\n]/g, ' ') + body
    end = start + body.length
  }
  return scripts
}

function readSource(path: string, text: string): Facts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
  const imports: Import[] = []
  const ambient: { name: string; line: number }[] = []
  const tests: TestCall[] = []

  const visit = (node: ts.Node): void => {
    const found = importOf(node)
    if (found) imports.push({ ...found, line: lineOf(node) })
    const name = ambientOf(node)
    if (name !== undefined) ambient.push({ name, line: lineOf(node) })
    if (ts.isCallExpression(node)) {
      const call = testCallOf(node)
      if (call) tests.push({ ...call, line: lineOf(node) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { imports, ambient, tests, comments: commentsOf(source, text), functions: functionSizes(source) }
}

function importOf(node: ts.Node): Omit<Import, 'line'> | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause
    return { specifier: node.moduleSpecifier.text, typeOnly: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [first] = node.arguments
    if (first && ts.isStringLiteralLike(first)) return { specifier: first.text, typeOnly: false }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true }
  }
  return undefined
}

function ambientOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression
    if (!ts.isIdentifier(owner)) return undefined
    if (AMBIENT_CALLS.has(node.name.text) && (owner.text === 'globalThis' || owner.text === 'window'))
      return node.name.text
    const member = `${owner.text}.${node.name.text}`
    return AMBIENT_MEMBERS.has(member) ? member : undefined
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && AMBIENT_CALLS.has(node.expression.text)) {
    return node.expression.text
  }
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date') {
    return (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined
  }
  return undefined
}

function testCallOf(call: ts.CallExpression): Omit<TestCall, 'line'> | undefined {
  // `it.skipIf(x)` is half of `it.skipIf(x)('title', ...)`, which is read as a whole.
  if (ts.isCallExpression(call.parent) && call.parent.expression === call) return undefined
  const modifiers: string[] = []
  let callee: ts.Expression = call.expression
  // `it.each(table)('title', ...)` and `it.skipIf(x)('title', ...)` call the result of a call.
  while (!ts.isIdentifier(callee)) {
    if (ts.isPropertyAccessExpression(callee)) {
      modifiers.unshift(callee.name.text)
      callee = callee.expression
    } else if (ts.isCallExpression(callee)) callee = callee.expression
    else if (ts.isTaggedTemplateExpression(callee)) callee = callee.tag
    else return undefined
  }
  if (!TEST_ROOTS.has(callee.text)) return undefined
  const [first, ...rest] = call.arguments
  return {
    root: callee.text,
    modifiers,
    title: first && titleOf(first),
    reasoned: rest.some((argument) => titleOf(argument) !== undefined),
  }
}

// The written parts of a title; what a template fills in is left out.
function titleOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('…')
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return `${titleOf(node.left) ?? '…'}${titleOf(node.right) ?? '…'}`
  }
  return undefined
}

// Comments hang before or after tokens; a walk over all tokens meets each, some twice.
function commentsOf(source: ts.SourceFile, text: string): Facts['comments'] {
  const ranges = new Map<number, ts.CommentRange>()
  const collect = (found: readonly ts.CommentRange[] | undefined) => {
    for (const range of found ?? []) ranges.set(range.pos, range)
  }
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source)
    if (children.length === 0 && node.kind !== ts.SyntaxKind.JsxText) {
      collect(ts.getLeadingCommentRanges(text, node.getFullStart()))
      collect(ts.getTrailingCommentRanges(text, node.getEnd()))
    }
    for (const child of children) visit(child)
  }
  visit(source)
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1
  return [...ranges.values()].map((range) => ({
    text: text.slice(range.pos, range.end),
    line: lineAt(range.pos),
    endLine: lineAt(range.end),
  }))
}
