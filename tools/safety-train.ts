import { writeFileSync } from 'node:fs'
import { train } from '@visavis/safety/measure'
import { corpusOf, languages, loadPack, PACKS } from './safety/files.ts'

/** `npm run safety:train [-- en]`: learns the model of each language from the develop part and writes `packs/<language>.model.json`. */
const wanted = process.argv.slice(2)
for (const language of wanted.length > 0 ? wanted : languages()) {
  const lines = corpusOf(language, 'develop')
  const model = train(loadPack(language, false), lines)
  writeFileSync(`${PACKS}${language}.model.json`, `${JSON.stringify(model, null, 2)}\n`)
  const limits = Object.entries(model.flags).map(([flag, { sure, doubt }]) => `${flag} ${doubt} to ${sure}`)
  console.log(`${language}: ${lines.length} lines; the model counts between ${limits.join(', ')}`)
}
