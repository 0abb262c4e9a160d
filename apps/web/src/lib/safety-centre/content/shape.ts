/**
 * What the safety centre says [S15], as data: one shape that every language fills. Texts are kept by id, so a sentence that
 * is missing in one language does not compile. Ids are parts of addresses (`/safety#romance-scam`): they stay what they are.
 */
export const LANGUAGES = ['en', 'es', 'de', 'fr', 'pt'] as const
export type Language = (typeof LANGUAGES)[number]

export const TIP_IDS = [
  'leave',
  'slow',
  'background',
  'personal',
  'money',
  'look-up',
  'tell-somebody',
  'report',
] as const
export type TipId = (typeof TIP_IDS)[number]

/** The nine kinds that the app watches for in messages, and two that only show over time or in a profile. */
export const FLAG_IDS = [
  'asking-for-data',
  'leaving',
  'money',
  'urgency',
  'love-bombing',
  'intimate-requests',
  'coercion',
  'threats',
  'own-data',
  'contradictions',
  'impersonation',
] as const
export type FlagId = (typeof FLAG_IDS)[number]

export const PATTERN_IDS = ['romance-scam', 'sextortion', 'code-theft', 'investment-trick', 'job-offer'] as const
export type PatternId = (typeof PATTERN_IDS)[number]

export const RULE_IDS = ['adults', 'consent', 'recording', 'hate', 'honesty'] as const
export type RuleId = (typeof RULE_IDS)[number]

export const STORED_IDS = [
  'account',
  'sessions',
  'calls',
  'messages',
  'files',
  'contacts',
  'blocks',
  'reports',
  'backup',
  'push',
  'key-log',
] as const
export type StoredId = (typeof STORED_IDS)[number]

export const NEVER_IDS = ['identity', 'address', 'call-content', 'message-content', 'findings', 'trackers'] as const
export type NeverId = (typeof NEVER_IDS)[number]

export const HIDDEN_IDS = ['talk', 'writing', 'files', 'partner-address'] as const
export type HiddenId = (typeof HIDDEN_IDS)[number]

export const OPEN_IDS = ['who-and-when', 'other-person', 'what-you-show', 'report', 'device', 'page'] as const
export type OpenId = (typeof OPEN_IDS)[number]

export const LINE_KINDS = ['violence', 'crisis', 'images', 'fraud'] as const
export type LineKind = (typeof LINE_KINDS)[number]

export const SERVICES = ['general', 'police', 'ambulance', 'fire'] as const
export type Service = (typeof SERVICES)[number]

/** Sections of the page, in their order; also their anchors. */
export const SECTION_IDS = ['tips', 'flags', 'patterns', 'guidelines', 'privacy', 'encryption'] as const
export type SectionId = (typeof SECTION_IDS)[number]

export type Titled = { readonly title: string; readonly text: string }

export type Flag = {
  readonly title: string
  readonly what: string
  /** What people have been told, word for word or nearly. */
  readonly said: readonly [string, string, string]
  readonly answer: string
  readonly next: string
}

export type Pattern = {
  readonly title: string
  readonly story: string
  readonly steps: readonly [string, string, string, ...string[]]
}

export type Stored = { readonly what: string; readonly why: string; readonly howLong: string }

/** Labels of the page. `{…}` is filled in by `fill`. */
export type CentreWords = {
  readonly title: string
  readonly lead: string
  readonly language: string
  readonly contents: string
  readonly sections: Readonly<Record<SectionId, string>>
  readonly search: string
  readonly searchHint: string
  /** `{count}` results. */
  readonly found: string
  readonly foundOne: string
  /** Nothing for `{query}`. */
  readonly foundNone: string
  readonly foundNoneHint: string
  readonly print: string
  readonly toHelp: string
  readonly back: string
  readonly said: string
  readonly answer: string
  readonly next: string
  readonly steps: string
  readonly stored: string
  readonly why: string
  readonly howLong: string
  readonly hidden: string
  readonly open: string
  readonly help: HelpWords
}

export type HelpWords = {
  readonly title: string
  readonly lead: string
  readonly country: string
  readonly choose: string
  readonly guessed: string
  readonly unknown: string
  /** In `{country}`. */
  readonly numbers: string
  readonly services: Readonly<Record<Service, string>>
  /** Screen readers: call `{service}`, `{number}`. */
  readonly call: string
  readonly oneSource: string
  readonly mobile: string
  /** In `{country}`. */
  readonly lines: string
  readonly noLines: string
  readonly everywhere: string
  readonly kinds: Readonly<Record<LineKind, string>>
  readonly women: string
  readonly men: string
  readonly source: string
  /** Beside a line that nobody has compared with what its operator says. */
  readonly notCompared: string
  /** Put together on `{date}`. */
  readonly asOf: string
  readonly quiet: string
}

export type Advice = {
  readonly notEmergency: Titled
  readonly tips: Readonly<Record<TipId, Titled>>
  readonly guidelines: Readonly<Record<RuleId, Titled>>
  readonly afterReport: Titled
  readonly patterns: Readonly<Record<PatternId, Pattern>>
}

export type Policy = {
  readonly privacyLead: string
  readonly stored: Readonly<Record<StoredId, Stored>>
  readonly neverTitle: string
  readonly never: Readonly<Record<NeverId, string>>
  readonly onDevice: Titled
  readonly readers: Titled
  readonly limits: Titled
  readonly encryptionLead: string
  readonly hidden: Readonly<Record<HiddenId, string>>
  readonly open: Readonly<Record<OpenId, string>>
}

export type CentreContent = {
  readonly language: Language
  readonly words: CentreWords
  readonly advice: Advice
  readonly flags: Readonly<Record<FlagId, Flag>>
  readonly policy: Policy
}

/** Puts values into the `{…}` of a label. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
