import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkHandle, readPackData, type NamePack, type Reason } from '@visavis/safety'
import type { HandleAdvice } from './handles.ts'

const LANGUAGES = ['en', 'es', 'de', 'fr', 'pt'] as const

const ADVICE: Partial<Record<Reason, HandleAdvice>> = {
  real_name: 'looks-like-name',
  birth_year: 'has-birth-year',
  place_name: 'has-place',
  contact_in_profile: 'has-contact',
  poses_as_celebrity: 'looks-famous',
  poses_as_staff: 'looks-official',
  claims_verification: 'looks-official',
}

let packs: readonly NamePack[] | undefined

/**
 * What the packs of the safety engine say of a handle: names, places and famous people of every language they speak [A2] [S9]. Read
 * when first asked; throws for a pack that cannot be read, which is a broken installation.
 */
export function adviceOfPacks(handle: string): readonly HandleAdvice[] {
  packs ??= LANGUAGES.map(readNames)
  return checkHandle(packs, handle).flatMap(({ reasonId }) => ADVICE[reasonId] ?? [])
}

function readNames(language: string): NamePack {
  const file = fileURLToPath(import.meta.resolve(`@visavis/safety/packs/${language}.json`))
  const read = readPackData(JSON.parse(readFileSync(file, 'utf8')))
  if (!read.ok) throw new Error(`the pack of ${language} cannot be read: ${read.code}`)
  return read.value
}
