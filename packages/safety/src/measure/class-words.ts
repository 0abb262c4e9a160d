import { normalise } from '../text/normalise.ts'

/**
 * Classes of words as they are written, `family: mother, fath*, ...`, one a line, `;` for comments; a class may come on several lines.
 * The words become what the engine reads: lower case, without the marks that the language does not keep.
 */
export function readClassWords(text: string, kept: string, file: string): Readonly<Record<string, string>> {
  const classes = new Map<string, Set<string>>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith(';')) continue
    const [, name, list = ''] = /^([a-z0-9_]{1,40}):(.*)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`${file}:${index + 1} is not "class: words"`)
    const words = classes.get(name) ?? new Set<string>()
    classes.set(name, words)
    for (const written of list.split(/[\s,]+/)) {
      const word = normalise(written.replaceAll(/['’]/g, ''), kept).text
      if (word !== '') words.add(word)
    }
  }
  return Object.fromEntries([...classes].map(([name, words]) => [name, [...words].join(' ')]))
}
