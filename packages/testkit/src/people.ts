import {
  BOUNDARIES_DEFAULT,
  type AccountId,
  type Boundaries,
  type Company,
  type DeviceId,
  type Mode,
} from '@visavis/wire'
import type { SeededRandom } from './random.ts'

/** People for tests: two who get on, one who moderates, and as many more as a seed makes. */
export type TestPerson = {
  readonly accountId: AccountId
  readonly deviceId: DeviceId
  readonly handle: string
  readonly password: string
  readonly role: 'person' | 'moderator'
  readonly languages: readonly string[]
  readonly interests: readonly string[]
  readonly company: Company
  readonly wish: readonly Company[]
  readonly mode: Mode
  readonly boundaries: Boundaries
}

const EVERYONE: readonly Company[] = ['woman', 'man', 'nonbinary', 'unsaid']

function person(handle: string, number: number, more: Partial<TestPerson> = {}): TestPerson {
  const tail = String(number).padStart(12, '0')
  return {
    accountId: `a0000000-0000-4000-8000-${tail}` as AccountId,
    deviceId: `d0000000-0000-4000-8000-${tail}` as DeviceId,
    handle,
    password: `correct horse ${handle} battery`,
    role: 'person',
    languages: ['en'],
    interests: [],
    company: 'unsaid',
    wish: EVERYONE,
    mode: 'video',
    boundaries: BOUNDARIES_DEFAULT,
    ...more,
  }
}

export const alice = person('amber-otter-41', 1, { interests: ['music', 'hiking'], languages: ['en', 'de'] })
export const bob = person('brisk-heron-17', 2, { interests: ['music', 'chess'] })
export const carol = person('calm-lynx-63', 3, { interests: ['chess'], languages: ['en', 'es'] })
export const dave = person('dapper-wren-88', 4, { languages: ['en', 'fr'] })
export const mod = person('mossy-owl-05', 5, { role: 'moderator' })

const LANGUAGES = ['en', 'es', 'de', 'fr', 'pt', 'ar', 'hi', 'ja']
const INTERESTS = ['music', 'chess', 'hiking', 'films', 'cooking', 'space', 'painting', 'running', 'novels', 'gardens']

/** One more person, as varied as people are. Numbers below 100 belong to the named ones. */
export function someone(random: SeededRandom, number: number): TestPerson {
  const languages = [...new Set([random.pick(LANGUAGES), random.pick(LANGUAGES)])]
  const interests = [...new Set([random.pick(INTERESTS), random.pick(INTERESTS), random.pick(INTERESTS)])]
  const company = random.pick(EVERYONE)
  const wish = random.chance(0.7) ? EVERYONE : [random.pick(EVERYONE)]
  return person(`someone-${number}`, 100 + number, {
    languages,
    interests,
    company,
    wish,
    mode: random.pick(['video', 'audio', 'text']),
  })
}
