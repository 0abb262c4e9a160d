import ts from 'typescript'

/** A function and the lines that are its own: from its head to its end, less the lines of functions written inside it. */
export type FunctionSize = { readonly name: string; readonly line: number; readonly ownLines: number }

/**
 * Sizes of all functions of a source, outermost first. Blank lines and lines that hold nothing but a comment do not
 * count; a line that a function shares with one nested in it (`on('close', () => {`) counts for the outer one.
 */
export function functionSizes(source: ts.SourceFile): readonly FunctionSize[] {
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line
  const written = writtenLines(source, lineAt)
  const sizes: FunctionSize[] = []
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) {
      const first = lineAt(node.getStart(source))
      const lines = linesBetween(first, lineAt(node.getEnd()), written)
      for (const inner of nestedIn(node)) {
        for (const line of insideOf(inner, source, lineAt)) lines.delete(line)
      }
      sizes.push({ name: nameOf(node), line: first + 1, ownLines: lines.size })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return sizes
}

type FunctionNode = ts.FunctionLikeDeclaration & { readonly body: ts.Node }

function isFunction(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
}

/** The nearest functions inside, not those inside them: their lines lie within. */
function nestedIn(outer: ts.Node): readonly FunctionNode[] {
  const found: FunctionNode[] = []
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) found.push(node)
    else ts.forEachChild(node, visit)
  }
  ts.forEachChild(outer, visit)
  return found
}

/** Lines that belong to `inner` alone. Its first and last are shared with the outer one when that has code on them. */
function insideOf(inner: ts.Node, source: ts.SourceFile, lineAt: (position: number) => number): readonly number[] {
  const { text } = source
  const start = inner.getStart(source)
  const end = inner.getEnd()
  const sharesFirst = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() !== ''
  const lineEnd = text.indexOf('\n', end)
  const sharesLast = text.slice(end, lineEnd < 0 ? undefined : lineEnd).trim() !== ''
  const first = lineAt(start) + Number(sharesFirst)
  const last = lineAt(end) - Number(sharesLast)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
}

function linesBetween(first: number, last: number, written: ReadonlySet<number>): Set<number> {
  const lines = new Set<number>()
  for (let line = first; line <= last; line++) if (written.has(line)) lines.add(line)
  return lines
}

/** Lines on which a token stands; what is left are blank lines and comments. */
function writtenLines(source: ts.SourceFile, lineAt: (position: number) => number): ReadonlySet<number> {
  const written = new Set<number>()
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source).filter((child) => !ts.isJSDoc(child))
    if (children.length === 0 && node.getEnd() > node.getStart(source)) {
      for (let line = lineAt(node.getStart(source)); line <= lineAt(node.getEnd()); line++) written.add(line)
    }
    for (const child of children) visit(child)
  }
  visit(source)
  return written
}

function nameOf(node: FunctionNode): string {
  if (node.name) return node.name.getText()
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText()
  return 'function'
}
