import type { Advice, Finding, Flag, Reason } from '@visavis/safety'
import { m } from '#paraglide/messages.js'

/** Words for what the engine says in ids. A test holds `messages/en.json` and its closed sets together. */
const words = m as unknown as Readonly<Record<string, () => string>>

function word(prefix: string, id: string): string {
  const key = `${prefix}_${id}`
  return words[key]?.() ?? key
}

/** From here on a sentence says what it looks like; below, what it may be. */
export const SURE = 0.8

/** What it is about, as a part of a sentence: `a request for money`. */
export const reasonWords = (reason: Reason) => word('safety_reason', reason)
/** Why it is worth a look. */
export const whyWords = (reason: Reason) => word('safety_why', reason)
/** What to do. */
export const doWords = (advice: Advice) => word('safety_do', advice)
export const flagWords = (flag: Flag) => word('safety_flag', flag)
export const flagTextWords = (flag: Flag) => word('safety_tell', flag)

/** What was noticed, in one plain sentence that claims no more than is known. */
export function findingWords({
  flag,
  reasonId,
  confidence,
}: Pick<Finding, 'flag' | 'reasonId' | 'confidence'>): string {
  const what = reasonWords(reasonId)
  if (reasonId === 'camera_again') return m.safety_line_camera()
  if (flag === 'inconsistent') return m.safety_line_changed({ what })
  return confidence >= SURE ? m.safety_line({ what }) : m.safety_line_may({ what })
}

/** For who hears a message: the gravest of what was noticed in it. */
export function noticeWords([first]: readonly Parameters<typeof findingWords>[0][]): string {
  return first ? m.safety_line_mark({ what: findingWords(first) }) : ''
}

/** Which of three kinds of grave: each has other first steps. */
export type Gravity = 'blackmail' | 'violence' | 'self_harm'

export function gravityOf(reason: Reason): Gravity {
  if (reason === 'exposure') return 'blackmail'
  return reason === 'self_harm_pressure' ? 'self_harm' : 'violence'
}

export function graveTitle({ reasonId, confidence }: Pick<Finding, 'reasonId' | 'confidence'>): string {
  const isSure = confidence >= SURE
  switch (gravityOf(reasonId)) {
    case 'blackmail':
      return isSure ? m.safety_grave_blackmail() : m.safety_grave_blackmail_may()
    case 'self_harm':
      return isSure ? m.safety_grave_self_harm() : m.safety_grave_self_harm_may()
    case 'violence':
    default:
      return isSure ? m.safety_grave_violence() : m.safety_grave_violence_may()
  }
}

/** The first steps, most important first. Where the words were said decides how they are kept. */
export function graveSteps(reason: Reason, place: 'chat' | 'call', name: string): readonly string[] {
  const keep = place === 'call' ? m.safety_grave_keep_call() : m.safety_grave_keep()
  switch (gravityOf(reason)) {
    case 'blackmail':
      return [m.safety_grave_no_money(), keep, m.safety_grave_report({ name })]
    case 'self_harm':
      return [m.safety_grave_no_promise(), m.safety_grave_help_them(), m.safety_grave_report({ name })]
    case 'violence':
    default:
      return [m.safety_grave_no_answer(), keep, m.safety_grave_report({ name })]
  }
}
