import { sourcesOf, isTestFile, type Rule } from './tree.ts'

const OWN_LINES_MAX = 70

/**
 * A function has at most 70 lines of its own. Functions nested in it are counted by themselves: `createX(deps)` is a
 * room with functions in it and may be longer than a step that is read from top to bottom (ADR 0007). Tests are lists
 * of cases and have no such end.
 */
export const functionSize: Rule = {
  name: 'function-size',
  check(tree) {
    return sourcesOf(tree)
      .filter((path) => !isTestFile(path))
      .flatMap((path) =>
        tree
          .facts(path)
          .functions.filter(({ ownLines }) => ownLines > OWN_LINES_MAX)
          .map(({ name, line, ownLines }) => ({
            path,
            line,
            message: `${name} has ${ownLines} lines of its own; ${OWN_LINES_MAX} is the end`,
          })),
      )
  },
}
