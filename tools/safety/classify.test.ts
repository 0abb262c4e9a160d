import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const COMMAND = new URL('../safety-classify.ts', import.meta.url).pathname

it('[S14] the command answers every line in order with the ids of flags, and says what it cannot read', () => {
  const asked = { dir: 'out', text: 'do you have snapchat?' }
  const requests = [
    { id: 'a', lang: 'en', dir: 'in', text: 'send me 200 dollars, please' },
    { id: 'b', lang: 'en', dir: 'out', text: 'send me 200 dollars, please' },
    { id: 3, lang: 'en-GB', dir: 'out', text: 'my card is 4111 1111 1111 1111' },
    { id: 'd', lang: 'en', dir: 'in', text: 'i love you so much my angel', context: 'late' },
    { id: 'e', lang: 'en', dir: 'in', text: 'i love you so much my angel', context: 'early' },
    { id: 'f', lang: 'en', dir: 'in', text: 'do you have snapchat', context: [asked] },
    { id: 'g', lang: 'en', dir: 'in', text: 'do you have snapchat', context: { before: [null, 4] } },
    { id: 'h', lang: 'tlh', text: 'nuqneH' },
    { id: 'i', lang: 'en' },
  ]
  const input = `${requests.map((request) => JSON.stringify(request)).join('\n')}\nnot json\n`
  const output = execFileSync(process.execPath, [COMMAND], { input, encoding: 'utf8' })
  const answers = output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(answers).toEqual([
    { id: 'a', flags: ['money'] },
    { id: 'b', flags: [] },
    { id: 3, flags: ['own_pii'] },
    { id: 'd', flags: [] },
    { id: 'e', flags: ['love_bombing'] },
    { id: 'f', flags: [] },
    { id: 'g', flags: ['leave_platform'] },
    { id: 'h', flags: [], error: 'unknown_language' },
    { id: 'i', flags: [], error: 'no_text' },
    { id: null, flags: [], error: 'not_json' },
  ])
})
