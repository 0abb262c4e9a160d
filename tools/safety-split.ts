import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { deal, parseCorpus, type Part } from '@visavis/safety/measure'
import { FLAGS } from '@visavis/safety'
import { CORPUS } from './safety/files.ts'

/**
 * `npm run safety:split [-- es de]`: deals every `corpus/<language>/<subject>.new.txt` into develop (two thirds) and held-out (one third),
 * removes it, and writes the checksums of the held-out files anew. Lines that stand already are never moved or changed.
 */
const PARTS = ['develop', 'held-out'] as const
const lineCounts: string[] = []

const all = readdirSync(CORPUS).filter((name) => /^[a-z]{2}$/.test(name))
const wanted = process.argv.length > 2 ? process.argv.slice(2) : all

for (const language of wanted) {
  for (const file of readdirSync(CORPUS + language).filter((name) => name.endsWith('.new.txt'))) {
    const subject = [...FLAGS, 'ordinary' as const].find((each) => file === `${each}.new.txt`)
    if (subject === undefined) throw new Error(`${language}/${file}: no flag has that name`)
    const written = readFileSync(`${CORPUS}${language}/${file}`, 'utf8')
    parseCorpus(written, language, subject, `${language}/${file}`)
    const path = (part: Part) => `${CORPUS}${language}/${subject}.${part}.txt`
    const read = (part: Part) => (existsSync(path(part)) ? readFileSync(path(part), 'utf8').trimEnd().split('\n') : [])
    const dealt = { develop: read('develop'), 'held-out': read('held-out') }
    const fresh = deal(written.split('\n'), dealt)
    for (const part of PARTS) writeFileSync(path(part), `${[...dealt[part], ...fresh[part]].join('\n')}\n`)
    rmSync(`${CORPUS}${language}/${file}`)
    lineCounts.push(`${language}/${subject}: ${fresh.develop.length} to develop, ${fresh['held-out'].length} held out`)
  }
}

const checksums: Record<string, string> = {}
for (const language of readdirSync(CORPUS)
  .filter((name) => /^[a-z]{2}$/.test(name))
  .toSorted()) {
  for (const file of readdirSync(CORPUS + language)
    .filter((name) => name.endsWith('.held-out.txt'))
    .toSorted()) {
    const bytes = readFileSync(`${CORPUS}${language}/${file}`)
    checksums[`${language}/${file}`] = createHash('sha256').update(bytes).digest('hex')
  }
}
writeFileSync(`${CORPUS}checksums.json`, `${JSON.stringify(checksums, null, 2)}\n`)
console.log(lineCounts.length > 0 ? lineCounts.join('\n') : 'nothing new to deal')
