import { countriesIn } from './choice.ts'
import {
  FLAG_IDS,
  HIDDEN_IDS,
  NEVER_IDS,
  OPEN_IDS,
  PATTERN_IDS,
  RULE_IDS,
  SERVICES,
  STORED_IDS,
  TIP_IDS,
  type CentreContent,
} from './content/shape.ts'
import { EMERGENCY, EVERYWHERE, LINES, type HelpLine } from './data/numbers.ts'
import type { Passage } from './search.ts'

export const GUIDE_PATH = '/safety'
export const HELP_PATH = '/safety/help'
/** The anchor of what is there in every country. */
export const EVERYWHERE_ANCHOR = 'everywhere'

/** Everything that the centre says in one language, as it can be searched. */
export function passagesOf(content: CentreContent): readonly Passage[] {
  return [...guidePassages(content), ...policyPassages(content), ...countryPassages(content)]
}

function guidePassages({ words, advice, flags }: CentreContent): readonly Passage[] {
  const { sections } = words
  const at = (section: string, id: string, heading: string, texts: readonly string[]): Passage => ({
    address: `${GUIDE_PATH}#${id}`,
    section,
    heading,
    texts,
  })
  return [
    at(words.title, 'not-emergency', advice.notEmergency.title, [advice.notEmergency.text]),
    ...TIP_IDS.map((id) => at(sections.tips, `tip-${id}`, advice.tips[id].title, [advice.tips[id].text])),
    ...FLAG_IDS.map((id) => {
      const { title, what, said, answer, next } = flags[id]
      return at(sections.flags, id, title, [what, ...said, answer, next])
    }),
    ...PATTERN_IDS.map((id) => {
      const { title, story, steps } = advice.patterns[id]
      return at(sections.patterns, id, title, [story, ...steps])
    }),
    ...RULE_IDS.map((id) =>
      at(sections.guidelines, `rule-${id}`, advice.guidelines[id].title, [advice.guidelines[id].text]),
    ),
    at(sections.guidelines, 'after-report', advice.afterReport.title, [advice.afterReport.text]),
  ]
}

function policyPassages({ words: { sections }, policy }: CentreContent): readonly Passage[] {
  const at = (
    id: 'privacy' | 'encryption',
    heading: string,
    texts: readonly string[],
    anchor: string = id,
  ): Passage => ({
    address: `${GUIDE_PATH}#${anchor}`,
    section: sections[id],
    heading,
    texts,
  })
  return [
    at('privacy', sections.privacy, [policy.privacyLead]),
    ...STORED_IDS.map((id) => {
      const { what, why, howLong } = policy.stored[id]
      return at('privacy', what, [why, howLong], `stored-${id}`)
    }),
    ...NEVER_IDS.map((id) => at('privacy', policy.neverTitle, [policy.never[id]], 'never')),
    ...[policy.onDevice, policy.readers, policy.limits].map(({ title, text }) => at('privacy', title, [text])),
    at('encryption', sections.encryption, [policy.encryptionLead]),
    ...HIDDEN_IDS.map((id) => at('encryption', sections.encryption, [policy.hidden[id]])),
    ...OPEN_IDS.map((id) => at('encryption', sections.encryption, [policy.open[id]])),
  ]
}

function countryPassages({ language, words: { help } }: CentreContent): readonly Passage[] {
  const short = new Intl.DisplayNames([language], { type: 'region', style: 'short' })
  const lineText = ({ name, shown, site, kinds }: HelpLine) =>
    [name, shown, site ?? '', ...kinds.map((kind) => help.kinds[kind])].filter((text) => text !== '').join(', ')
  const everywhere: Passage = {
    address: `${HELP_PATH}#${EVERYWHERE_ANCHOR}`,
    section: help.title,
    heading: help.everywhere,
    texts: [help.mobile, ...LINES.filter(({ country }) => country === EVERYWHERE).map(lineText)],
  }
  return [
    everywhere,
    ...countriesIn(language, EMERGENCY.keys()).map(({ code, name }) => {
      const numbers = EMERGENCY.get(code)?.numbers ?? {}
      const emergency = SERVICES.flatMap((id) => (numbers[id] ? [`${help.services[id]} ${numbers[id]}`] : []))
      const lines = LINES.filter(({ country }) => country === code)
      return {
        address: `${HELP_PATH}#${code}`,
        section: help.title,
        heading: name,
        texts: [emergency.join(', '), short.of(code) ?? '', ...lines.map(lineText)],
      }
    }),
  ]
}
