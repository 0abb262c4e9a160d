import type { BoundarySubject, Code, Company, Mode, ReportCategory, Stance } from '@visavis/wire'
import { m } from '#paraglide/messages.js'
import type { HandleAdvice } from '../account/join-model.ts'
import type { BackgroundChoice } from '../background/choice.ts'
import type { PictureRefusal } from '../background/own-picture.ts'

/** Words for the closed sets of the contract. A test holds `messages/en.json` and these sets together. */
const words = m as unknown as Readonly<Record<string, () => string>>

function word(prefix: string, name: string): string {
  const key = `${prefix}_${name.replaceAll('-', '_')}`
  return words[key]?.() ?? key
}

/** What happened and what to do, in plain words. */
export const errorWords = (code: Code) => word('error', code)
export const boundaryWords = (subject: BoundarySubject) => word('boundary', subject)
export const stanceWords = (stance: Stance) => word('stance', stance)
export const companyWords = (company: Company) => word('company', company)
export const companyManyWords = (company: Company) => word('company_many', company)
export const modeWords = (mode: Mode) => word('mode', mode)
export const modeHintWords = (mode: Mode) => word('mode_hint', mode)
export const categoryWords = (category: ReportCategory) => word('category', category)
export const backgroundWords = (choice: BackgroundChoice) => word('background', choice)
export const pictureRefusalWords = (refusal: PictureRefusal) => word('background_picture', refusal)
export const adviceWords = (advice: HandleAdvice) => word('advice', advice)
