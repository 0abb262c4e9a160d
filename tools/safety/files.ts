import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { compilePack, FLAGS, readPackData, type Pack, type PackData } from '@visavis/safety'
import { parseCorpus, readClassWords, type CorpusLine, type Part, type Taught } from '@visavis/safety/measure'

/** Where packs and corpus stand in the checkout, for the commands `safety:*`. */
export const PACKS = new URL('../../packages/safety/packs/', import.meta.url).pathname
export const CORPUS = new URL('../../packages/safety/corpus/', import.meta.url).pathname

/** Languages that have a pack. */
export function languages(): readonly string[] {
  return readdirSync(PACKS)
    .filter((file) => /^[a-z]{2}\.json$/.test(file))
    .map((file) => file.slice(0, 2))
    .toSorted()
}

/** The pack of a language: what people wrote and, unless `withModel` is false, what was learned (`<language>.model.json`). */
export function packData(language: string, withModel = true): PackData {
  const written = JSON.parse(readFileSync(`${PACKS}${language}.json`, 'utf8')) as object
  const learned = `${PACKS}${language}.model.json`
  const model = withModel && existsSync(learned) ? { model: JSON.parse(readFileSync(learned, 'utf8')) as unknown } : {}
  const data = readPackData({ ...written, ...model })
  if (!data.ok) throw new Error(`packs/${language}.json: ${data.where}`)
  return data.value
}

export function loadPack(language: string, withModel = true): Pack {
  const pack = compilePack(packData(language, withModel))
  if (!pack.ok) throw new Error(`packs/${language}.json: ${pack.where}`)
  return pack.value
}

/** Every line of one part of a language's corpus. */
export function corpusOf(language: string, part: Part): readonly CorpusLine[] {
  return [...FLAGS, 'ordinary' as const].flatMap((subject) => {
    const file = `${language}/${subject}.${part}.txt`
    return existsSync(CORPUS + file) ? parseCorpus(readFileSync(CORPUS + file, 'utf8'), language, subject, file) : []
  })
}

/** What the model of a language is trained with: the pack as people wrote it, the develop part, lessons, and classes of words. */
export function taught(language: string): Taught {
  const file = new URL(`classes/${language}.txt`, import.meta.url).pathname
  const pack = loadPack(language, false)
  const read = (text: string) => readClassWords(text, pack.reading.script.kept, `classes/${language}.txt`)
  return {
    pack,
    lines: corpusOf(language, 'develop'),
    lessons: corpusOf(language, 'lessons'),
    classWords: existsSync(file) ? read(readFileSync(file, 'utf8')) : {},
  }
}
