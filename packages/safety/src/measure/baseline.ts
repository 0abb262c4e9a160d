import { FLAGS, type Flag } from '../findings.ts'
import type { Classifier } from './score.ts'

/**
 * What most products do: a list of words per flag, found anywhere in the lower-case text at the borders of words. The measure of
 * what rules, context and reading are worth. Lines of `baseline.txt`: `money: gift card`.
 */
export function createBaseline(text: string, file: string): Classifier {
  const lists = new Map<Flag, string[]>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith(';')) continue
    const colon = line.indexOf(':')
    const flag = FLAGS.find((each) => each === line.slice(0, colon).trim())
    const words = line
      .slice(colon + 1)
      .trim()
      .toLowerCase()
    if (flag === undefined || words === '') throw new Error(`${file}:${index + 1} is not "flag: words"`)
    lists.set(flag, [...(lists.get(flag) ?? []), words])
  }
  return ({ text: message, direction }) => {
    const padded = ` ${message.toLowerCase().replaceAll(/[^\p{L}\p{N}@]+/gu, ' ')} `
    const told = [...lists].filter(([flag]) => (flag === 'own_pii') === (direction === 'out'))
    return told.filter(([, words]) => words.some((each) => padded.includes(` ${each} `))).map(([flag]) => flag)
  }
}
