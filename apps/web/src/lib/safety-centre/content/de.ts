import { advice } from './de-advice.ts'
import { flags } from './de-flags.ts'
import { policy } from './de-policy.ts'
import { words } from './de-words.ts'
import type { CentreContent } from './shape.ts'

export const content: CentreContent = { language: 'de', words, advice, flags, policy }
