import {
  BOUNDARIES_DEFAULT,
  BOUNDARY_SUBJECTS,
  COMPANIES,
  INTERESTS_MAX,
  LANGUAGES_MAX,
  MODES,
  STANCES,
  interest,
  language,
  type Boundaries,
  type Company,
  type Mode,
} from '@visavis/wire'
import type { DeviceStorage } from '../app/storage.ts'
import type { SeekWish } from '../engine/types.ts'

/** What a person chose in the lobby. Kept on this device only; the server sees it in a ticket and stores none of it. */
export type Preferences = {
  readonly mode: Mode
  readonly languages: readonly string[]
  readonly interests: readonly string[]
  readonly company: Company
  readonly wish: readonly Company[]
  readonly boundaries: Boundaries
  /** Pictures are uncovered as soon as the other wants it, without being asked each time. */
  readonly uncover: boolean
  readonly cameraId?: string
  readonly microphoneId?: string
}

const KEY = 'visavis.lobby'

/** First choices: everything open, the languages of the browser. */
export function preferencesDefault(browserLanguages: readonly string[]): Preferences {
  const languages: string[] = []
  for (const tag of browserLanguages) {
    const code = tag.split('-')[0]?.toLowerCase() ?? ''
    if (language.safeParse(code).success && !languages.includes(code)) languages.push(code)
  }
  return {
    mode: 'video',
    languages: languages.length > 0 ? languages.slice(0, LANGUAGES_MAX) : ['en'],
    interests: [],
    company: 'unsaid',
    wish: [...COMPANIES],
    boundaries: BOUNDARIES_DEFAULT,
    uncover: false,
  }
}

function listOf<T extends string>(value: unknown, isKept: (item: string) => item is T, max: number): T[] | undefined {
  if (!Array.isArray(value)) return undefined
  const kept: T[] = []
  for (const item of value) if (typeof item === 'string' && isKept(item) && !kept.includes(item)) kept.push(item)
  return kept.slice(0, max)
}
const oneOf =
  <T extends string>(all: readonly T[]) =>
  (value: unknown): value is T =>
    (all as readonly unknown[]).includes(value)

const isCompany = oneOf(COMPANIES)
const isLanguage = (code: string): code is string => language.safeParse(code).success
const isInterest = (tag: string): tag is string => interest.safeParse(tag).success

/** Reads what an earlier version of the app may have written: every field that no longer fits falls to its default. */
export function parsePreferences(text: string | undefined, fallback: Preferences): Preferences {
  let raw: Record<string, unknown>
  try {
    const parsed: unknown = JSON.parse(text ?? '{}')
    if (typeof parsed !== 'object' || parsed === null) return fallback
    raw = parsed as Record<string, unknown>
  } catch {
    return fallback
  }
  const languages = listOf(raw['languages'], isLanguage, LANGUAGES_MAX) ?? []
  const wish = listOf(raw['wish'], isCompany, COMPANIES.length) ?? []
  const stances = (typeof raw['boundaries'] === 'object' ? raw['boundaries'] : null) as Record<string, unknown> | null
  const boundaries = { ...fallback.boundaries }
  for (const subject of BOUNDARY_SUBJECTS) {
    const stance = stances?.[subject]
    if (oneOf(STANCES)(stance)) boundaries[subject] = stance
  }
  return {
    mode: oneOf(MODES)(raw['mode']) ? raw['mode'] : fallback.mode,
    languages: languages.length > 0 ? languages : fallback.languages,
    interests: listOf(raw['interests'], isInterest, INTERESTS_MAX) ?? fallback.interests,
    company: isCompany(raw['company']) ? raw['company'] : fallback.company,
    wish: wish.length > 0 ? wish : fallback.wish,
    boundaries,
    uncover: raw['uncover'] === true,
    ...(typeof raw['cameraId'] === 'string' ? { cameraId: raw['cameraId'] } : {}),
    ...(typeof raw['microphoneId'] === 'string' ? { microphoneId: raw['microphoneId'] } : {}),
  }
}

export function readPreferences(storage: DeviceStorage, fallback: Preferences): Preferences {
  return parsePreferences(storage.read(KEY), fallback)
}

export function writePreferences(storage: DeviceStorage, preferences: Preferences): void {
  storage.write(KEY, JSON.stringify(preferences))
}

export function wishOf(preferences: Preferences): SeekWish {
  const { mode, languages, interests, company, wish, boundaries } = preferences
  return { mode, languages, interests, company, wish, boundaries }
}
