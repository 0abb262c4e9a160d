import { advice } from './fr-advice.ts'
import { flags } from './fr-flags.ts'
import { policy } from './fr-policy.ts'
import { words } from './fr-words.ts'
import type { CentreContent } from './shape.ts'

export const content: CentreContent = { language: 'fr', words, advice, flags, policy }
