import { PASSWORD_CHARS_MIN } from '@visavis/wire'

/** 0 (guessed at once) to 4 (hard to guess), as zxcvbn counts. */
export type Strength = { readonly score: 0 | 1 | 2 | 3 | 4; readonly isEnough: boolean }
export const STRENGTH_MIN = 3

export type MeasureStrength = (password: string, own: readonly string[]) => Promise<Strength>

type Zxcvbn = { check(password: string, own?: (string | number)[]): { score: 0 | 1 | 2 | 3 | 4 } }
let loading: Promise<Zxcvbn> | undefined

async function load(): Promise<Zxcvbn> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  return new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  })
}

/**
 * How hard a password is to guess [A3], counted on this device. `own` are words that others may know (the handle).
 * The word lists are a quarter of a megabyte, so they are fetched when first asked. The server counts again.
 */
export const measureStrength: MeasureStrength = async (password, own) => {
  loading ??= load()
  const { score } = (await loading).check(password, [...own])
  return { score, isEnough: score >= STRENGTH_MIN && password.length >= PASSWORD_CHARS_MIN }
}
