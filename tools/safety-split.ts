import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { deal, dealMore, parseCorpus, type Dealt, type Part } from '@visavis/safety/measure'
import { FLAGS, type Flag } from '@visavis/safety'
import { CORPUS } from './safety/files.ts'

/**
 * `npm run safety:split [-- es de]`: deals every `corpus/<language>/<subject>.new.txt` into develop (two thirds) and held-out (one third),
 * adds what is new of every `<subject>.more.txt` to the lessons, removes both, and writes the checksums of the held-out files anew. Lines
 * that stand already are never moved or changed.
 */
type Subject = Flag | 'ordinary'
const SUBJECTS: readonly Subject[] = [...FLAGS, 'ordinary']

const all = readdirSync(CORPUS).filter((name) => /^[a-z]{2}$/.test(name))
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all
const told = wanted.flatMap((language) => [...dealAll(language, 'new'), ...dealAll(language, 'more')])

function dealAll(language: string, kind: 'new' | 'more'): readonly string[] {
  const written = readdirSync(CORPUS + language).filter((name) => name.endsWith(`.${kind}.txt`))
  return written.map((file) => {
    const subject = SUBJECTS.find((each) => file === `${each}.${kind}.txt`)
    if (subject === undefined) throw new Error(`${language}/${file}: no flag has that name`)
    const text = readFileSync(`${CORPUS}${language}/${file}`, 'utf8')
    parseCorpus(text, language, subject, `${language}/${file}`)
    const dealt = standing(language, [subject])
    const others = standing(
      language,
      SUBJECTS.filter((each) => each !== subject),
    )
    const lines = text.split('\n')
    const fresh: Partial<Record<Part, readonly string[]>> =
      kind === 'new' ? deal(lines, dealt, others) : { lessons: dealMore(lines, dealt, others) }
    let left = lines.filter((line) => /^[+~-]/.test(line)).length
    const sides = Object.entries(fresh).map(([part, added]) => {
      left -= added.length
      append(pathOf(language, subject, part as Part), added)
      return `${added.length} to ${part}`
    })
    rmSync(`${CORPUS}${language}/${file}`)
    return `${language}/${file}: ${sides.join(', ')}, ${left} known already`
  })
}

function pathOf(language: string, subject: Subject, part: Part): string {
  return `${CORPUS}${language}/${subject}.${part}.txt`
}

function append(path: string, lines: readonly string[]): void {
  if (lines.length > 0) writeFileSync(path, `${[...linesOf(path), ...lines].join('\n')}\n`)
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
}

/** What stands already: on the one side all that is learned from. */
function standing(language: string, subjects: readonly Subject[]): Dealt {
  const read = (...parts: readonly Part[]) =>
    subjects.flatMap((subject) => parts.flatMap((part) => linesOf(pathOf(language, subject, part))))
  return { develop: read('develop', 'lessons'), 'held-out': read('held-out') }
}

const checksums: Record<string, string> = {}
for (const language of all.toSorted()) {
  const files = readdirSync(CORPUS + language).filter((name) => name.endsWith('.held-out.txt'))
  for (const file of files.toSorted()) {
    const bytes = readFileSync(`${CORPUS}${language}/${file}`)
    checksums[`${language}/${file}`] = createHash('sha256').update(bytes).digest('hex')
  }
}
writeFileSync(`${CORPUS}checksums.json`, `${JSON.stringify(checksums, null, 2)}\n`)
console.log(told.length > 0 ? told.join('\n') : 'nothing new to deal')
