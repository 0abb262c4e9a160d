import type { NuditySetting } from './setting.ts'

/** What the model says of one picture: shares from 0 to 1 that add up to 1, in the order of its outputs. */
export type Scores = {
  readonly drawing: number
  readonly hentai: number
  readonly neutral: number
  readonly porn: number
  readonly sexy: number
}

/**
 * From which share on one picture counts. Chosen by what was measured (docs/nudity.md): of the pictures that show no nudity
 * none reached the usual one. The strict one also counts little clothing, as the model sees it.
 */
export const LIKELY_MIN = { usual: 0.7, strict: 0.4 } as const
/** One picture may err: so many of the last ones must agree. */
export const AGREEING_MIN = 2
export const LOOKS_KEPT = 3

/** How much of a picture is nudity to the model, 0 to 1, as the setting counts it. */
export function shareOf({ hentai, porn, sexy }: Scores, setting: Exclude<NuditySetting, 'off'>): number {
  return setting === 'strict' ? hentai + porn + sexy : hentai + porn
}

/** Judges one partner's pictures, one after the other: true as soon as nudity is likely. A new one for each call. */
export function createJudgement(setting: Exclude<NuditySetting, 'off'>): (scores: Scores) => boolean {
  const looks: boolean[] = []
  return (scores) => {
    looks.push(shareOf(scores, setting) >= LIKELY_MIN[setting])
    if (looks.length > LOOKS_KEPT) looks.shift()
    return looks.filter(Boolean).length >= AGREEING_MIN
  }
}
