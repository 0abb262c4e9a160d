import { expect, it } from 'vitest'
import english from '../../../../messages/en.json' with { type: 'json' }
import { passagesOf } from '../passages.ts'
import { search } from '../search.ts'
import { loadContent } from '../load-content.ts'
import { fill, LANGUAGES, type CentreContent } from './shape.ts'

const contents = await Promise.all(LANGUAGES.map(loadContent))
const [en] = contents

/** Every text with the way to it. */
function textsOf(value: unknown, path = ''): readonly [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => textsOf(each, `${path}/${key}`))
}
const pathsOf = (content: CentreContent) => textsOf(content).map(([path]) => path)
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted()

it('[S15] all five languages say the same things, with the same places to fill in, and nothing is empty', () => {
  expect(contents.map(({ language }) => language)).toEqual([...LANGUAGES])
  for (const content of contents) {
    expect(pathsOf(content)).toEqual(pathsOf(contents[0] ?? content))
    const original = new Map(textsOf(en))
    for (const [path, text] of textsOf(content)) {
      expect(text.trim(), `${content.language}${path}`).not.toBe('')
      expect(places(text), `${content.language}${path}`).toEqual(places(original.get(path) ?? ''))
    }
  }
})

it('[S15] no sentence was left in English', () => {
  const original = new Map(textsOf(en))
  for (const content of contents.slice(1))
    for (const [path, text] of textsOf(content))
      if (text.split(' ').length > 3) expect(text, `${content.language}${path}`).not.toBe(original.get(path))
})

it('[S15] the guidelines are those that people agree to when they join', () => {
  const { adults, consent, recording, hate, honesty } = en?.advice.guidelines ?? {}
  expect([adults, consent, recording, hate, honesty].map((rule) => [rule?.title, rule?.text])).toEqual([
    [english.rule_adults_title, english.rule_adults_text],
    [english.rule_consent_title, english.rule_consent_text],
    [english.rule_record_title, english.rule_record_text],
    [english.rule_hate_title, english.rule_hate_text],
    [english.rule_money_title, english.rule_money_text],
  ])
})

it.each([
  ['en', 'gift card', '/safety#money'],
  ['en', 'UK', '/safety/help#GB'],
  ['es', 'chantaje', '/safety#sextortion'],
  ['es', 'mexico', '/safety/help#MX'],
  ['de', 'erpressung', '/safety#sextortion'],
  ['de', 'osterreich', '/safety/help#AT'],
  ['fr', 'carte cadeau', '/safety#money'],
  ['fr', 'emirats', '/safety/help#AE'],
  ['pt', 'sextorsao', '/safety#sextortion'],
  ['pt', '188', '/safety/help#BR'],
] as const)('[S15] in %s "%s" leads to %s', (language, query, address) => {
  const content = contents.find((each) => each.language === language)
  const found = content ? search(passagesOf(content), query).map((hit) => hit.address) : []
  expect(found).toContain(address)
})

it('[S15] what is filled in replaces its place and no other', () => {
  expect(fill('{count} of {all} {else}', { count: 2, all: 'x' })).toBe('2 of x {else}')
})
