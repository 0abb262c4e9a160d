import { advice } from './pt-advice.ts'
import { flags } from './pt-flags.ts'
import { policy } from './pt-policy.ts'
import { words } from './pt-words.ts'
import type { CentreContent } from './shape.ts'

export const content: CentreContent = { language: 'pt', words, advice, flags, policy }
