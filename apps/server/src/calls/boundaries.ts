import { BOUNDARIES_DEFAULT, BOUNDARY_SUBJECTS, STANCES, type Boundaries, type Stance } from '@visavis/wire'

/** What both chose before they met [M12], as each of them saw it on the screen of their call. */
export type Agreed = { readonly mine: Boundaries; readonly theirs: Boundaries }

const LETTERS: Readonly<Record<Stance, string>> = { no: 'n', fine: 'f', want: 'w' }

/** One letter for each subject, in the order of `BOUNDARY_SUBJECTS`: what rows and receipts keep. */
export function encodeBoundaries(boundaries: Boundaries): string {
  return BOUNDARY_SUBJECTS.map((subject) => LETTERS[boundaries[subject]]).join('')
}

/** Undefined for what is no such text, like that of a version with other subjects. */
export function decodeBoundaries(text: string): Boundaries | undefined {
  const stances = Array.from(text, (letter) => STANCES.find((stance) => LETTERS[stance] === letter))
  if (stances.length !== BOUNDARY_SUBJECTS.length) return undefined
  const boundaries = { ...BOUNDARIES_DEFAULT }
  for (const [index, subject] of BOUNDARY_SUBJECTS.entries()) {
    const stance = stances[index]
    if (stance === undefined) return undefined
    boundaries[subject] = stance
  }
  return boundaries
}
