import { advice } from './es-advice.ts'
import { flags } from './es-flags.ts'
import { policy } from './es-policy.ts'
import { words } from './es-words.ts'
import type { CentreContent } from './shape.ts'

export const content: CentreContent = { language: 'es', words, advice, flags, policy }
